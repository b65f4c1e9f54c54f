"""Invented records with every field that a filter reads, random with a fixed seed, and their MeSH vocabulary."""

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
AFFILIATIONS = ("Umeå University, Sweden", "Garden Institute, Accra", "KI, Solna")
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


def _record(number: int, rng: random.Random) -> str:
    year = rng.randint(1998, 2021)
    title, abbreviation, issn = rng.choice(JOURNALS)
    xml = article_xml(
        FIRST_PMID + 5000 + number,
        title=None if rng.random() < 0.05 else escape(_text(rng, 6)),
        abstract=_abstract(rng),
        published=rng.choice(PUBLISHED).format(year=year, after=year + 1),
        entrez=None if rng.random() < 0.1 else f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        revised=None if rng.random() < 0.1 else f"{year + 1}-{rng.randint(1, 12):02d}-01",
        authors=_some(rng, [*_names(), *GROUPS], 3),
        types=_some(rng, TYPES, 2) or TYPES[:1],
        language="</Language><Language>".join(_some(rng, LANGUAGES, 2) or LANGUAGES[:1]),
        keywords=_some(rng, KEYWORDS, 2),
        doi=f"10.1000/Sample.{number}" if rng.random() < 0.8 else None,
        pmcid=f"PMC9{number:05d}" if rng.random() < 0.3 else None,
        links="".join(_link(kind) for kind in _some(rng, LINKS, 1)),
        extra=_headings(rng) + _chemicals(rng),
    )
    xml = xml.replace("<Title>Journal of Sample Records", f"<Title>{title}").replace("J Sample Rec", abbreviation)
    xml = xml.replace("0000-0000", issn).replace('Status="MEDLINE"', f'Status="{rng.choice(STATES)}"')
    return xml.replace("</Author>", f"{_affiliation(rng)}</Author>", 1)


def _names() -> list[str]:
    return [f"{last}, {fore}" for last in LAST_NAMES for fore in FORE_NAMES]


def _some(rng: random.Random, values: Sequence[str], max_count: int) -> list[str]:
    return rng.sample(values, rng.randint(0, max_count))


def _text(rng: random.Random, max_words: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(1, max_words))) + rng.choice((".", "", "?", ": dry, honey"))


def _abstract(rng: random.Random) -> str | list[tuple[str, str]] | None:
    shape = rng.random()
    if shape < 0.2:
        return None
    return _text(rng, 12) if shape < 0.6 else [("AIM", _text(rng, 8)), ("RESULTS", _text(rng, 8))]


def _headings(rng: random.Random) -> str:
    headings = ""
    for name in _some(rng, list(TREE), 4):
        major, qualifier_major = rng.choice("YN"), rng.choice("YN")
        qualifier = f'<QualifierName UI="Q1" MajorTopicYN="{qualifier_major}">surgery</QualifierName>' * (
            rng.random() < 0.3
        )
        name_xml = f'<DescriptorName UI="{TREE[name][0]}" MajorTopicYN="{major}">{name}</DescriptorName>'
        headings += f"<MeshHeading>{name_xml}{qualifier}</MeshHeading>"
    return f"<MeshHeadingList>{headings}</MeshHeadingList>" if headings else ""


def _chemicals(rng: random.Random) -> str:
    chemicals = "".join(
        f"<Chemical><RegistryNumber>{number}</RegistryNumber>"
        f'<NameOfSubstance UI="{ui}">{name}</NameOfSubstance></Chemical>'
        for ui, name, number in rng.sample(SUBSTANCES, rng.randint(0, 1))
    )
    return f"<ChemicalList>{chemicals}</ChemicalList>" if chemicals else ""


def _link(kind: str) -> str:
    return f'<CommentsCorrections RefType="{kind}"><RefSource>J Sample Rec. 2021</RefSource></CommentsCorrections>'


def _affiliation(rng: random.Random) -> str:
    affiliation = rng.choice(AFFILIATIONS)
    return f"<AffiliationInfo><Affiliation>{affiliation}</Affiliation></AffiliationInfo>" if rng.random() < 0.5 else ""
