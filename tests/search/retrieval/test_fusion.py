"""Fusion of the two rankings, against values worked by hand and as properties."""

import random
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.matches import Match
from search.query.query_reader import read_query
from search.retrieval import fusion
from search.retrieval.candidates import candidates
from search.retrieval.ranked import Ranked, RankedList
from search.retrieval.relevance_feedback import move_towards_best
from tests.support.fakes.fake_index import FakeIndex, article, matches_of


# Eighths, so that sums and products are exact and an order can be compared to the last tie.
def scored_matches(lowest: int) -> st.SearchStrategy[list[Match]]:
    return st.dictionaries(st.integers(1, 40), st.integers(lowest, 240), max_size=30).map(
        lambda scores: [Match(pmid, score / 8) for pmid, score in scores.items()]
    )


MEANING, WORDS = scored_matches(-8), scored_matches(1)


def matches(**scores: float) -> list[Match]:
    return [Match(int(name[1:]), score) for name, score in scores.items()]


def fuse(nearest, matching, cosines=None) -> RankedList:
    return fusion.fuse(
        matches_of(nearest), matches_of(matching), cosines=None if cosines is None else matches_of(cosines)
    )


def test_the_fused_score_is_the_mean_of_the_two_scaled_scores_as_worked_by_hand():
    # meaning .8 .5 .2 -> 1, .5, 0; words 10 and 4 -> 1, .4; an absent article counts 0 in that ranking
    fused = fuse(matches(p1=0.8, p2=0.5, p3=0.2), matches(p2=10.0, p4=4.0))
    assert fused == (
        Ranked(2, 0.75, 0.5, 10.0),
        Ranked(1, 0.5, 0.8, None),
        Ranked(4, 0.2, None, 4.0),
        Ranked(3, 0.0, 0.2, None),
    )


def test_one_candidate_alone_has_the_full_score_of_its_ranking():
    assert fuse(matches(p7=0.1), matches(p7=0.3)) == (Ranked(7, 1.0, 0.1, 0.3),)
    assert fuse(matches(p7=0.1), ()) == (Ranked(7, 0.5, 0.1, None),)


def test_nothing_fused_with_nothing_is_nothing():
    assert fuse((), ()) == ()


@pytest.mark.fault("Q9")
def test_equal_scores_stand_in_order_of_falling_pmid():
    fused = fuse(matches(p5=0.4, p9=0.4, p2=0.4), ())
    assert [ranked.pmid for ranked in fused] == [9, 5, 2]


@pytest.mark.fault("Q9")
@given(MEANING, WORDS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_candidates(meaning, words, rng: random.Random):
    expected = fuse(meaning, words)
    rng.shuffle(meaning)
    rng.shuffle(words)
    assert fuse(meaning, words) == expected


@given(MEANING, WORDS)
def test_every_candidate_is_ranked_once_with_a_falling_score_between_0_and_1(meaning, words):
    fused = fuse(meaning, words)
    scores = [ranked.score for ranked in fused]
    assert sorted(ranked.pmid for ranked in fused) == sorted({match.pmid for match in (*meaning, *words)})
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(MEANING, WORDS)
def test_the_order_does_not_depend_on_the_scale_of_a_ranking(meaning, words):
    larger = [Match(match.pmid, match.score * 4 + 8) for match in meaning], [Match(m.pmid, m.score * 4) for m in words]
    assert [ranked.pmid for ranked in fuse(*larger)] == [ranked.pmid for ranked in fuse(meaning, words)]


def test_what_is_told_of_the_meaning_may_be_another_score_than_what_ranks():
    fused = fuse(matches(p1=0.9, p2=0.8), (), cosines=matches(p2=0.7, p3=0.6))
    assert fused == (Ranked(1, 0.5, None, None), Ranked(2, 0.0, 0.7, None))


class Vectors:
    """An index of three articles, of which the third has no text."""

    held: ClassVar = {1: [1.0, 0.0], 2: [0.0, 1.0], 3: [0.0, 0.0]}

    def vectors(self, pmids):
        return np.array([self.held[pmid] for pmid in pmids], dtype=np.float32)


QUESTION = np.array([1.0, 0.0], dtype=np.float32)


def best(**scores: float) -> list[Ranked]:
    return [Ranked(int(name[1:]), score, None, None) for name, score in scores.items()]


def test_the_question_moves_towards_its_best_articles_by_their_scores_as_worked_by_hand():
    # The mean of (0, 1) at .8 and (1, 0) at .6 has length 1; half of it is added to (1, 0): (1.3, .4).
    expected = np.array([1.3, 0.4]) / np.hypot(1.3, 0.4)
    assert move_towards_best(QUESTION, best(p2=0.8, p1=0.6), Vectors()) == pytest.approx(expected)


def test_only_the_two_best_articles_speak():
    three = [*best(p1=0.5), *best(p1=0.5), *best(p2=0.5)]
    assert move_towards_best(QUESTION, three, Vectors()) == pytest.approx(QUESTION)


@pytest.mark.parametrize("ranked", [[], best(p2=0.0), best(p3=1.0)], ids=["none", "no score", "no text"])
def test_where_no_article_speaks_the_question_stays(ranked):
    assert move_towards_best(QUESTION, ranked, Vectors()) == pytest.approx(QUESTION)


def test_the_second_look_finds_what_the_best_articles_share_and_tells_the_questions_own_cosines():
    articles = [article(1, title="abc", abstract="xyz"), article(2, title="abcx"), article(3, title="xyzz")]
    index = FakeIndex(articles)
    query = read_query("abc", None, index.stems)
    vector = index.encode("abc")
    result = candidates(query, vector, index)
    before = {match.pmid: match.score for match in result.nearest}
    after = {match.pmid: match.score for match in result.refined}
    assert after[3] > before[3], "article 1, which comes first by words, shares its letters"
    assert {article.pmid: article.meaning for article in result.fused} == before
