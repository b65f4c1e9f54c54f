"""Plain questions in the words of people who are no doctors, on real articles with the real model."""

import pytest

from benchmarks.quality.lay_questions import ranks
from index.library.layout import Library

NAMED_OTHERWISE = ("what to do after a heart attack?", "low blood sugar", "is Tylenol safe?", "Keytruda")
WITHIN_3 = 36  # of 60; measured: 39


@pytest.mark.timeout(1200)
def test_right_articles_are_among_the_first(demo_library: Library):
    found = ranks(demo_library)
    within = [question for question, rank in found.items() if rank is not None and rank <= 3]
    assert set(NAMED_OTHERWISE) <= set(within)
    assert len(within) >= WITHIN_3, found
