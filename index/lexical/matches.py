"""Results of an index: matching articles, and where a text's words are."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, overload

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray


class Match(NamedTuple):
    """One article and how well it matches.

    Attributes:
        pmid: PubMed's identifier.
        score: A cosine (-1 to 1) from the vectors, a BM25 score (above 0, without bound) from the keywords.
    """

    pmid: int
    score: float


class Matches(Sequence[Match]):
    """Some articles in order, in columns: a thousand Python objects cost more than to find what they stand for.

    Attributes:
        pmids: int64, shape (n,).
        scores: float64, shape (n,).
    """

    __slots__ = ("pmids", "scores")

    def __init__(self, pmids: "NDArray[int64]", scores: "NDArray[float64]") -> None:
        self.pmids = pmids
        self.scores = scores

    def __len__(self) -> int:
        return len(self.pmids)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> "Matches": ...
    def __getitem__(self, index: int | slice) -> "Match | Matches":
        if isinstance(index, slice):
            return Matches(self.pmids[index], self.scores[index])
        return Match(self.pmids[index].item(), self.scores[index].item())

    def __iter__(self) -> Iterator[Match]:
        return map(Match, self.pmids.tolist(), self.scores.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as a list's: it is compared by what it holds

    def __repr__(self) -> str:
        return f"Matches({list(self)!r})"


@dataclass(frozen=True, slots=True)
class KeywordMatches:
    """The best articles by their words.

    Attributes:
        total: How many articles hold at least one of the words; exact. None where counting them would be slow, behind a
            large selection.
        matches: The best of them, highest score first, equal scores by PMID, highest first.
    """

    total: int | None
    matches: Matches


class TokenSpan(NamedTuple):
    """One word of a text as the index knows it.

    Attributes:
        stem: The indexed form: "run" for "Running", "h2o" for "H₂O".
        start: Where the word begins in the text, in characters.
        end: Where it ends, exclusive.
    """

    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tokens(Sequence[TokenSpan]):
    """The words of a text in its order, in columns: a page of results has thousands of them, and shows a few.

    Attributes:
        stems: Of each word its indexed form.
        starts: Where each begins in the text, in characters.
        ends: Where each ends, exclusive.
    """

    stems: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    def __len__(self) -> int:
        return len(self.stems)

    @overload
    def __getitem__(self, index: int) -> TokenSpan: ...
    @overload
    def __getitem__(self, index: slice) -> "Tokens": ...
    def __getitem__(self, index: int | slice) -> "TokenSpan | Tokens":
        if isinstance(index, slice):
            return Tokens(self.stems[index], self.starts[index], self.ends[index])
        return TokenSpan(self.stems[index], self.starts[index], self.ends[index])

    def __iter__(self) -> Iterator[TokenSpan]:
        return map(TokenSpan, self.stems, self.starts, self.ends)

    def inside(self, begin: int, end: int) -> "Tokens":
        """Return the words that lie wholly between two offsets."""
        first = bisect_left(self.starts, begin)
        return self[first : max(first, bisect_right(self.ends, end, first))]


class NameKind(Enum):
    """Whose name the words of a query are; the value says so in a reading."""

    MESH = "in MeSH"
    EVERYDAY = "everyday name"
    ABBREVIATION = "abbreviation"
    LONG_FORM = "long form"


@dataclass(frozen=True, slots=True)
class Translation:
    """Words of a query that name a MeSH heading, a substance or what the library abbreviates, and its other names.

    Attributes:
        words: As typed, folded: "heart attack", "tavi".
        heading: The descriptor's name, "Myocardial Infarction"; of a substance that MeSH has not, its own; of an
            abbreviation its long form, "transcatheter aortic valve implantation".
        others: Entry terms of the descriptor, in alphabetical order.
        kind: Who calls it so.
        short_forms: How articles of the library abbreviate the words: "CKD" of "chronic kidney disease".
    """

    words: str
    heading: str
    others: tuple[str, ...] = ()
    kind: NameKind = NameKind.MESH
    short_forms: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that finds articles beside the words as typed."""
        return (*self.short_forms, self.heading, *self.others)

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `translations`, without the entry terms: some headings have a hundred."""
        return {"words": self.words, "heading": self.heading}
