"""One article of a ranked list, and the list."""

from collections.abc import Container, Iterator, Sequence
from math import isnan
from typing import TYPE_CHECKING, NamedTuple, overload

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray


class Ranked(NamedTuple):
    """One article in the fused list.

    Attributes:
        pmid: The article.
        score: Mean of the two scaled scores, 0 to 1, never rising down the list. It compares articles within one
            search, not across searches.
        meaning: Cosine between query and article, -1 to 1; None when the article is not among the nearest.
        words: BM25 score, 0 or more, without unit; None when the article is not among the best by words.
    """

    pmid: int
    score: float
    meaning: float | None
    words: float | None


class RankedList(Sequence[Ranked]):
    """A ranked list in columns: most of its thousand articles are never looked at one by one.

    Attributes:
        pmids: int64, shape (n,), best first.
        scores, meaning, words: What `Ranked` says of each, float64, shape (n,); NaN for None.
    """

    __slots__ = ("meaning", "pmids", "scores", "words")

    def __init__(
        self,
        pmids: "NDArray[int64]",
        scores: "NDArray[float64]",
        meaning: "NDArray[float64]",
        words: "NDArray[float64]",
    ) -> None:
        self.pmids = pmids
        self.scores = scores
        self.meaning = meaning
        self.words = words

    def __len__(self) -> int:
        return len(self.pmids)

    @overload
    def __getitem__(self, index: int) -> Ranked: ...
    @overload
    def __getitem__(self, index: slice) -> "RankedList": ...
    def __getitem__(self, index: int | slice) -> "Ranked | RankedList":
        if isinstance(index, slice):
            return self.take(index)
        columns = self.pmids, self.scores, self.meaning, self.words
        return _ranked(*(column[index].item() for column in columns))

    def take(self, rows: "slice | NDArray[int64]") -> "RankedList":
        """Return some of the articles, in the order of `rows`."""
        return RankedList(self.pmids[rows], self.scores[rows], self.meaning[rows], self.words[rows])

    def only(self, pmids: Container[int]) -> "RankedList":
        """Return those of some articles, in their order here."""
        import numpy as np  # here, not above: `--help` must not pay

        return self.take(np.flatnonzero([pmid in pmids for pmid in self.pmids.tolist()]))

    def best_by_words(self, limit: int) -> "RankedList":
        """Return the articles with the highest scores of their words, of equal ones the better ranked first."""
        import numpy as np

        found = np.flatnonzero(~np.isnan(self.words))
        return self.take(found[np.argsort(-self.words[found], kind="stable")[:limit]])

    def __iter__(self) -> Iterator[Ranked]:
        return map(_ranked, self.pmids.tolist(), self.scores.tolist(), self.meaning.tolist(), self.words.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as a list's: it is compared by what it holds

    def __repr__(self) -> str:
        return f"RankedList({list(self)!r})"


def _ranked(pmid: int, score: float, meaning: float, words: float) -> Ranked:
    return Ranked(pmid, score, None if isnan(meaning) else meaning, None if isnan(words) else words)
