"""A page as JSON, in the shape that programs rely on."""

import json

from index.records.article import Author, Book, Identifier, Journal, Link
from search.export.citation import journal_name
from search.filters.date_ranges import Years
from search.query.query import Interpretation, Query, Term
from search.results import Evidence, Hit, Page, Why
from tests.support.fakes.fake_index import article

STUDY = article(
    900000001,
    title="Metformin and cancer",
    authors=(Author("Okafor", "Ngozi", "N"), Author(collective_name="The Sample Group")),
    journal=Journal(title="Journal of Sample Records", iso_abbreviation="J Sample Rec"),
    ids=(Identifier("doi", "10.0000/sample.1"),),
    types=("Journal Article",),
)


def page(*hits: Hit) -> Page:
    read_as = Interpretation(
        (Term("metformin", "metformin"),), Years(2015, None), "metformin; by meaning and words; from 2015"
    )
    return Page(
        Query("Metformin", "Metformin", read_as),
        hits,
        0,
        2143,
        "exact",
        3000,
        "2026-11-22T10-04-31-3f9c",
        "m",
        0.04,
    )


def test_a_page_as_json_has_the_documented_shape():
    hit = Hit(STUDY, 0.912345678, Evidence("It did.", "RESULTS", 412, 419), Why(0.83, 12.4, ("metformin",)))
    assert page(hit).to_json() == {
        "query": {
            "text": "Metformin",
            "corrected": None,
            "absent": None,
            "read_as": {
                "words": ["metformin"],
                "years": [2015, None],
                "says": "metformin; by meaning and words; from 2015",
                "demands": None,
                "known": None,
                "warnings": [],
                "suggestions": [],
                "translations": [],
                "untagged": None,
                "search_details": [],
            },
        },
        "build": "2026-11-22T10-04-31-3f9c",
        "fingerprint": "",
        "filters": {},
        "sort": "relevance",
        "ranking": {},
        "total": 2143,
        "total_is": "exact",
        "passing": 3000,
        "hits": [
            {
                "pmid": 900000001,
                "score": 0.912346,
                "title": "Metformin and cancer",
                "year": 2020,
                "journal": "J Sample Rec",
                "authors": ["Okafor N", "The Sample Group"],
                "doi": "10.0000/sample.1",
                "types": ["Journal Article"],
                "retracted": False,
                "evidence": {"text": "It did.", "section": "RESULTS", "start": 412, "end": 419},
                "why": {"meaning": 0.83, "words": 12.4, "matched": ["metformin"], "lacks": None},
                "url": "https://pubmed.ncbi.nlm.nih.gov/900000001/",
            }
        ],
    }


def test_what_a_record_lacks_is_null_and_never_made_up():
    bare = article(900000002, title=None, authors=(), published=STUDY.published.__class__())
    row = page(Hit(bare, 0.0, None, Why(None, None, ()))).to_json()["hits"][0]
    assert {key for key, value in row.items() if value is None} == {"title", "year", "journal", "doi", "evidence"}
    assert row["why"] == {"meaning": None, "words": None, "matched": [], "lacks": None}


def test_a_retraction_is_told_and_a_notice_about_another_is_not_one():
    retracted = [
        page(Hit(article(1, links=(Link(kind),)), 1.0, None, Why(None, None, ()))).to_json()["hits"][0]["retracted"]
        for kind in ("RetractionIn", "RetractionOf")
    ]
    assert retracted == [True, False]


def test_a_page_survives_json():
    original = page(Hit(STUDY, 0.5, None, Why(0.1, None, ())))
    assert json.loads(json.dumps(original.to_json())) == original.to_json()


def test_the_journals_shortest_name_is_shown_and_a_book_by_its_title():
    assert journal_name(article(1, journal=Journal(title="Long", medline_ta="Short"))) == "Short"
    assert journal_name(article(1, journal=Journal(title="Long"))) == "Long"
    assert journal_name(article(1, book=Book(title="A Handbook"))) == "A Handbook"
    assert journal_name(article(1)) is None
