"""Articles that the reader already knows: by PMID, DOI, title, citation, or author, year and a word of the title."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.engine.filter_expression import AllOf, Between, FilterExpression, Pmids, Value, Word
from search.filters.author_names import author_filter

MOST_KNOWN = 50
"""Articles that one author, a year and a word may name; more of them say that a question was typed."""

TITLES_READ = 20
LEAST_TITLE = 25
"""Letters of a title inside a longer text: fewer ("Diabetes mellitus") can stand there by chance."""

_MOST_WORDS = 8
_LONGEST_PMID = 10
_YEARS = range(1800, 2101)
_RESOLVERS = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:")


@dataclass(frozen=True, slots=True)
class KnownItemClue:
    """What a query says about one article.

    Attributes:
        description: The clue in words.
        restriction: What it keeps.
        first: What of it comes first: the first author before the others.
    """

    description: str
    restriction: FilterExpression
    first: FilterExpression | None = None


def clues(text: str) -> tuple[KnownItemClue, ...]:
    """Return what a query may be besides a question, most telling first."""
    words = text.split()
    dois = frozenset(doi for word in words if (doi := doi_of(word)))
    found = (
        [KnownItemClue(f"PMID {', '.join(map(str, numbers))}", Pmids(numbers))] if (numbers := _pmids(words)) else []
    )
    if dois:
        found.append(KnownItemClue(f"DOI {', '.join(sorted(dois))}", Value("doi", dois)))
    return (*found, *_named(words)) if not found else tuple(found)


def doi_of(word: str) -> str | None:
    """Return the DOI in a word, without the resolver's address and the punctuation behind it; or None."""
    doi = word.lower().lstrip("(<[\"'")
    for prefix in _RESOLVERS:
        doi = doi.removeprefix(prefix)
    doi = doi.rstrip(".,;:>]\"'")
    if doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1]
    registrant, slash, suffix = doi.partition("/")
    known = registrant.startswith("10.") and registrant[3:].replace(".", "").isdigit()
    return doi if known and slash and suffix else None


def _pmids(words: Sequence[str]) -> frozenset[int]:
    """Return the numbers behind "PMID", or all of a query that has only numbers."""
    stripped = [word.strip(".,;()").lower() for word in words]
    if stripped and all(map(_is_pmid, stripped)):
        return frozenset(map(int, stripped))
    parted = " ".join(stripped).replace("pmid:", " pmid ").split()
    return frozenset(int(number) for label, number in pairwise(parted) if label == "pmid" and _is_pmid(number))


def _is_pmid(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= _LONGEST_PMID and int(word) > 0


def _named(words: Sequence[str]) -> tuple[KnownItemClue, ...]:
    """Read "Okafor 2019 metformin", "Okafor NB et al. (2019) metformin" and "Okafor metformin 2019"."""
    bare = [word.strip("()[],;:.") for word in words]
    bare = [word for before, word in pairwise(["", *bare]) if word and not _joins_names(word.lower(), before.lower())]
    places = [place for place, word in enumerate(bare) if word.isdigit() and len(word) == 4 and int(word) in _YEARS]  # noqa: PLR2004
    if len(places) != 1 or len(bare) > _MOST_WORDS:
        return ()
    [place] = places
    before, after, year = bare[:place], bare[place + 1 :], int(bare[place])
    readings = [(before, after)] if before and after else [(before[:size], before[size:]) for size in (1, 2)]
    return tuple(_by_author(name, year, rest) for name, rest in readings if name and rest and not name[0].isdigit())


def _joins_names(word: str, before: str) -> bool:
    # "Al" alone begins a name: Al Hugail, Al-Omari.
    return word in {"et", "and", "&"} or (word == "al" and before == "et")


def _by_author(name: Sequence[str], year: int, title: Sequence[str]) -> KnownItemClue:
    author = " ".join(name)
    rest: tuple[FilterExpression, ...] = (Between("year", year, year), *(Word("title", word) for word in _words(title)))
    return KnownItemClue(
        f"{author}, {year}, {' '.join(title)}",
        AllOf((author_filter(author), *rest)),
        AllOf((author_filter(author, field="first_author"), *rest)),
    )


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from "".join(c if c.isalnum() else " " for c in text).split()


def titles_in(text: str, titles: Iterable[tuple[int, str | None]]) -> tuple[int, ...]:
    """Return the PMIDs whose title is the text, or stands in it, the longest title first.

    Punctuation does not count, but of titles with the same letters those come first that stand there sign by sign: a
    title in square brackets is a translation, and may have a twin without them.

    Args:
        text: What was typed: a title, or a citation with one in it.
        titles: PMIDs and titles, the likeliest first.
    """
    typed, whole = bare_letters(text), _one_case(text)
    found = [
        (-len(letters), (signs := _one_case(title or "")) not in whole, -len(signs), pmid)
        for pmid, title in titles
        if (letters := bare_letters(title or ""))
        and (letters == typed or (len(letters) >= LEAST_TITLE and letters in typed))
    ]
    return tuple(pmid for *_, pmid in sorted(found, key=lambda one: one[:3]))


def _one_case(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def bare_letters(text: str) -> str:
    """Return the letters and digits of a text, without case, accents, spaces and punctuation."""
    folded = text.casefold()
    return "".join(filter(str.isalnum, folded if folded.isascii() else unicodedata.normalize("NFKD", folded)))
