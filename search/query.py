"""What the reader typed, and how it was read."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.errors import QueryError
from index.matches import TokenSpan
from search.filters import Years
from search.stopwords import STOP_WORDS

CHARACTERS_READ = 10_000
"""A long abstract has 5,000; what follows would cost time and change little, for a model reads 256 tokens."""

WORDS_SAID = 12


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the query that can match a word of an article.

    Attributes:
        word: As typed, in lower case.
        stem: As the index keeps it.
    """

    word: str
    stem: str


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a query was read.

    Attributes:
        terms: The significant words in the order typed, every word where all are common ones. A word that is
            typed twice stands twice.
        years: The publication years wanted, or None for all.
        says: The same in words, for people.
    """

    terms: tuple[Term, ...]
    years: Years | None
    says: str

    @property
    def distinct(self) -> tuple[Term, ...]:
        """The terms, each stem once, as it was first typed."""
        first: dict[str, Term] = {}
        for term in self.terms:
            first.setdefault(term.stem, term)
        return tuple(first.values())

    @property
    def words(self) -> tuple[str, ...]:
        """The significant words as typed, in lower case, each stem once."""
        return tuple(term.word for term in self.distinct)

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `read_as`."""
        return {"words": list(self.words), "years": list(self.years.pair) if self.years else None, "says": self.says}


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as read.

    Attributes:
        text: What was typed.
        plain: What is searched by meaning: no control characters, Unicode composed, cut to `CHARACTERS_READ`.
        read_as: How it was read.
    """

    text: str
    plain: str
    read_as: ReadAs

    @property
    def keywords(self) -> str:
        """What is searched by words: common ones left out, or "does" would outweigh the rest in a small library."""
        return " ".join(term.word for term in self.read_as.terms)

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `query`."""
        return {"text": self.text, "read_as": self.read_as.to_json()}


def read_query(text: str, years: Years | None, stems: Callable[[str], Sequence[TokenSpan]]) -> Query:
    """Read a plain question or a few words; nothing in it is an operator.

    Args:
        text: What was typed, of any length and content.
        years: The publication years wanted.
        stems: The index's own analyser, so that a word here matches what it matches in an article.

    Raises:
        QueryError: Nothing was typed.
        TypeError: `text` is not text.
    """
    if not isinstance(text, str):
        raise TypeError(f"a query is text, not {text!r}")
    cleaned = plain_text(text)
    if not cleaned:
        raise QueryError("Type a question or a few words.")
    plain = cleaned[:CHARACTERS_READ]
    read_as = _read(_significant(plain, stems(plain)), years, cut=len(plain) < len(cleaned))
    return Query(text.encode(errors="replace").decode(), plain, read_as)


def plain_text(text: str) -> str:
    """Return the text composed (NFC), with full-width letters made narrow and control characters made spaces.

    Full NFKC would go too far: it rewrites the micro sign, which articles use, into the Greek letter.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(_plain_character(character) for character in composed).split())


def _plain_character(character: str) -> str:
    if "\uff00" <= character <= "\uffef":
        return unicodedata.normalize("NFKC", character)
    category = unicodedata.category(character)
    if category == "Cf":  # zero-width and direction marks stand inside words and must not cut them in two
        return ""
    return " " if category in {"Cc", "Cs"} else character


def _significant(text: str, tokens: Sequence[TokenSpan]) -> tuple[Term, ...]:
    every = tuple(Term(text[token.start : token.end].lower(), token.stem) for token in tokens)
    return tuple(term for term in every if term.word not in STOP_WORDS) or every


def _read(terms: tuple[Term, ...], years: Years | None, *, cut: bool) -> ReadAs:
    words = ReadAs(terms, years, "").words
    rest = len(words) - WORDS_SAID
    parts = [
        ", ".join(words[:WORDS_SAID]) + (f" and {rest:,} more words" if rest > 0 else ""),
        "by meaning and words" if words else "no words to look for, by meaning only",
        "common words only" if words and STOP_WORDS.issuperset(words) else "",
        str(years) if years else "",
        f"only the first {CHARACTERS_READ:,} characters were read" if cut else "",
    ]
    return ReadAs(terms, years, "; ".join(part for part in parts if part))
