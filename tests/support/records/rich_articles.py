"""Records of our own with every field that a filter looks at, drawn from a seed, and the headings' vocabulary."""

import random
from collections.abc import Sequence
from xml.sax.saxutils import escape

from lxml import etree

from index.lexical.mesh import Descriptor
from index.parsing.article_parser import parse_article
from index.records.article import Article
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml

COUNT = 120
SEED = 20_261_125

TREE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Fruit": ("D910001", "Produce, Sweet", ("Z01",)),
    "Citrus Fruit": ("D910002", "Agrumes", ("Z01.100",)),
    "Lemon": ("D910003", "Citrus limon", ("Z01.100.200", "Z02.300")),
    "Orange": ("D910004", "Citrus sinensis", ("Z01.100.300",)),
    "Apple": ("D910005", "Malus", ("Z01.110",)),
    "Yellow Things": ("D910006", "Golden Things", ("Z02",)),
    "Fruition": ("D910007", "Ripening", ("Z010",)),
    "Humans": ("D006801", "Homo sapiens", ("B01.050",)),
    "Animals": ("D000818", "Animalia", ("B01",)),
    "Female": ("D005260", "Females", ()),
    "Male": ("D008297", "Males", ()),
    "Infant": ("D007223", "Infants", ("M01.703",)),
    "Infant, Newborn": ("D007231", "Newborn Infant", ("M01.703.520",)),
    "Child": ("D002648", "Children", ("M01.406",)),
    "Adult": ("D000328", "Adults", ("M01.116",)),
    "Middle Aged": ("D008875", "Middle Age", ("M01.116.630",)),
    "Aged": ("D000368", "Elderly", ("M01.116.100",)),
    "Aged, 80 and over": ("D000369", "Oldest Old", ("M01.116.100.080",)),
}
"""Name -> UI, entry term, tree numbers; lemon stands in two places, and "Z010" below nothing."""
DESCRIPTORS = tuple(
    Descriptor(ui, name, (term,), numbers) for name, (ui, term, numbers) in sorted(TREE.items(), key=lambda p: p[1])
)

WORDS = (
    "bees", "bee", "wasps", "honey", "pollen", "garden", "gardens", "gardening", "Sjögren", "β-carotene", "IL-6",
    "COVID-19", "H2O", "naïve", "the", "of", "in", "spring", "syndrome", "dry", "eyes", "trial", "metformin",
    "metformins", "MetforMin", "Ørsted", "straße", "x", "2019", "risk",
)  # fmt: skip
LAST_NAMES = ("Okafor", "Lindqvist", "Li", "O'Neill", "de la Cruz", "Åström", "Okaforsen")
FORE_NAMES = ("Ngozi B", "Ngozi", "Sara", "Jean Paul", "N")
GROUPS = ("The Øre Group", "Sample Study Group, Accra")
JOURNALS = (
    ("Journal of Sample Records", "J Sample Rec", "1111-1111"),
    ("Annals of Invented Results", "Ann Invent Results", "2222-222X"),
    ("Bees &amp; Honey", "Bees Honey", "3333-3333"),
)
TYPES = ("Journal Article", "Review", "Randomized Controlled Trial", "Letter", "Retracted Publication", "Case Reports")
LANGUAGES = ("eng", "ger", "fre", "jpn")
KEYWORDS = ("dry eye", "Honey  Bee", "β-carotene", "Mouth care", "pollen")
PLACES = ("Umeå University, Sweden", "Garden Institute, Accra", "KI, Solna")
SUBSTANCES = (("D008687", "Metformin", "657-24-9"), ("D014867", "Water", "0"), ("C900001", "sample-ol", "EC 1.1.1.1"))
STATES = ("MEDLINE", "Publisher", "In-Process", "PubMed-not-MEDLINE")
PUBLISHED = (
    "<Year>{year}</Year>",
    "<Year>{year}</Year><Month>Mar</Month>",
    "<Year>{year}</Year><Month>Feb</Month><Day>28</Day>",
    "<Year>{year}</Year><Season>Summer</Season>",
    "<MedlineDate>{year} Dec-{after} Jan</MedlineDate>",
    "",
)
LINKS = ("RetractionIn", "RetractionOf", "ExpressionOfConcernIn", "PartialRetractionIn", "CommentIn", "ErratumIn")


def records(count: int = COUNT, seed: int = SEED) -> list[str]:
    """Return records as PubMed's XML, the same ones every time."""
    return [_record(number, random.Random(f"{seed} {number}")) for number in range(count)]  # noqa: S311 - no secret


def articles(count: int = COUNT, seed: int = SEED) -> list[Article]:
    """Return the same records parsed."""
    return [parse_article(etree.fromstring(record)) for record in records(count, seed)]


def _record(number: int, draw: random.Random) -> str:
    year = draw.randint(1998, 2021)
    title, iso, issn = draw.choice(JOURNALS)
    xml = article_xml(
        FIRST_PMID + 5000 + number,
        title=None if draw.random() < 0.05 else escape(_text(draw, 6)),
        abstract=_abstract(draw),
        published=draw.choice(PUBLISHED).format(year=year, after=year + 1),
        entrez=None if draw.random() < 0.1 else f"{year}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        revised=None if draw.random() < 0.1 else f"{year + 1}-{draw.randint(1, 12):02d}-01",
        authors=_some(draw, [*_names(), *GROUPS], 3),
        types=_some(draw, TYPES, 2) or TYPES[:1],
        language="</Language><Language>".join(_some(draw, LANGUAGES, 2) or LANGUAGES[:1]),
        keywords=_some(draw, KEYWORDS, 2),
        doi=f"10.1000/Sample.{number}" if draw.random() < 0.8 else None,
        pmcid=f"PMC9{number:05d}" if draw.random() < 0.3 else None,
        links="".join(_link(kind) for kind in _some(draw, LINKS, 1)),
        extra=_headings(draw) + _chemicals(draw),
    )
    xml = xml.replace("<Title>Journal of Sample Records", f"<Title>{title}").replace("J Sample Rec", iso)
    xml = xml.replace("0000-0000", issn).replace('Status="MEDLINE"', f'Status="{draw.choice(STATES)}"')
    return xml.replace("</Author>", f"{_affiliation(draw)}</Author>", 1)


def _names() -> list[str]:
    return [f"{last}, {fore}" for last in LAST_NAMES for fore in FORE_NAMES]


def _some(draw: random.Random, among: Sequence[str], most: int) -> list[str]:
    return draw.sample(among, draw.randint(0, most))


def _text(draw: random.Random, most: int) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(1, most))) + draw.choice((".", "", "?", ": dry, honey"))


def _abstract(draw: random.Random) -> str | list[tuple[str, str]] | None:
    shape = draw.random()
    if shape < 0.2:
        return None
    return _text(draw, 12) if shape < 0.6 else [("AIM", _text(draw, 8)), ("RESULTS", _text(draw, 8))]


def _headings(draw: random.Random) -> str:
    told = ""
    for name in _some(draw, list(TREE), 4):
        major, both = draw.choice("YN"), draw.choice("YN")
        qualifier = f'<QualifierName UI="Q1" MajorTopicYN="{both}">surgery</QualifierName>' * (draw.random() < 0.3)
        name_xml = f'<DescriptorName UI="{TREE[name][0]}" MajorTopicYN="{major}">{name}</DescriptorName>'
        told += f"<MeshHeading>{name_xml}{qualifier}</MeshHeading>"
    return f"<MeshHeadingList>{told}</MeshHeadingList>" if told else ""


def _chemicals(draw: random.Random) -> str:
    told = "".join(
        f"<Chemical><RegistryNumber>{number}</RegistryNumber>"
        f'<NameOfSubstance UI="{ui}">{name}</NameOfSubstance></Chemical>'
        for ui, name, number in draw.sample(SUBSTANCES, draw.randint(0, 1))
    )
    return f"<ChemicalList>{told}</ChemicalList>" if told else ""


def _link(kind: str) -> str:
    return f'<CommentsCorrections RefType="{kind}"><RefSource>J Sample Rec. 2021</RefSource></CommentsCorrections>'


def _affiliation(draw: random.Random) -> str:
    place = draw.choice(PLACES)
    return f"<AffiliationInfo><Affiliation>{place}</Affiliation></AffiliationInfo>" if draw.random() < 0.5 else ""
