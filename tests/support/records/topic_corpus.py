"""A small invented corpus, whose topics are different enough to be distinguished by meaning."""

from tests.support.records.pubmed_xml import FIRST_PMID, article_xml

# Title, abstract, year. Written by us for these tests; the findings are invented.
TOPICS: tuple[tuple[str, str, int], ...] = (
    (
        "Metformin use and the incidence of colorectal cancer: a cohort study",
        "We followed 41,200 adults with type 2 diabetes for nine years. Ever-users of metformin had a lower incidence "
        "of colorectal cancer than never-users (hazard ratio 0.82). The association grew with cumulative dose.",
        2019,
    ),
    (
        "Hand washing in primary schools and absence from respiratory illness",
        "Sixty schools were randomised to supervised hand washing or usual practice. Absence caused by coughs and "
        "colds fell by a fifth. Teachers found the routine easy to keep.",
        2018,
    ),
    (
        "Sleep loss and the consolidation of declarative memory in adolescents",
        "Thirty adolescents learned word pairs and then slept four or nine hours. Short sleep impaired recall the next "
        "day. Recovery nights restored performance only in part.",
        2020,
    ),
    (
        "Zebrafish hearts regenerate without scarring after cryoinjury",
        "Ventricles were frozen locally and followed for sixty days. Cardiomyocytes re-entered the cell cycle and "
        "replaced the lost muscle. Collagen deposits were resorbed.",
        2017,
    ),
    (
        "Deep learning grades diabetic retinopathy from smartphone photographs",
        "A convolutional network was trained on 88,000 retinal photographs. Sensitivity for referable disease was "
        "94 %. Images from cheap lenses were graded as well as those from clinic cameras.",
        2021,
    ),
    (
        "Obesity and age as risk factors for severe COVID-19 in hospital",
        "Records of 5,300 patients admitted with SARS-CoV-2 infection were reviewed. Obesity, older age and chronic "
        "kidney disease raised the odds of intensive care. Asthma did not.",
        2021,
    ),
    (
        "Soil warming accelerates nitrogen mineralisation in boreal forest",
        "Plots were heated by five degrees for twelve seasons. Mineral nitrogen doubled in the first years and then "
        "levelled off. Fungal biomass declined.",
        2016,
    ),
    (
        "Cognitive behavioural therapy delivered by telephone for chronic tinnitus",
        "Adults troubled by tinnitus received eight calls or a booklet. Distress scores fell more with therapy. The "
        "gain persisted at one year.",
        2020,
    ),
    (
        "Gut microbiota composition after faecal transplantation for recurrent Clostridioides difficile",
        "Stool of 48 recipients was sequenced before and after transplantation. Diversity approached the donors' "
        "within a week. Relapse followed where Bacteroides failed to engraft.",
        2019,
    ),
    (
        "Vitamin D supplementation does not prevent fractures in older men",
        "Men above seventy took vitamin D or placebo for three years. Fractures were as common in both arms. Serum "
        "calcium stayed normal.",
        2018,
    ),
    (
        "Perovskite solar cells with a self-healing encapsulant",
        "A polymer layer sealed cracks at room temperature. Cells kept nine tenths of their efficiency after a "
        "thousand hours of light. Lead did not leak.",
        2021,
    ),
    (
        "Honeybee foraging declines under sublethal neonicotinoid exposure",
        "Tagged workers were fed clean or treated syrup. Treated bees made fewer trips and got lost more often. "
        "Colony weight lagged behind by autumn.",
        2017,
    ),
)

DRUGS = ("atorvastatin", "lisinopril", "amlodipine", "warfarin", "ibuprofen", "sertraline")
COUNTRIES = ("Ghana", "Sweden", "Chile", "Nepal", "Canada", "Portugal")


def corpus() -> list[str]:
    """Return 48 records: twelve topics with an abstract each, and drugs by place, every third without an abstract."""
    topics = [
        article_xml(
            FIRST_PMID + number,
            title=title,
            abstract=abstract,
            published=f"<Year>{year}</Year><Month>Mar</Month>",
            entrez=f"{year}-03-02",
            doi=f"10.0000/sample.{number}",
        )
        for number, (title, abstract, year) in enumerate(TOPICS)
    ]
    return topics + [_prescribing(number) for number in range(len(DRUGS) * len(COUNTRIES))]


def _prescribing(number: int) -> str:
    drug, country = DRUGS[number % len(DRUGS)], COUNTRIES[number // len(DRUGS)]
    year = 2015 + number % 6
    abstract = f"Practices in {country} were surveyed. Use of {drug} differed by region."
    return article_xml(
        FIRST_PMID + 100 + number,
        title=f"Prescribing of {drug} by general practitioners in {country}",
        abstract=abstract if number % 3 else None,
        published=f"<Year>{year}</Year>",
        entrez=f"{year}-05-{number % 28 + 1:02d}",
    )
