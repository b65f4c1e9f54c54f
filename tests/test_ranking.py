"""Fusion of the two rankings, against values worked by hand and as properties."""

import random

from hypothesis import given
from hypothesis import strategies as st

from index.matches import Match
from search.ranking import Ranked, fuse

# Eighths, so that sums and products are exact and an order can be compared to the last tie.
LEG = st.dictionaries(st.integers(1, 40), st.integers(-8, 240), max_size=30).map(
    lambda scores: [Match(pmid, score / 8) for pmid, score in scores.items()]
)


def matches(**scores: float) -> list[Match]:
    return [Match(int(name[1:]), score) for name, score in scores.items()]


def test_the_fused_score_is_the_mean_of_the_two_min_max_scores_as_worked_by_hand():
    # meaning .8 .5 .2 -> 1, .5, 0; words 10 and 4 -> 1, 0; an absent article counts 0 in that ranking
    fused = fuse(matches(p1=0.8, p2=0.5, p3=0.2), matches(p2=10.0, p4=4.0))
    assert fused == (
        Ranked(2, 0.75, 0.5, 10.0),
        Ranked(1, 0.5, 0.8, None),
        Ranked(4, 0.0, None, 4.0),
        Ranked(3, 0.0, 0.2, None),
    )


def test_one_candidate_alone_has_the_full_score_of_its_ranking():
    assert fuse(matches(p7=0.1), matches(p7=0.3)) == (Ranked(7, 1.0, 0.1, 0.3),)
    assert fuse(matches(p7=0.1), ()) == (Ranked(7, 0.5, 0.1, None),)


def test_nothing_fused_with_nothing_is_nothing():
    assert fuse((), ()) == ()


def test_Q9_equal_scores_stand_in_order_of_falling_pmid():
    fused = fuse(matches(p5=0.4, p9=0.4, p2=0.4), ())
    assert [ranked.pmid for ranked in fused] == [9, 5, 2]


@given(LEG, LEG, st.randoms(use_true_random=False))
def test_Q9_the_order_does_not_depend_on_the_order_of_the_candidates(meaning, words, rng: random.Random):
    expected = fuse(meaning, words)
    rng.shuffle(meaning)
    rng.shuffle(words)
    assert fuse(meaning, words) == expected


@given(LEG, LEG)
def test_every_candidate_is_ranked_once_with_a_falling_score_between_0_and_1(meaning, words):
    fused = fuse(meaning, words)
    scores = [ranked.score for ranked in fused]
    assert sorted(ranked.pmid for ranked in fused) == sorted({match.pmid for match in (*meaning, *words)})
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(LEG, LEG)
def test_the_order_does_not_depend_on_the_scale_of_a_ranking(meaning, words):
    scaled = [Match(match.pmid, match.score * 4 + 8) for match in words]
    assert [ranked.pmid for ranked in fuse(meaning, scaled)] == [ranked.pmid for ranked in fuse(meaning, words)]
