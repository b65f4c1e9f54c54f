"""Words as they stand in the articles: unstemmed, folded, with their places, on tantivy.

Texts of foreign letters are cut into words here and not by tantivy, so that both sides of a comparison are cut alike.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.text_normalization import folded, folded_words
from index.records.article_fields import TEXTS

if TYPE_CHECKING:
    import tantivy

_CUT = "cut"
_WRITER_BYTES = 128_000_000
_KNOWN_IN = ("title", "abstract")


def _analyzer() -> "tantivy.TextAnalyzer":
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()


def _cut(text: str) -> str:
    """Return a text that tantivy cuts into exactly `folded_words`; of ASCII letters it has no other opinion."""
    return folded(text) if text.isascii() else " ".join(folded_words(text))


class PositionalIndexWriter:
    """Writes one index of exact words, once, at constant memory."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("row", fast=True)
        for field in TEXTS:
            schema.add_text_field(field, tokenizer_name=_CUT, index_option="position")
        folder.mkdir(parents=True)
        self._document = tantivy.Document
        index = tantivy.Index(schema.build(), str(folder), reuse=False)
        index.register_tokenizer(_CUT, _analyzer())
        self._writer = index.writer(_WRITER_BYTES, 1)

    def add(self, row: int, texts: Iterable[tuple[str, str]]) -> None:
        """Take the (field, text) pairs of a row."""
        document = self._document()
        document.add_unsigned("row", row)
        # Each once: the authors of one department name the same place.
        for field, text in dict.fromkeys(texts):
            document.add_text(field, _cut(text))
        self._writer.add_document(document)

    def finish(self) -> None:
        """Write what was taken; nothing can be added afterwards."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class PositionalIndex:
    """One finished index of exact words, read-only; any number of threads may ask it."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        try:
            index = tantivy.Index.open(str(folder))
        except (ValueError, OSError) as error:
            raise LibraryError(
                f"{folder} holds no readable index of words ({error}). Rebuild it:\n  rebuild-index"
            ) from error
        self._queries = tantivy.Query
        self._should = tantivy.Occur.Should
        self._schema = index.schema
        self._searcher = index.searcher()

    def __len__(self) -> int:
        """Return the number of articles."""
        return self._searcher.num_docs

    def rows(self, field: str, text: str, *, begins: bool = False) -> NDArray[np.int64]:
        """Return the rows with these words side by side in a field; with `begins`, the last word may go on."""
        words = folded_words(text)
        if not words:
            return np.zeros(0, dtype=np.int64)
        queries = [self._query(each, words, begins=begins) for each in (TEXTS if field == "all" else (field,))]
        any_of = self._queries.boolean_query([(self._should, query) for query in queries])
        query = self._queries.const_score_query(any_of, 1.0)
        # Counted first: the collector takes memory for as many rows as it may return.
        count: int = self._searcher.search(query, 1).count  # type: ignore[attr-defined]  # not in tantivy's stub
        hits = self._searcher.search(query, max(1, count), order_by_field="row", count=False).hits
        return np.fromiter((row for row, _ in hits), dtype=np.int64, count=len(hits))

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word in every field; one with it in two fields counts twice."""
        return sum(self._searcher.doc_freq(field, word) for field in TEXTS)

    def known(self, word: str) -> int:
        """Count the articles of a folded word in titles and abstracts; one with it in both counts twice."""
        return sum(self._searcher.doc_freq(field, word) for field in _KNOWN_IN)

    def words_like(self, start: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts that begin so, each with its articles."""
        counts: dict[str, int] = {}
        for field in _KNOWN_IN:
            for word, count in self._searcher.terms_with_prefix(field, start):
                counts[word] = counts.get(word, 0) + count
        return list(counts.items())

    def _query(self, field: str, words: list[str], *, begins: bool) -> "tantivy.Query":
        if len(words) == 1:
            if begins:  # words are letters and digits: nothing in them means anything to a regular expression
                return self._queries.regex_query(self._schema, field, f"{words[0]}.*")
            return self._queries.term_query(self._schema, field, words[0])
        if begins:
            ends = self._searcher.terms_with_prefix(field, words[-1])
            phrases = [self._phrase(field, [*words[:-1], end]) for end, _ in ends]
            return self._queries.boolean_query([(self._should, phrase) for phrase in phrases])
        return self._phrase(field, words)

    def _phrase(self, field: str, words: list[str]) -> "tantivy.Query":
        return self._queries.phrase_query(self._schema, field, list(words))
