"""CSL-JSON: one record worked by hand, and dates as far as PubMed gives them."""

import json
from dataclasses import replace

import pytest

from index.parsing.dates import interval
from index.records.article import Author, PublicationDate
from tests.search.export.example_articles import CHAPTER, STUDY, written


def test_a_record_is_exactly_this():
    [item] = json.loads(written("csl-json", STUDY))
    assert item == {
        "id": "Okafor2021_900000001",
        "type": "article-journal",
        "title": "RETRACTED: Metformin & 50% fewer colorectal cancers.",
        "container-title": "Journal of sample records",
        "container-title-short": "J. Sample Rec.",
        "volume": "7",
        "issue": "2",
        "page": "113-125",
        "ISSN": "0000-0019",
        "DOI": "10.0000/s_1",
        "PMID": "900000001",
        "PMCID": "PMC1",
        "URL": "https://pubmed.ncbi.nlm.nih.gov/900000001/",
        "source": "PubMed",
        "language": "en",
        "abstract": "AIMS: To count cancers among people with type 2 diabetes who took metformin and who didn't. "
        "RESULTS: H_2 {O}.",
        "keyword": "cohort, cancer",
        "note": "RETRACTED. Retraction in: J Sample Rec. 2022;8(1):1. PMID: 900000044",
        "author": [
            {"family": "Okafor", "given": "Ngozi B", "suffix": "Jr"},
            {"family": "van der Berg", "given": "Jan"},
            {"literal": "Bees and Trees Group"},
        ],
        "issued": {"date-parts": [[2021, 3]]},
    }


def test_several_articles_are_one_list():
    assert [item["PMID"] for item in json.loads(written("csl-json", STUDY, CHAPTER))] == ["900000001", "900000002"]


def test_a_chapter_names_its_book_and_its_editors():
    [item] = json.loads(written("csl-json", CHAPTER))
    assert (item["type"], item["title"], item["container-title"]) == ("chapter", "Bees", "All animals")
    assert (item["publisher"], item["publisher-place"], item["ISBN"]) == ("Sample Press", "Lund", "9780000000001")
    assert item["editor"] == [{"family": "Adeyemi", "given": "Tola"}]
    assert item["author"] == [{"literal": "Rossi"}]
    [book] = json.loads(written("csl-json", replace(CHAPTER, title=None)))
    assert (book["type"], book["title"], "container-title" in book) == ("book", "All animals", False)


@pytest.mark.parametrize(
    ("published", "issued"),
    [
        (PublicationDate("2021", "Mar", "5"), {"date-parts": [[2021, 3, 5]]}),
        (PublicationDate("2021", "Mar"), {"date-parts": [[2021, 3]]}),
        (PublicationDate("2021"), {"date-parts": [[2021]]}),
        (PublicationDate("2021", "Feb", "30"), {"date-parts": [[2021, 2]]}),
        (PublicationDate("2021", "Jan-Feb"), {"date-parts": [[2021, 1], [2021, 2]]}),
        (PublicationDate("2021", season="Fall"), {"date-parts": [[2021]], "season": 3}),
        (PublicationDate(medline_date="1998 Dec-1999 Jan"), {"date-parts": [[1998, 12], [1999, 1]]}),
        (PublicationDate(medline_date="1998-1999"), {"date-parts": [[1998], [1999]]}),
        (PublicationDate(medline_date="1977 Aug 27-Sep 3"), {"date-parts": [[1977, 8, 27], [1977, 9, 3]]}),
        (PublicationDate(medline_date="undated"), {"literal": "undated"}),
        (PublicationDate(), None),
    ],
)
def test_a_date_says_what_pubmed_says_and_no_more(published, issued):
    words = published.medline_date or " ".join(filter(None, (published.year, published.month, published.day)))
    first, last = interval(words)
    [item] = json.loads(written("csl-json", replace(STUDY, published=replace(published, first=first, last=last))))
    assert item.get("issued") == issued


def test_a_person_of_one_name_and_a_group_are_not_taken_apart():
    authors = (Author("Suharto"), Author(fore_name="Madonna"), Author(collective_name="Reeds, Toads and Ponds"))
    [item] = json.loads(written("csl-json", replace(STUDY, authors=authors)))
    assert item["author"] == [{"literal": "Suharto"}, {"literal": "Madonna"}, {"literal": "Reeds, Toads and Ponds"}]
