"""Recall of known articles: what is found, and for every other article what keeps it out, worked out by hand."""

import pytest

from index.core.errors import QueryError
from index.records.article import PublicationDate
from search import Searcher
from tests.support.fakes.fake_index import article, stand_in

OLD = PublicationDate(year="1999", first="1999-01-01", last="1999-12-31")
BOTH, NO_CANCER, RATS, OLD_ONE, GONE = 900000001, 900000002, 900000003, 900000004, 900000099
ARTICLES = [
    article(BOTH, title="Metformin and cancer"),
    article(NO_CANCER, title="Metformin alone"),
    article(RATS, title="Metformin and cancer in rats", abstract="The mice were kept apart."),
    article(OLD_ONE, title="Metformin and cancer long ago", published=OLD, languages=("ger",)),
    *(article(900000010 + number, title=f"Bees of meadow {number}") for number in range(5)),
]
STRATEGY = "metformin[ti] AND (cancer[ti] OR tumour[ti]) NOT (rats[ti] OR mice[tiab])"


@pytest.fixture
def library(monkeypatch):
    return stand_in(monkeypatch, ARTICLES)


@pytest.fixture
def pubmed(library):
    with Searcher.open("anywhere") as searcher:
        yield searcher


def reasons(recall) -> dict[int, list[tuple[str, str]]]:
    return {each.pmid: [(reason.cause, reason.what) for reason in each.reasons] for each in recall.missing}


def test_each_missing_article_comes_with_everything_that_keeps_it_out(pubmed):
    recall = pubmed.recall(STRATEGY, [BOTH, NO_CANCER, str(RATS), OLD_ONE, GONE, BOTH], years=(2010, None))
    assert (recall.found, recall.known, recall.held, recall.total) == (
        (BOTH,),
        (BOTH, NO_CANCER, RATS, OLD_ONE, GONE),
        4,
        1,
    )
    assert reasons(recall) == {
        NO_CANCER: [("lacks", "cancer in title OR tumour in title")],
        RATS: [("excluded", "rats in title"), ("excluded", "mice in title, abstract or keywords")],
        OLD_ONE: [("filter", "from 2010")],
        GONE: [("not held", "")],
    }
    assert str(recall.missing[2].reasons[0]) == "A filter excludes it: from 2010 (the article: 1999)"
    assert str(recall) == (
        "1 of 5 known articles found (20 %), among 1; 4 missing, 1 of them because the index does not hold it."
    )
    assert [str(part) for part in recall.parts] == [
        "metformin in title",
        "cancer in title OR tumour in title · alone keeps out 1",
        "NOT (rats in title OR mice in title, abstract or keywords) · alone keeps out 1",
        "from 2010 · alone keeps out 1",
    ]
    assert [part.keeps for part in recall.parts] == [4, 3, 3, 3]


def test_the_lines_of_a_strategy_are_named_and_each_says_what_it_keeps(pubmed):
    recall = pubmed.recall("#1 metformin\n#2 cancer[ti]\n#3 tumour[ti]\n#4 #2 OR #3\n#5 #1 AND #4", [BOTH, NO_CANCER])
    (missing,) = recall.missing
    assert [str(reason) for reason in missing.reasons] == [
        "It does not have: line #4, cancer in title OR tumour in title"
    ]
    assert [(part.line, part.keeps, part.alone) for part in recall.parts] == [
        (1, 2, 0), (4, 1, 1), (2, 1, 0), (3, 0, 0), (5, 1, 0),
    ]  # fmt: skip


def test_an_article_that_the_store_has_and_the_index_has_not_yet_is_said_to_be_so(library, pubmed):
    library.stores[0].held[GONE] = article(GONE, title="Metformin and cancer, in press")
    recall = pubmed.recall(STRATEGY, [BOTH, GONE])
    assert reasons(recall) == {GONE: [("not indexed", "")]}
    assert recall.missing[0].title == "Metformin and cancer, in press"


def test_a_plain_question_finds_what_it_lists_and_its_filters_exclude(pubmed):
    recall = pubmed.recall("metformin cancer", [BOTH, OLD_ONE, GONE], years=(2010, None))
    assert recall.found == (BOTH,)
    assert reasons(recall) == {OLD_ONE: [("filter", "from 2010")], GONE: [("not held", "")]}
    assert recall.total == len(ARTICLES) - 1


def test_known_articles_that_are_none_are_refused(pubmed):
    with pytest.raises(QueryError, match="No known article is given"):
        pubmed.recall(STRATEGY, [])
    with pytest.raises(QueryError, match="0 is not a PMID"):
        pubmed.recall(STRATEGY, [0])
    with pytest.raises(TypeError, match="known is a list of PMIDs"):
        pubmed.recall(STRATEGY, "900000001")


def test_its_json_says_all_of_it(pubmed):
    answer = pubmed.recall(STRATEGY, [BOTH, RATS]).to_json()
    assert (answer["known"], answer["found"], answer["held"], answer["total"]) == ([BOTH, RATS], [BOTH], 2, 2)
    assert answer["missing"][0]["reasons"][0] == {
        "cause": "excluded",
        "what": "rats in title",
        "line": None,
        "says": "It has what NOT excludes: rats in title",
    }
    assert answer["parts"][0] == {"what": "metformin in title", "line": None, "keeps": 2, "alone": 0}
