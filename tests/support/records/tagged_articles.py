"""Three invented articles that fill the fields which PubMed's tags search, and a vocabulary for their headings."""

from index.records.article import (
    Author,
    Book,
    Chemical,
    DataBank,
    Grant,
    Identifier,
    Journal,
    Keyword,
    Link,
    MeshHeading,
    OtherAbstract,
    PublicationDate,
    Qualifier,
    Section,
    SupplementaryConcept,
)
from tests.support.fakes.fake_index import article

MESH = """ui\tname\tentry_terms\ttree_numbers
D1\tFruit\tFruits\tB01.100
D2\tLemon\t\tB01.100.200
D3\tHumans\tMan\tB02.100
D4\tAnimals\t\tB02
D5\tPhosphates/metabolism study\t\tD01
D016430\tClinical Trial\t\tV03.175.250
D016449\tRandomized Controlled Trial\t\tV03.175.250.500
D016454\tReview\t\tV02.600.500
"""
ARTICLES = [
    article(
        900_000_001,
        title="Honey bees near old wooden hives",
        abstract=[("AIM", "Behaviour therapy of bees is slow."), ("RESULTS", "Lung cancers were seen.")],
        other_abstracts=(OtherAbstract("Publisher", "spa", (Section(None, None, "Las abejas duermen."),)),),
        authors=(
            Author("Okafor", "Ngozi B", "NB", suffix="Jr", affiliations=("Umea University, Sweden", "Sample Hill")),
            Author("van der Berg", "Marie", "M"),
            Author(collective_name="The Honey Group"),
        ),
        journal=Journal(
            "Journal of Sample Records", "J. Sample Rec.", "J Sample Rec", "1234-5678", None, "9000001", "Sweden",
            volume="12", issue="3 Suppl 1", pages="113-25",
        ),
        published=PublicationDate("2020", season="Spring", first="2020-01-01", last="2020-12-31"),
        electronic="2019-12-30",
        entrez="2020-01-02",
        entered="2020-01-03",
        indexed="2020-02-04",
        completed="2020-02-04",
        revised="2020-06-07",
        status="MEDLINE",
        languages=("eng",),
        publication_status="epublish",
        types=("Journal Article", "Randomized Controlled Trial"),
        mesh=(
            MeshHeading("D2", "Lemon", qualifiers=(Qualifier("Q1", "diet therapy", major=True),)),
            MeshHeading("D3", "Humans"),
            MeshHeading("D4", "Animals"),
        ),
        keywords=(Keyword("pollen"),),
        subsets=("IM", "AIM"),
        conflict_of_interest="The author sells beeswax.",
    ),
    article(
        900_000_002,
        title="Wooden hives near honey and bees",
        vernacular_title="Bienen im Haus",
        authors=(Author("Okafor", "Nils", "N"), Author("Smith", "Jane Ann", "JA")),
        journal=Journal("Lancet (London, England)", "Lancet", "Lancet", "0140-6736", None, "2985213R", "England",
                        volume="7", issue="3", pages="S9"),
        published=PublicationDate("2021", "Jun", "15", first="2021-06-15", last="2021-06-15"),
        entrez="2021-06-20",
        entered="2021-06-21",
        status="In-Process",
        languages=("ger",),
        types=("Review",),
        mesh=(MeshHeading("D1", "Fruit", major=True, qualifiers=(Qualifier("Q2", "adverse effects"),)),
              MeshHeading("D4", "Animals")),
        chemicals=(Chemical("D9", "Metformin", "657-24-9"),),
        supplementary=(SupplementaryConcept("C1", "sample fever", "Disease"),),
        data_banks=(DataBank("ClinicalTrials.gov", ("NCT00000001",)),),
        grants=(Grant("R01 AB012345", "AB", "NIBB NIH HHS", "United States"),),
        named_persons=(Author("Mendel", "Gregor", "G"),),
        investigators=(Author("Nap", "Nora", "N"),),
        ids=(Identifier("doi", "10.1000/x1"), Identifier("pii", "S0140-1"), Identifier("pmc", "PMC12")),
        links=(Link("CommentIn", "Sample Rec. 2021;1:2", note="a long note"),),
    ),
    article(
        900_000_003,
        title="Cancer of the lung, year only",
        authors=(Author("Smithson", "J", "J"),),
        published=PublicationDate("2021", first="2021-01-01", last="2021-12-31"),
        types=("Preprint",),
        book=Book(title="SampleReviews", publisher="Sample Press", isbn=("9780000000001",),
                  editors=(Author("Edda", "Eve", "E"),)),
    ),
]  # fmt: skip
