"""Numbers and times as people read them."""

import pytest

from index.core.formatting import counted, duration, size


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.6, "1 min 0 s"), (192, "3 min 12 s"), (7500, "2 h 5 min")],
)
def test_durations(seconds: float, expected: str):
    assert duration(seconds) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (41_400_000, "41 MB"), (1_234_567_890_123, "1,235 GB")],
)
def test_sizes(count: int, expected: str):
    assert size(count) == expected


def test_one_is_singular():
    assert [counted(number, "article") for number in (0, 1, 2_000)] == ["0 articles", "1 article", "2,000 articles"]


def test_counts_agree_with_their_nouns() -> None:
    assert counted(1, "article") == "1 article"
    assert counted(0, "article") == "0 articles"
    assert counted(1234567, "study", "studies") == "1,234,567 studies"
