"""Articles that the user already knows: by PMID, DOI, title, citation, or author, year and a word of the title."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.engine.filter_expression import AllOf, Between, FilterExpression, Pmids, Value, Word
from search.filters.author_names import author_filter

MAX_KNOWN_ITEMS = 50
"""Articles that one author, a year and a word may name; more of them mean that a question was typed."""

TITLES_COMPARED = 20
MIN_TITLE_LETTERS = 25
"""Of a title inside a longer text: a shorter one ("Diabetes mellitus") can occur there by chance."""

_MAX_WORDS = 8
_MAX_PMID_DIGITS = 10
_YEARS = range(1800, 2101)
_RESOLVERS = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:")


@dataclass(frozen=True, slots=True)
class KnownItemClue:
    """What a query says about one article.

    Attributes:
        description: The clue in words.
        filter_expression: What it keeps.
        first: Which of them come first: those of the first author before the others.
    """

    description: str
    filter_expression: FilterExpression
    first: FilterExpression | None = None


def clues(text: str) -> tuple[KnownItemClue, ...]:
    """Return what a query may be besides a question, the most specific first."""
    words = text.split()
    dois = frozenset(doi for word in words if (doi := doi_of(word)))
    exact = []
    if numbers := _pmids(words):
        exact.append(KnownItemClue(f"PMID {', '.join(map(str, numbers))}", Pmids(numbers)))
    if dois:
        exact.append(KnownItemClue(f"DOI {', '.join(sorted(dois))}", Value("doi", dois)))
    return tuple(exact) or _citation_clues(words)


def doi_of(word: str) -> str | None:
    """Return the DOI in a word, without the resolver's address and the punctuation after it; or None."""
    doi = word.lower().lstrip("(<[\"'")
    for prefix in _RESOLVERS:
        doi = doi.removeprefix(prefix)
    doi = doi.rstrip(".,;:>]\"'")
    if doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1]
    registrant, slash, suffix = doi.partition("/")
    is_prefix = registrant.startswith("10.") and registrant[3:].replace(".", "").isdigit()
    return doi if is_prefix and slash and suffix else None


def _pmids(words: Sequence[str]) -> frozenset[int]:
    """Return the numbers after "PMID", or all of a query that has only numbers."""
    stripped = [word.strip(".,;()").lower() for word in words]
    if stripped and all(map(_is_pmid, stripped)):
        return frozenset(map(int, stripped))
    labelled = " ".join(stripped).replace("pmid:", " pmid ").split()
    return frozenset(int(number) for label, number in pairwise(labelled) if label == "pmid" and _is_pmid(number))


def _is_pmid(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= _MAX_PMID_DIGITS and int(word) > 0


def _citation_clues(words: Sequence[str]) -> tuple[KnownItemClue, ...]:
    """Read "Okafor 2019 metformin", "Okafor NB et al. (2019) metformin" and "Okafor metformin 2019"."""
    bare = [word.strip("()[],;:.") for word in words]
    bare = [
        word for before, word in pairwise(["", *bare]) if word and not _is_conjunction(word.lower(), before.lower())
    ]
    positions = [position for position, word in enumerate(bare) if _is_year(word)]
    if len(positions) != 1 or len(bare) > _MAX_WORDS:
        return ()
    [position] = positions
    before, after, year = bare[:position], bare[position + 1 :], int(bare[position])
    readings = [(before, after)] if before and after else [(before[:size], before[size:]) for size in (1, 2)]
    return tuple(_by_author(name, year, title) for name, title in readings if name and title and not name[0].isdigit())


def _is_year(word: str) -> bool:
    return word.isdigit() and len(word) == 4 and int(word) in _YEARS  # noqa: PLR2004 - the digits of a year


def _is_conjunction(word: str, before: str) -> bool:
    # "Al" alone is the start of a name: Al Hugail, Al-Omari.
    return word in {"et", "and", "&"} or (word == "al" and before == "et")


def _by_author(name: Sequence[str], year: int, title: Sequence[str]) -> KnownItemClue:
    author = " ".join(name)
    others: tuple[FilterExpression, ...] = (
        Between("year", year, year),
        *(Word("title", word) for word in _words(title)),
    )
    return KnownItemClue(
        f"{author}, {year}, {' '.join(title)}",
        AllOf((author_filter(author), *others)),
        AllOf((author_filter(author, field="first_author"), *others)),
    )


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from "".join(c if c.isalnum() else " " for c in text).split()


def titles_in(text: str, titles: Iterable[tuple[int, str | None]]) -> tuple[int, ...]:
    """Return the PMIDs whose title is the text, or is contained in it, the longest title first.

    Punctuation does not count, but of titles with the same letters those come first that are there with the same
    punctuation: a title in square brackets is a translation, and the same title may exist without them.

    Args:
        text: What was typed: a title, or a citation that contains one.
        titles: PMIDs and titles, the likeliest first.
    """
    typed, typed_exactly = bare_letters(text), _without_case(text)
    matches = [
        (-len(letters), (exact := _without_case(title or "")) not in typed_exactly, -len(exact), pmid)
        for pmid, title in titles
        if (letters := bare_letters(title or ""))
        and (letters == typed or (len(letters) >= MIN_TITLE_LETTERS and letters in typed))
    ]
    return tuple(pmid for *_, pmid in sorted(matches, key=lambda match: match[:3]))


def _without_case(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def bare_letters(text: str) -> str:
    """Return the letters and digits of a text, without case, accents, spaces and punctuation."""
    folded = text.casefold()
    return "".join(filter(str.isalnum, folded if folded.isascii() else unicodedata.normalize("NFKD", folded)))
