"""What the user typed, and how it was read."""

from dataclasses import dataclass

from index.engine.filter_expression import Everything, FilterExpression
from index.lexical.matches import Translation
from search.filters.date_ranges import Years
from search.pasting.numbered_lines import Line
from search.query.clauses import Clause, mapped_parts

MAPPED, AS_TYPED = "mapped", "as typed"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: `start` inclusive, `end` exclusive, in characters."""

    start: int
    end: int


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
class Suggestion:
    """A word that may have been meant instead of one that no article has.

    Attributes:
        found: The word as typed, in lower case.
        suggested: The most similar word that the library has.
        text: The whole query with this word corrected, ready to be searched.
    """

    found: str
    suggested: str
    text: str

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `suggestions`."""
        return {"found": self.found, "suggested": self.suggested, "text": self.text}


@dataclass(frozen=True, slots=True)
class Correction:
    """A plain question that was searched with its misspelled words put right.

    Attributes:
        words: Each word as typed, and the library's own word.
        searched: The question that was searched.
        as_typed: What searches it as it was typed: each such word behind a `+`.
    """

    words: tuple[tuple[str, str], ...]
    searched: str
    as_typed: str

    def __str__(self) -> str:
        """Return it in words."""
        found = ", ".join(repr(word) for word, _ in self.words)
        return f"No article has {found}: searched for {self.searched!r}. To search as typed: {self.as_typed}"

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `corrected`."""
        return {"searched": self.searched, "as_typed": self.as_typed}


@dataclass(frozen=True, slots=True)
class Absence:
    """A word of a plain question that none of its first articles has.

    Attributes:
        word: The word as typed: the rarest of those that the library has.
        first: How many articles were looked at.
        articles: How many articles that pass the filters have it.
        text: The query that lists them.
    """

    word: str
    first: int
    articles: int
    text: str

    def __str__(self) -> str:
        """Return it in words."""
        none = f"None of the first {self.first} articles has" if self.first > 1 else "The first article has not"
        have = "1 article has it" if self.articles == 1 else f"{self.articles:,} articles have it"
        return f"{none} {self.word!r}; {have}: {self.text}"

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `absent`."""
        return {"word": self.word, "first": self.first, "articles": self.articles, "text": self.text}


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a query was read.

    Attributes:
        terms: The significant words in the order typed, every word where all are common ones. A word that is
            typed twice is listed twice.
        years: The publication years to keep, or None for all.
        description: The same in words, for people.
        clause: What the query's operators and tags keep, part by part; None for a plain question.
        known: What named an article that comes first, or None.
        warnings: What was perhaps not intended: an unknown tag, common words only, a word that no article has.
        suggestions: What was perhaps meant instead of such words, in the order typed.
        translations: The MeSH headings that the words name, whose other names count in the ranking.
        untagged: How the untagged words of a Boolean query were searched, `MAPPED` or `AS_TYPED`; "" where it has none.
        lines: Of a strategy of numbered lines those that are searched, the last one last.
    """

    terms: tuple[Term, ...]
    years: Years | None
    description: str
    clause: Clause | None = None
    warnings: tuple[str, ...] = ()
    known: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    translations: tuple[Translation, ...] = ()
    untagged: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def search_details(self) -> tuple[Clause, ...]:
        """What each untagged term of a Boolean query was mapped to, in the order typed."""
        return tuple(mapped_parts(self.clause)) if self.clause else ()

    @property
    def filter_expression(self) -> FilterExpression:
        """What the query's operators and tags keep."""
        return self.clause.filter_expression if self.clause else Everything()

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
        shown: dict[str, object] = {
            "words": list(self.words),
            "years": list(self.years.pair) if self.years else None,
            "says": self.description,
            "demands": self.clause.to_json() if self.clause else None,
            "known": self.known,
            "warnings": list(self.warnings),
            "suggestions": [suggestion.to_json() for suggestion in self.suggestions],
            "translations": [translation.to_json() for translation in self.translations],
            "untagged": self.untagged or None,
            "search_details": [{"typed": part.typed, **part.to_json()} for part in self.search_details],
        }
        lines = [{"line": line.number, "text": line.text} for line in self.lines]
        return shown | ({"lines": lines} if lines else {})


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed and as read.

    Attributes:
        text: What was typed.
        plain: What is searched by meaning: the words without operators and tags, no control characters, Unicode
            composed, cut to `CHARACTERS_READ`; "" where a query has only filters, such as a date.
        read_as: How it was read.
        corrected: How misspelled words were put right before it was read, or None.
        absent: The word that the first articles lack, or None; known of the first page only.
    """

    text: str
    plain: str
    read_as: Interpretation
    corrected: Correction | None = None
    absent: Absence | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What else is to be said of the answer, in words."""
        return tuple(map(str, filter(None, (self.corrected, self.absent))))

    @property
    def searched(self) -> str:
        """The text that was searched."""
        return self.corrected.searched if self.corrected else self.text

    @property
    def keywords(self) -> str:
        """What is searched by words: common ones left out, or "does" would outweigh the rest in a small library."""
        return " ".join(term.word for term in self.read_as.terms)

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `query`."""
        corrected = self.corrected.to_json() if self.corrected else None
        absent = self.absent.to_json() if self.absent else None
        return {"text": self.text, "corrected": corrected, "absent": absent, "read_as": self.read_as.to_json()}
