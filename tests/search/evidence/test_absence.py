"""The rarest word of a question, where the first articles lack it, and the articles that have it."""

import pytest

from search import Searcher
from search.evidence.evidence import EvidenceTerms, read_article
from search.query.query_reader import read_query
from tests.support.fakes.fake_index import FakeIndex, article, stand_in, stems

ABOUT_SLEEP = [article(900000000 + n, title=f"Sleep, memory and recall in school {n}") for n in range(1, 60)]
ODD = article(900000099, title="xqxqxq zebrafish xqxqxq", types=("Review",))
QUESTION = "sleep memory recall zebrafish"


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, [*ABOUT_SLEEP, ODD])
    with Searcher.open("anywhere") as searcher:
        yield searcher


def test_the_rarest_word_that_no_first_article_has_is_said_with_the_query_for_those_that_have_it(pubmed):
    page = pubmed.search(QUESTION)
    assert ODD.pmid not in [hit.article.pmid for hit in page.hits[:10]]
    absent = page.query.absent
    assert (absent.word, absent.first, absent.articles) == ("zebrafish", 10, 1)
    assert [hit.article.pmid for hit in pubmed.search(absent.text)] == [ODD.pmid]
    assert page.query.notes == (
        "None of the first 10 articles has 'zebrafish'; 1 article has it: zebrafish[tiab]",
    )  # fmt: skip
    assert page.query.to_json()["absent"]["articles"] == 1


def test_of_other_pages_orders_and_queries_nothing_is_said(pubmed):
    assert pubmed.search(QUESTION, offset=20).query.absent is None
    assert pubmed.search(QUESTION, sort="newest").query.absent is None
    assert pubmed.search("sleep AND (memory OR zebrafish)").query.absent is None


def test_nothing_is_said_where_the_word_is_there_or_no_article_that_passes_has_it(pubmed):
    assert pubmed.search("zebrafish").query.absent is None
    assert pubmed.search(QUESTION, years=(1950, 1960)).query.absent is None
    assert pubmed.search("sleep memory bathysphere").query.absent is None, "said by the spelling"
    assert pubmed.search("sleep in school").query.absent is None


def test_each_article_says_whether_it_lacks_the_main_word(pubmed):
    hits = pubmed.search(QUESTION, limit=100, whole=True).hits
    assert {hit.why.lacks for hit in hits if hit.article.pmid != ODD.pmid} == {"zebrafish"}
    assert [hit.why.lacks for hit in hits if hit.article.pmid == ODD.pmid] == [None]
    assert hits[0].why.to_json()["lacks"] == "zebrafish"
    assert pubmed.search("sleep 2019").hits[0].why.lacks is None, "a number is no main word"


def test_an_abbreviation_that_the_article_explains_is_the_main_word_too():
    explained = article(1, title="Chronic kidney disease (CKD) in cats", abstract="CKD was mild.")
    index = FakeIndex([explained, article(2, title="Dogs")])
    terms = EvidenceTerms.of(read_query("CKD", None, stems).read_as, index)
    assert terms.main.word == "ckd"
    short = article(3, title="Renal failure", abstract="Chronic kidney disease (CKD).")
    assert read_article(short, terms, index).lacks is None
    assert read_article(article(4, title="Dogs"), terms, index).lacks == "ckd"
