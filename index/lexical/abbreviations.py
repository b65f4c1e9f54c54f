"""The abbreviations that a library's articles explain, each with its long forms and how many articles say so.

They are kept as values of the articles are, so that a form is found by bisection and articles are counted by rows:

    folded short form, folded long form     with the label: short form, long form
    folded long form, "", folded short form

The forms themselves are written as the first of the articles has them. NUL stands between them: no text has it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from index.core.errors import LibraryError
from index.core.text_normalization import folded_words
from index.lexical.abbreviation_pairs import definitions

BETWEEN: Final = "\0"
"""What stands between the forms in a value, and behind the one by which it is found."""
_PLURAL: Final = re.compile(r"(?<=[A-Z0-9])s$")
MOST_READ: Final = 200
"""Pairs of one form; those of the most articles come first. "PC" has hundreds of long forms in all of PubMed."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A pair that articles of the library define.

    Attributes:
        short: "TAVI".
        long: "transcatheter aortic valve implantation".
        articles: How many articles define it so, in title or abstract.
    """

    short: str
    long: str
    articles: int


class Values(Protocol):
    """The values of articles, in order."""

    def beginning(self, start: str) -> Iterator[tuple[str, str, int]]:
        """Yield key, label and number of articles of the values whose keys begin so."""


def abbreviation_values(text: str) -> Iterator[str]:
    """Yield the pairs that the title and abstract of an article define, as values: each once, by both of its forms."""
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for short, long in definitions(text):
        pairs.setdefault((short_key(short), _key(long)), (_line(short), _line(long)))
    for (short, long), written in pairs.items():
        if short and long:
            yield BETWEEN.join((short, long, *written))
            yield BETWEEN.join((long, "", short))


def abbreviation_key(value: str) -> str:
    """Return what makes two of these values equal."""
    first, second, *rest = value.split(BETWEEN)
    return BETWEEN.join((first, second, *([] if second else rest)))


def abbreviation_label(value: str) -> str:
    """Return how one of these values is written, "" for that by a long form."""
    _, second, *rest = value.split(BETWEEN)
    return BETWEEN.join(rest) if second else ""


class Abbreviations:
    """The abbreviations of one index, read-only; any number of threads may use them."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def expect(self, forms: Iterable[str]) -> None:
        """Say which folded forms are looked up next: where values are elsewhere, they are fetched together."""

    def pairs(self, folded: str) -> tuple[Definition, ...]:
        """Return the pairs of which one form, folded, is this; those that most articles define come first.

        Raises:
            LibraryError: The values are damaged.
        """
        pairs = sorted(self._pairs(folded), key=lambda pair: (-pair.articles, pair.long, pair.short))
        return tuple(pairs[:MOST_READ])

    def long_forms(self, folded: str) -> tuple[Definition, ...]:
        """Return the pairs of which the short form, folded, is this."""
        return tuple(pair for pair in self.pairs(folded) if short_key(pair.short) == folded)

    def _pairs(self, folded: str) -> Iterator[Definition]:
        for key, label, articles in self._values.beginning(folded + BETWEEN):
            _, other, *short = key.split(BETWEEN)
            written = label if other else self._written(short, folded)
            short_form, between, long_form = written.partition(BETWEEN)
            if not between:
                raise LibraryError(
                    f"The abbreviations of the index are damaged ({key!r:.80}). Build it again:\n  rebuild-index"
                )
            yield Definition(short_form, long_form, articles)

    def _written(self, short: list[str], long: str) -> str:
        sought = BETWEEN.join((*short, long))
        return next((label for key, label, _ in self._values.beginning(sought) if key == sought), "")


def short_key(short: str) -> str:
    """Return the folded form of an abbreviation, without the s of a plural: "ICUs" is "icu"."""
    return _key(_PLURAL.sub("", short))


def _key(form: str) -> str:
    return " ".join(folded_words(form))


def _line(form: str) -> str:
    return " ".join(form.split())
