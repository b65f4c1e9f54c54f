"""Articles with one of everything that the formats write."""

from index.records.article import (
    Article,
    Author,
    Book,
    Chemical,
    Grant,
    Identifier,
    Journal,
    Keyword,
    Link,
    MeshHeading,
    PublicationDate,
    Qualifier,
    Section,
)
from search.export.formats import export

STUDY = Article(
    900000001,
    status="MEDLINE",
    owner="NLM",
    title="Metformin & 50% fewer colorectal cancers.",
    sections=(
        Section("AIMS", None, "To count cancers among people with type 2 diabetes who took metformin and who didn't."),
        Section("RESULTS", "RESULTS", "H_2 {O}."),
    ),
    copyright="© 2021 The authors.",
    authors=(
        Author("Okafor", "Ngozi B", "NB", "Jr", orcid="0000-0002-1825-0097", affiliations=("Lab A, Lagos.", "Lab B.")),
        Author("van der Berg", "Jan", "J"),
        Author(collective_name="Bees and Trees Group"),
    ),
    journal=Journal(
        "Journal of sample records", "J. Sample Rec.", "J Sample Rec", "0000-0019", "0000-0027", "99", "Sweden",
        "7", "2", "113-25",
    ),
    published=PublicationDate(year="2021", month="Mar", first="2021-03-01", last="2021-03-31"),
    electronic="2020-12-03",
    entrez="2020-12-05",
    revised="2021-06-07",
    publication_status="ppublish",
    ids=(
        Identifier("doi", "10.0000/s_1"),
        Identifier("pmc", "PMC1"),
        Identifier("mid", "NIHMS1"),
        Identifier("pii", "e1"),
    ),
    languages=("eng",),
    types=("Journal Article", "Retracted Publication"),
    mesh=(MeshHeading("D0", "Neoplasms", False, (Qualifier("Q0", "drug therapy", True),)), MeshHeading("D1", "Humans")),
    chemicals=(Chemical("D2", "Metformin", "9100L32L2N"),),
    keywords=(Keyword("cohort", owner="NOTNLM"), Keyword("cancer", major=True, owner="NOTNLM")),
    grants=(Grant("R01", "CA", "NCI NIH HHS", "United States"),),
    links=(Link("RetractionIn", "J Sample Rec. 2022;8(1):1", 900000044),),
    subsets=("IM",),
)  # fmt: skip


CHAPTER = Article(
    900000002,
    title="Bees",
    authors=(Author("Rossi"),),
    book=Book(
        "All animals", "Sample Press", "Lund", isbn=("9780000000001",), editors=(Author("Adeyemi", "Tola", "T"),)
    ),
    published=PublicationDate(year="2019", first="2019-01-01", last="2019-12-31"),
)

EVIL = "one\nTY  - JOUR\r\nER  - \n\nPMID- 1\nTI  - two\u2028AB  - three\x85\x00four {five} \\six 100% {seven"


def written(into: str, *articles: Article) -> str:
    return "".join(export(articles, into))
