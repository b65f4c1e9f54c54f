"""Invented records with names, identifiers, dates and texts of every kind that is shown and must lead back."""

from tests.support.records.pubmed_xml import article_xml

BASE = 900_006_000


def person(last: str | None, fore: str | None = None, initials: str | None = None, suffix: str | None = None) -> str:
    """Return the inner XML of an `Author` or `Investigator`."""
    parts = {"LastName": last, "ForeName": fore, "Initials": initials, "Suffix": suffix}
    return "".join(f"<{tag}>{value}</{tag}>" for tag, value in parts.items() if value)


def with_authors(xml: str, *people: str) -> str:
    """Replace a record's authors."""
    before, _, rest = xml.partition('<AuthorList CompleteYN="Y">')
    listing = "".join(f'<Author ValidYN="Y">{inner}</Author>' for inner in people)
    return f'{before}<AuthorList CompleteYN="Y">{listing}</AuthorList>{rest.partition("</AuthorList>")[2]}'


def _in_article(xml: str, inner: str) -> str:
    """Put elements at the end of `Article`."""
    return xml.replace("</PublicationTypeList></Article>", f"</PublicationTypeList>{inner}</Article>").replace(
        "</PublicationTypeList>\n</Article>", f"</PublicationTypeList>{inner}</Article>"
    )


def _ids(xml: str, *identifiers: tuple[str, str]) -> str:
    listed = "".join(f'<ArticleId IdType="{kind}">{value}</ArticleId>' for kind, value in identifiers)
    return xml.replace(
        '<ArticleIdList><ArticleId IdType="pubmed">', f'<ArticleIdList>{listed}<ArticleId IdType="pubmed">', 1
    )


def _record(number: int, **fields) -> str:
    fields.setdefault("title", f"Quiet ponds, part {number}.")
    return article_xml(BASE + number, **fields)


SUFFIXES, ACCENTS, GROUP, PARTICLES, TRIAL, NUMBERS, EPUB, NOTICE, GERMAN, SIGNS, GREEK_LETTER, GREEK_NAME = range(
    1, 13
)
TWIN, OLD_TYPE, POWER, ESCAPED = range(13, 17)

_ORCID = '<Identifier Source="ORCID">0000-0002-9999-123X</Identifier>'
_TRIAL = (
    "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
    "<AccessionNumber>NCT09990005</AccessionNumber></AccessionNumberList></DataBank><DataBank><DataBankName>ISRCTN"
    "</DataBankName><AccessionNumberList><AccessionNumber>ISRCTN99990005</AccessionNumber></AccessionNumberList>"
    "</DataBank></DataBankList><GrantList><Grant><GrantID>R01 ZZ990005</GrantID><Agency>Pond Fund</Agency></Grant>"
    "</GrantList>"
)
_GERMAN = "<VernacularTitle>Molche im Mondlicht.</VernacularTitle>"
_OTHER = (
    '<OtherAbstract Type="Publisher" Language="ger"><AbstractText>Sumpfdotterblumen.</AbstractText></OtherAbstract>'
)
_INVESTIGATORS = f"<InvestigatorList><Investigator>{person('Åkesson', 'Liv', 'L')}</Investigator></InvestigatorList>"
_SUBSTANCE = (
    "<ChemicalList><Chemical><RegistryNumber>0</RegistryNumber>"
    '<NameOfSubstance UI="C990001">quackostatin</NameOfSubstance></Chemical></ChemicalList>'
    "<GeneSymbolList><GeneSymbol>duKZ</GeneSymbol></GeneSymbolList>"
)


def records() -> list[str]:
    """Return the records, the same ones every time."""
    electronic = "<ArticleDate><Year>2019</Year><Month>12</Month><Day>20</Day></ArticleDate>"
    return [
        with_authors(
            _record(SUFFIXES), person("Adeyemi", "Femi B", "FB", "Jr"), person("Lind", "Karl", "K", "3rd"),
            person("van ’t Hof", "Anna Maria", "AM") + _ORCID,
        ),
        with_authors(
            _record(ACCENTS), person("O’Ceallaigh", "Seán", "S"), person("Núñez‐Ruiz", "Pía", "P"),
            person("王", "伟", "W"), person("Øster", "Łukasz", "Ł"), person("Suhartono"), person(None, "Madonnina"),
        ),
        with_authors(
            _record(GROUP, extra=_INVESTIGATORS),
            "<CollectiveName>Ministry of Ponds, Department of Reeds (North), and Toads</CollectiveName>",
        ),
        with_authors(
            _record(PARTICLES), person("de la Peña", "Eva", "E"), person("Al-Hakim", "Omar", "O"),
            person("O", "Sun", "S"), person("Roldanova D", "Juana F", "JF"), person("V B", "Chandra", "C"),
            person("Wangari", "De Yun", "Y"), person("Ogunda", "'Deji", "'"),
            person("Davina", "Kim", "K", ", MSN, MPH"),
        ),
        _in_article(_record(TRIAL), _TRIAL),
        _ids(
            _in_article(
                _record(NUMBERS, doi="https://doi.org/10.5555/Pond.6", pmcid="PMC99000006"),
                '<ELocationID EIdType="doi" ValidYN="Y">10.5555/second.6</ELocationID>',
            ),
            ("pii", "S9999-0006(20)30006-X"), ("mid", "NIHMS990006"),
        ),
        _in_article(_record(EPUB, published="<Year>2020</Year><Month>Mar</Month>"), electronic),
        _record(NOTICE, title="Notice about toads.", types=("Retraction Notice",)),
        _in_article(_record(GERMAN, title="[Not Available].", abstract=None, extra=_OTHER + _SUBSTANCE), _GERMAN),
        _record(
            SIGNS, title="Cardio\u00admyo\u00adpathy of garden\u00a0gnomes", abstract="A pro\u200bspec\u200btive study."
        ),
        _record(GREEK_LETTER, title="TNF-α in newts", keywords=("β-quackin",)),
        _record(GREEK_NAME, title="TNF-alpha in toads"),
        _record(TWIN, title="IFNγ and γδ T cells of frogs"),
        _record(OLD_TYPE, types=("Validation Studies",)),
        _record(
            POWER, title="Doses of 10<sup>6</sup> spores",
            abstract="Area 5 m<sup>2</sup>; Ca<sup>2+</sup> and H<sub>2</sub>O.",
        ),
        _record(
            ESCAPED, title="A &amp;lt;i&amp;gt;QUUX9&amp;lt;/i&amp;gt; variant &amp;amp; voles.",
            abstract="p &amp;lt; 0.05.",
        ),
    ]  # fmt: skip
