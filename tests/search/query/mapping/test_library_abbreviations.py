"""Abbreviations of a whole library: counted by its build, searched, said."""

from pathlib import Path

import pytest

from index.lexical.abbreviations import Definition
from index.library.layout import Library
from search import Searcher
from tests.support.builds.killed_builds import build, record, small_builds
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles

RECORDS = [
    record(0, title="Ponds", abstract="The frog leap index (FLI) was high in spring."),
    record(1, title="Brooks", abstract="We took the frog leap index (FLI) in autumn."),
    record(2, title="The frog leap index of old frogs", abstract="It was low."),
    record(3, title="FLI by night", abstract="It was lower."),
    record(4, title="A leap year", abstract="Nothing else of note was seen."),
]
LONG_ONLY, SHORT_ONLY, ONE_WORD = FIRST_PMID + 2, FIRST_PMID + 3, FIRST_PMID + 4


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", RECORDS))
    return library


def by_words(pubmed: Searcher, query: str) -> list[int]:
    return [hit.article.pmid for hit in pubmed.search(query, whole=True).hits if hit.why.words is not None]


def test_a_build_counts_what_its_articles_define(library):
    with small_builds(), Searcher.open(library.path) as pubmed, pubmed._serving() as serving:
        assert serving.index.abbreviations.pairs("fli") == (Definition("FLI", "frog leap index", 2),)


def test_each_form_finds_articles_that_have_only_the_other(library):
    with small_builds(), Searcher.open(library.path) as pubmed:
        assert LONG_ONLY in by_words(pubmed, "fli")
        assert SHORT_ONLY in by_words(pubmed, "frog leap index")
        assert "abbreviation fli = frog leap index" in pubmed.search("fli").query.read_as.description
        assert "abbreviated frog leap index = FLI" in pubmed.search("frog leap index").query.read_as.description


def test_one_word_of_the_long_form_finds_nothing(library):
    with small_builds(), Searcher.open(library.path) as pubmed:
        assert ONE_WORD not in by_words(pubmed, "FLI")


def test_quoted_and_tagged_words_keep_only_articles_that_have_them(library):
    having = {FIRST_PMID, FIRST_PMID + 1, SHORT_ONLY}
    with small_builds(), Searcher.open(library.path) as pubmed:
        for query in ('"FLI"', "FLI[tiab]", "FLI AND (index OR lower)"):
            page = pubmed.search(query)
            assert {hit.article.pmid for hit in page.hits} == having
            assert "abbreviation" not in page.query.read_as.description
