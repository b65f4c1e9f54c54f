"""BM25 over stemmed words: worked by hand, plain text only, ties in order."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest

import index.lexical.bm25_index
from index.core.errors import LibraryError
from index.lexical.bm25_index import MOST_TERMS, Bm25Document, Bm25Index
from index.lexical.bm25_query import OTHER_NAME
from index.lexical.matches import NameKind, Translation

ROUNDED = 1e-4
"""How far a score may be from its exact value, as a part of it."""

DOCUMENTS = [
    Bm25Document(5, "metformin lowers cancer risk in diabetes"),
    Bm25Document(4, "insulin and diabetes"),
    Bm25Document(3, "Sjögren syndrome and β-catenin"),
    Bm25Document(2, "the vitamin A of carrots; running studies"),
    Bm25Document(1, "cancer cancer cancer"),
]


@pytest.fixture(scope="module")
def bm25(tmp_path_factory: pytest.TempPathFactory) -> Bm25Index:
    return Bm25Index.build(tmp_path_factory.mktemp("bm25") / "index", DOCUMENTS)


def pmids(index: Bm25Index, text: str, limit: int = 10, allowed: list[int] | None = None):
    allowed_pmids = None if allowed is None else np.array(allowed, dtype=np.int64)
    return [match.pmid for match in index.search(text, limit, allowed=allowed_pmids).matches]


def test_a_score_is_bm25_worked_by_hand(bm25: Bm25Index):
    # "insulin": in 1 of 5 articles; article 4 has 3 words; all articles have 6 + 3 + 5 + 7 + 3 = 24 words.
    idf = math.log(1 + (5 - 1 + 0.5) / (1 + 0.5))
    expected = idf * (1 + 1.2) * 1 / (1 + 1.2 * (1 - 0.75 + 0.75 * 3 / (24 / 5)))
    (match,) = bm25.search("insulin", 3).matches
    assert match.pmid == 4
    assert match.score == pytest.approx(expected, rel=ROUNDED)


def test_a_word_asked_twice_counts_twice(bm25: Bm25Index):
    once = bm25.search("insulin", 1).matches[0].score
    assert bm25.search("insulin insulin", 1).matches[0].score == pytest.approx(2 * once, rel=ROUNDED)


def test_any_of_the_words_matches_and_the_total_is_exact(bm25: Bm25Index):
    result = bm25.search("cancer diabetes", 1)
    assert result.total == 3
    assert len(result.matches) == 1


def test_words_match_in_any_inflection_case_and_accent(bm25: Bm25Index):
    assert pmids(bm25, "RUN") == [2]
    assert pmids(bm25, "sjogren") == [3]
    assert pmids(bm25, "sjo\u0308gren") == [3]
    assert pmids(bm25, "β-catenin") == [3]


def test_stop_words_go_unless_there_is_nothing_else(bm25: Bm25Index):
    assert bm25.query_terms("the vitamin of a carrot") == {"vitamin": 1, "carrot": 1}
    assert pmids(bm25, "of the") == [2]
    assert pmids(bm25, "a") == [2]


@pytest.mark.fault("Q1")
@pytest.mark.parametrize("text", ["", "   ", "?!*()", "\x00", "\u200b", "zzzz"])
def test_what_holds_no_known_word_matches_nothing(bm25: Bm25Index, text: str):
    result = bm25.search(text, 10)
    assert (result.total, result.matches) == (0, ())


@pytest.mark.fault("Q2", "Q3")
@pytest.mark.parametrize(
    "text",
    [
        "metformin AND NOT cancer",
        'text:metformin "cancer" risk~2 ^9 [* TO *]',
        "pmid:1 OR -metformin (((",
        "select id from txtai where similar('metformin')",
        "metformin \\ / ' ; DROP TABLE",
    ],
)
def test_query_language_is_plain_words(bm25: Bm25Index, text: str):
    assert pmids(bm25, text)[0] == 5


@pytest.mark.fault("Q1")
def test_a_text_of_100_kB_is_searched_by_its_rarest_known_words(tmp_path: Path):
    words = [f"word{number}" for number in range(MOST_TERMS + 50)]
    documents = [Bm25Document(2, " ".join(words)), Bm25Document(1, " ".join(words[:100]))]
    index = Bm25Index.build(tmp_path / "index", documents)
    terms = index.query_terms(" ".join(words) + " unknown" * 12_000)
    assert len(terms) == MOST_TERMS
    assert set(words[100:]) <= set(terms)


@pytest.fixture(params=[10**9, 0], ids=["ranked then filtered", "filtered in the query"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.lexical.bm25_index, "_SHARE_OF_ALL", 10**9)
    monkeypatch.setattr(index.lexical.bm25_index, "_COST_OF_ALLOWED", request.param)


@pytest.mark.usefixtures("both_ways")
def test_only_allowed_articles_are_found(bm25: Bm25Index):
    assert sorted(pmids(bm25, "cancer insulin vitamin", allowed=[4, 3, 1])) == [1, 4]
    assert pmids(bm25, "cancer", allowed=[4]) == []
    assert pmids(bm25, "cancer", allowed=[999]) == []


def test_nothing_allowed_is_nothing_found(bm25: Bm25Index):
    assert pmids(bm25, "cancer", allowed=[]) == []


@pytest.mark.usefixtures("both_ways")
def test_a_filter_changes_no_score(bm25: Bm25Index):
    unfiltered_scores = {match.pmid: match.score for match in bm25.search("cancer diabetes", 10).matches}
    matches = bm25.search("cancer diabetes", 10, allowed=np.array([5, 4])).matches
    assert [match.pmid for match in matches] == [5, 4]
    for match in matches:
        assert match.score == pytest.approx(unfiltered_scores[match.pmid], rel=1e-6)


@pytest.mark.fault("Q8")
@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("step", [2, 7, 400])
def test_a_selection_has_the_order_of_the_whole_ranking(tmp_path: Path, step: int):
    documents = [Bm25Document(pmid, "word " * (1 + pmid % 5) + "and " * (pmid % 3)) for pmid in range(1, 801)]
    index = Bm25Index.build(tmp_path / "index", documents)
    full_ranking = pmids(index, "word", limit=800)
    allowed = list(range(step, 801, step))
    for limit in (1, 20, 800):
        expected = [pmid for pmid in full_ranking if pmid in set(allowed)][:limit]
        assert pmids(index, "word", limit=limit, allowed=allowed) == expected


@pytest.mark.fault("Q9")
def test_equal_scores_come_by_pmid_even_where_the_cut_falls_among_them(tmp_path: Path):
    documents = [Bm25Document(pmid, "the same words") for pmid in range(1, 501)]
    index = Bm25Index.build(tmp_path / "index", documents)
    assert pmids(index, "same", limit=3) == [500, 499, 498]
    assert index.search("same", 3).total == 500


def test_a_limit_below_1_is_the_callers_slip_and_a_huge_one_gives_all(bm25: Bm25Index):
    with pytest.raises(ValueError, match="1 or more"):
        bm25.search("cancer", 0)
    assert len(bm25.search("cancer", 10**9).matches) == 2


def test_stems_know_where_their_words_are(bm25: Bm25Index):
    text = "Running with Sjo\u0308gren's H₂O"
    spans = [(span.stem, text[span.start : span.end]) for span in bm25.stems(text)]
    assert spans == [("run", "Running"), ("with", "with"), ("sjogren", "Sjo\u0308gren"), ("s", "s"), ("h2o", "H₂O")]


def test_document_frequency_counts_articles(bm25: Bm25Index):
    assert bm25.document_frequency("cancer") == 2
    assert bm25.document_frequency("unheardof") == 0


@pytest.mark.fault("Q10")
def test_many_threads_get_the_same_answers_as_one(bm25: Bm25Index):
    expected = bm25.search("cancer diabetes vitamin", 10)
    answers = []

    def search_often() -> None:
        answers.extend(bm25.search("cancer diabetes vitamin", 10) for _ in range(50))
        assert bm25.stems("Running studies")

    threads = [threading.Thread(target=search_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 400


def test_opening_and_searching_changes_no_file(tmp_path: Path):
    folder = tmp_path / "index"
    Bm25Index.build(folder, DOCUMENTS)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    Bm25Index.open(folder).search("cancer", 5)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_empty_index_answers_nothing(tmp_path: Path):
    index = Bm25Index.build(tmp_path / "index", [])
    assert len(index) == 0
    assert index.search("cancer", 5).matches == ()


def test_a_folder_without_index_names_the_command(tmp_path: Path):
    with pytest.raises(LibraryError, match="rebuild-index"):
        Bm25Index.open(tmp_path)


ATTACKS = [
    Bm25Document(4, "heart attack after heart surgery"),
    Bm25Document(3, "myocardial infarction treated early"),
    Bm25Document(2, "myocardial perfusion"),
    Bm25Document(1, "coronary thrombosis"),
]
ATTACK = Translation("heart attack", "Myocardial Infarction", ("Heart Attacks", "Unheard Of", "Coronary Thrombosis"))


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> Bm25Index:
    return Bm25Index.build(tmp_path_factory.mktemp("attacks") / "index", ATTACKS)


def scores(index: Bm25Index, text: str, *translations: Translation) -> dict[int, float]:
    return {match.pmid: match.score for match in index.search(text, 10, translations=translations).matches}


def test_another_name_finds_articles_that_hold_it_whole_and_counts_less_than_if_it_were_typed(attacks: Bm25Index):
    translated = scores(attacks, "heart attack", ATTACK)
    assert set(translated) == {4, 3, 1}, "of myocardial infarction, article 2 holds one word only"
    assert translated[4] == pytest.approx(scores(attacks, "heart attack")[4], rel=ROUNDED)
    for pmid, name in ((3, "myocardial infarction"), (1, "coronary thrombosis")):
        assert translated[pmid] == pytest.approx(OTHER_NAME * scores(attacks, name)[pmid], rel=ROUNDED)


def test_the_words_around_a_heading_count_as_usual(attacks: Bm25Index):
    translated = scores(attacks, "early heart attack treatment", ATTACK)
    words_alone = scores(attacks, "early treatment")
    assert translated[3] == pytest.approx(
        words_alone[3] + OTHER_NAME * scores(attacks, "myocardial infarction")[3], rel=ROUNDED
    )


def test_an_article_that_holds_both_names_gets_the_better_of_the_two(tmp_path: Path):
    index = Bm25Index.build(tmp_path / "index", [*ATTACKS, Bm25Document(9, "heart attack, myocardial infarction")])
    assert scores(index, "heart attack", ATTACK)[9] == pytest.approx(scores(index, "heart attack")[9], rel=ROUNDED)


def test_a_heading_whose_other_names_no_article_has_changes_nothing(attacks: Bm25Index):
    unknown = Translation("heart", "Cor", ("Hearts",))
    assert scores(attacks, "heart attack heart", unknown) == scores(attacks, "heart attack heart")


def test_names_of_headings_are_plain_words(attacks: Bm25Index):
    hostile = Translation("heart", 'text:coronary* "thrombosis" AND (', ("", "?!"))
    assert set(scores(attacks, "heart", hostile)) == {4}


def test_an_everyday_name_finds_its_concept_before_articles_with_one_of_its_words(tmp_path: Path):
    documents = [
        Bm25Document(1, "low blood sugar at night"),
        Bm25Document(2, "hypoglycemia at night"),
        Bm25Document(3, "blood and blood and more blood"),
        *(Bm25Document(number, "something else entirely") for number in range(4, 10)),
    ]
    index = Bm25Index.build(tmp_path / "index", documents)
    low = Translation("low blood sugar", "Hypoglycemia", kind=NameKind.EVERYDAY)
    assert list(scores(index, "low blood sugar", low)) == [1, 2, 3]
    alone = scores(index, "hypoglycemia")
    assert scores(index, "low blood sugar", low)[2] == pytest.approx(alone[2], rel=ROUNDED)
    assert 2 not in scores(index, "low blood sugar")
