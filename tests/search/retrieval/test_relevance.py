"""The rule that says what is relevant to a plain question, and everything that follows it."""

import json
import math

import numpy as np
import pytest

from index.records.article import PublicationDate
from search import Searcher
from search.retrieval.relevance import LEAST, LEAST_OF_UNKNOWN, WORDS
from tests.support.fakes.fake_index import FakeEncoder, article, stand_in, stems

WORD = ("abab", "cdcd", "efef", "ghgh", "ijij")
QUESTION = "abab cdcd nowhere"


def sample_article(number: int):
    """Return an article of some of five words that share no letter, and of none of them; others are of y and z."""
    chosen = [word for bit, word in enumerate(WORD) if number >> bit & 1]
    year = 2000 + number % 10
    return article(
        900000000 + number,
        title=" ".join([*chosen, "yz" * (number % 4)]) or "zz",
        published=PublicationDate(year=str(year), first=f"{year}-01-01", last=f"{year}-12-31"),
        types=("Review",) if number % 3 else ("Letter",),
    )


ARTICLES = [sample_article(number) for number in range(1, 121)]


def relevant_by_hand(question: str) -> set[int]:
    """Return what the rule keeps by a look at every article; the fake's BM25 is one a word."""
    cosines = FakeEncoder().encode([f"{each.title} " for each in ARTICLES]) @ FakeEncoder().encode([question])[0]
    words = [{token.stem for token in stems(each.title)} for each in ARTICLES]
    typed = [token.stem for token in stems(question)]
    holding = {stem: sum(stem in own for own in words) for stem in typed}
    rarity = sum(math.log1p((len(ARTICLES) - n + 0.5) / (n + 0.5)) for n in holding.values())
    least = LEAST if any(holding.values()) else LEAST_OF_UNKNOWN
    return {
        each.pmid
        for each, cosine, own in zip(ARTICLES, cosines, words, strict=True)
        if cosine + WORDS * sum(stem in own for stem in typed) / rarity >= least
    }


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as searcher:
        yield searcher


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


@pytest.mark.parametrize("question", [QUESTION, "abab", "ghgh ijij", "yzyz", "nowhere to be found"])
def test_a_question_lists_what_the_rule_keeps_of_every_article(pubmed, question):
    page = pubmed.search(question, limit=1000)
    assert set(pmids(page)) == relevant_by_hand(question)
    assert (page.total, page.total_is, page.passing) == (len(page.hits), "exact", len(ARTICLES))


@pytest.mark.fault("Q8")
@pytest.mark.parametrize("filters", [{"years": (2003, 2005)}, {"types": ["Letter"]}, {"pmids": [900000003]}], ids=str)
def test_a_filter_never_makes_an_article_relevant_or_irrelevant(pubmed, filters):
    page = pubmed.search(QUESTION, limit=1000, **filters)
    kept = set(pubmed.pmids(QUESTION, whole=True, **filters))
    assert set(pmids(page)) == relevant_by_hand(QUESTION) & kept
    assert (page.total, page.passing) == (len(page.hits), len(kept))


def test_the_parts_of_the_rule_differ_between_articles():
    kept = relevant_by_hand(QUESTION)
    assert 20 < len(kept) < 100


@pytest.mark.parametrize("candidates", [1, 5, 20])
def test_few_candidates_never_list_what_the_rule_leaves_out_and_say_that_there_may_be_more(
    monkeypatch, pubmed, candidates
):
    monkeypatch.setattr("search.retrieval.candidates.CANDIDATES", candidates)
    page = pubmed.search(QUESTION, limit=1000)
    assert {*pmids(page)} < relevant_by_hand(QUESTION)
    assert page.total_is == "at least"
    assert len(page.hits) >= candidates


def test_an_article_that_one_ranking_misses_is_judged_by_both(monkeypatch, pubmed):
    """In few candidates, of those found by one ranking only, the other score is looked up."""
    monkeypatch.setattr("search.retrieval.candidates.CANDIDATES", 12)
    kept, seen = relevant_by_hand(QUESTION), 0
    for number in range(1, 12):
        filters = {"pmids": [900000000 + other for other in range(number, 121, 11)] + [900000001, 900000002]}
        page = pubmed.search(QUESTION, limit=1000, **filters)
        if page.total_is == "exact":
            seen += 1
            assert {*pmids(page)} == kept & {*filters["pmids"]}
    assert seen > 5


def test_counts_facets_orders_exports_and_records_follow_the_one_rule(pubmed):
    page = pubmed.search(QUESTION, limit=1000)
    listed = pmids(page)
    assert pubmed.total(QUESTION) == len(listed)
    (years,) = pubmed.facets(QUESTION, fields=["year"])
    expected = np.unique([hit.article.year for hit in page.hits], return_counts=True)
    assert {int(count.value): count.articles for count in years.counts} == dict(zip(*expected, strict=True))
    newest = pubmed.search(QUESTION, limit=1000, sort="newest")
    assert [hit.article.year for hit in newest.hits] == sorted((hit.article.year for hit in page.hits), reverse=True)
    assert {*pmids(newest)} == {*listed}
    assert [json.loads(line)["pmid"] for line in pubmed.export(QUESTION, "jsonl")] == listed
    record = pubmed.record(QUESTION)
    assert (record.listed.pmids, record.listed.total, record.listed.passing) == (tuple(listed), len(listed), 120)
    assert pubmed.replay(record).verdict == "same"
    assert [hit.article.pmid for hit in pubmed.iter_all(QUESTION)] == listed
    assert pubmed.topics(QUESTION).total == len(listed)


def test_what_ticking_a_value_lists_is_what_its_facet_counts(pubmed):
    (types,) = pubmed.facets(QUESTION, fields=["type"])
    assert len(types.counts) == 2
    for count in types.counts:
        assert pubmed.search(QUESTION, types=[count.label]).total == count.articles


def test_the_whole_list_has_the_relevant_articles_first_and_then_every_other_one(pubmed):
    whole = pubmed.search(QUESTION, limit=1000, whole=True)
    assert len({*pmids(whole)}) == whole.total == whole.passing == len(ARTICLES)
    assert (whole.total_is, pubmed.total(QUESTION, whole=True)) == ("exact", len(ARTICLES))
    (years,) = pubmed.facets(QUESTION, fields=["year"], whole=True)
    assert sum(count.articles for count in years.counts) == len(ARTICLES)
    newest = pubmed.search(QUESTION, limit=1000, whole=True, sort="newest")
    assert [hit.article.year for hit in newest.hits] == sorted((each.year for each in ARTICLES), reverse=True)


def test_a_query_with_an_operator_or_a_tag_lists_its_set(pubmed):
    for text in ("abab[ti]", "abab AND cdcd", "abab OR ijij"):
        page = pubmed.search(text, limit=1000)
        assert page.total == page.passing == len(page.hits) == pubmed.total(text, whole=True)


def test_an_article_that_the_question_names_is_listed_however_far_it_is_in_every_order(pubmed):
    for sort in ("relevance", "newest", "oldest"):
        page = pubmed.search("900000007", sort=sort, limit=1000)
        assert 900000007 in pmids(page)
        assert page.total == len(page.hits)
