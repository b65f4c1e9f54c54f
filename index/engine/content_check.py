"""Compares what an index says about each article with the articles themselves: years, days, values and words.

Values are written again, into a temporary folder, as when the index is written. Of the words a random sample is
compared, each with all of its articles: in a small index that is every word.
"""

import filecmp
from array import array
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from index.core.text_normalization import folded_words
from index.engine.columns import NO_YEAR, rows_of
from index.engine.filter_index import EXACT, FilterColumns
from index.lexical.bm25_index import FOLDER, Bm25Index
from index.lexical.filter_work import FilterWork
from index.lexical.positional_index import PositionalIndex
from index.records.article import Article
from index.records.article_fields import texts_of

_MOST_WORDS = 10_000  # that are compared, of each kind: two seconds


class ContentCheck:
    """Takes the articles of an index in the order of its rows and says where the index differs from them."""

    def __init__(self, folder: Path, pmids: NDArray[np.int64]) -> None:
        """Open what is to be compared.

        Args:
            folder: The build's folder.
            pmids: The PMID of each row.

        Raises:
            LibraryError: The words cannot be read.
        """
        self._folder = folder
        self._pmids = pmids
        self._bm25 = Bm25Index.open(folder / FOLDER)
        self._exact = PositionalIndex(folder / EXACT, partial(rows_of, column=pmids))
        self._expected = TemporaryDirectory(prefix="pubmed-verify-")
        self._columns = FilterColumns(Path(self._expected.name))
        self._years = array("h")
        self._stems = _WordSample()
        self._words = _WordSample()

    def add(self, article: Article, words: str) -> None:
        """Take the article of the next row, with all words that can find it."""
        row = len(self._years)
        self._years.append(article.year or NO_YEAR)
        self._columns.add(article)
        self._stems.add(row, (("", stem) for stem in self._bm25.distinct_stems(words)))
        self._words.add(row, ((field, word) for field, text in texts_of(article) for word in folded_words(text)))

    def faults(self) -> Iterator[str]:
        """Yield one sentence for each difference.

        Raises:
            LibraryError: The words cannot be read.
        """
        with self._expected:
            folder = Path(self._expected.name)
            np.save(folder / "years.npy", np.array(self._years, dtype=np.int16))
            for name in ["years.npy", *self._columns.finish()]:
                if not filecmp.cmp(self._folder / name, folder / name, shallow=False):
                    yield f"the index: its file {name} is not what the articles in the store say"
        stems = [word for (_, word), rows in self._stems.words() if not self._has_stem(word, rows)]
        yield from _word_faults("words", stems)
        words = [word for (field, word), rows in self._words.words() if not self._has_word(field, word, rows)]
        yield from _word_faults("exact words", words)

    def _has_stem(self, stem: str, rows: list[int]) -> bool:
        return np.array_equal(self._bm25.pmids_with(stem), np.sort(self._pmids[rows]))

    def _has_word(self, field: str, word: str, rows: list[int]) -> bool:
        work = FilterWork.on(len(self._pmids))
        return np.array_equal(np.sort(self._exact.rows(self._exact.find(field, word, work), work)), rows)


class _WordSample:
    """The rows of some words; every word is as likely to be among them, and which ones are differs by process."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[int]] = {}
        self._bits = 0

    def add(self, row: int, words: Iterable[tuple[str, str]]) -> None:
        """Take the (field, word) pairs of the next row."""
        for word in words:
            if hash(word) & ((1 << self._bits) - 1):  # Python salts the hashes of texts
                continue
            rows = self._rows.setdefault(word, [])
            if not rows or rows[-1] != row:
                rows.append(row)
        while len(self._rows) > _MOST_WORDS:
            self._bits += 1
            kept = (1 << self._bits) - 1
            self._rows = {word: rows for word, rows in self._rows.items() if not hash(word) & kept}

    def words(self) -> Iterator[tuple[tuple[str, str], list[int]]]:
        """Yield each (field, word) with its rows, ascending."""
        yield from self._rows.items()


def _word_faults(kind: str, words: list[str]) -> Iterator[str]:
    if words:
        yield (
            f"the index: {len(words):,} of its {kind} are not in the articles that have them in the store, "
            f"such as {min(words)!r}"
        )
