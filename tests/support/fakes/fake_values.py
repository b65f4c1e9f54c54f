"""The values of articles in memory, as a column of a build gives them."""

from collections import Counter
from collections.abc import Iterator

from index.lexical.abbreviations import Abbreviations, abbreviation_key, abbreviation_label, abbreviation_values


class FakeValues:
    """Values with their labels and numbers of articles."""

    def __init__(self, values: dict[str, tuple[str, int]]) -> None:
        self._values = values

    def beginning(self, start: str) -> Iterator[tuple[str, str, int]]:
        for key, (label, articles) in sorted(self._values.items()):
            if key.startswith(start):
                yield key, label, articles


def known_abbreviations(*texts: str) -> Abbreviations:
    """Return what these texts define, the first of them the article of the first row."""
    values = [value for text in texts for value in abbreviation_values(text)]
    counts = Counter(map(abbreviation_key, values))
    labels = {abbreviation_key(value): abbreviation_label(value) for value in reversed(values)}
    return Abbreviations(FakeValues({key: (labels[key], count) for key, count in counts.items()}))
