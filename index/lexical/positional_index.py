"""Words as written in the articles: unstemmed, folded, with their positions, on tantivy.

Text that is not ASCII is cut into words here and not by tantivy, so that query and article are cut in the same way.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.text_normalization import folded, folded_words
from index.lexical.guarded_searcher import GuardedSearcher
from index.records.article_fields import TEXTS

if TYPE_CHECKING:
    import tantivy

_TOKENIZER = "cut"
_WRITER_BYTES = 128_000_000
_VOCABULARY_FIELDS = ("title", "abstract")


def _analyzer() -> "tantivy.TextAnalyzer":
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()


def _tokenizable(text: str) -> str:
    """Return a text that tantivy cuts into exactly `folded_words`; ASCII text needs no help."""
    return folded(text) if text.isascii() else " ".join(folded_words(text))


class PositionalIndexWriter:
    """Writes one index of exact words, once, at constant memory."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("row", fast=True)
        for field in TEXTS:
            schema.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="position")
        folder.mkdir(parents=True)
        self._document = tantivy.Document
        index = tantivy.Index(schema.build(), str(folder), reuse=False)
        index.register_tokenizer(_TOKENIZER, _analyzer())
        self._writer = index.writer(_WRITER_BYTES, 1)

    def add(self, row: int, texts: Iterable[tuple[str, str]]) -> None:
        """Take the (field, text) pairs of a row."""
        document = self._document()
        document.add_unsigned("row", row)
        # Each once: the authors of one department have the same affiliation.
        for field, text in dict.fromkeys(texts):
            document.add_text(field, _tokenizable(text))
        self._writer.add_document(document)

    def finish(self) -> None:
        """Write the index; nothing can be added afterwards."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class PositionalIndex:
    """One finished index of exact words, read-only; any number of threads may use it."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._searcher = GuardedSearcher(folder)
        self._folder = folder
        self._queries = tantivy.Query
        self._should = tantivy.Occur.Should
        self._schema = self._searcher.schema

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._searcher)

    def rows(self, field: str, text: str, *, prefix: bool = False) -> NDArray[np.int64]:
        """Return the rows with these words side by side in a field; with `prefix`, the last word may be longer."""
        words = folded_words(text)
        if not words:
            return np.zeros(0, dtype=np.int64)
        queries = [self._query(name, words, prefix=prefix) for name in (TEXTS if field == "all" else (field,))]
        any_of = self._queries.boolean_query([(self._should, query) for query in queries])
        query = self._queries.const_score_query(any_of, 1.0)
        # Counted first: the collector allocates memory for as many rows as it may return.
        count: int = self._searcher.search(query, 1).count  # type: ignore[attr-defined]  # not in tantivy's stub
        hits = self._searcher.search(query, max(1, count), order_by_field="row", count=False).hits
        if any(row is None or row >= len(self) for row, _ in hits[:1] + hits[-1:]):
            raise LibraryError(f"The words in {self._folder} are damaged. Build the index again:\n  rebuild-index")
        return np.fromiter((row for row, _ in hits), dtype=np.int64, count=len(hits))

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word in every field; one with it in two fields counts twice."""
        return sum(self._searcher.document_frequency(field, word) for field in TEXTS)

    def vocabulary_count(self, word: str) -> int:
        """Count the articles of a folded word in titles and abstracts; one with it in both counts twice."""
        return sum(self._searcher.document_frequency(field, word) for field in _VOCABULARY_FIELDS)

    def words_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts with this prefix, each with its number of articles."""
        counts: dict[str, int] = {}
        for field in _VOCABULARY_FIELDS:
            for word, count in self._searcher.terms_with_prefix(field, prefix):
                counts[word] = counts.get(word, 0) + count
        return list(counts.items())

    def _query(self, field: str, words: list[str], *, prefix: bool) -> "tantivy.Query":
        if len(words) == 1:
            if prefix:  # words are letters and digits: none of them is special in a regular expression
                return self._queries.regex_query(self._schema, field, f"{words[0]}.*")
            return self._queries.term_query(self._schema, field, words[0])
        if prefix:
            endings = self._searcher.terms_with_prefix(field, words[-1])
            phrases = [self._phrase(field, [*words[:-1], ending]) for ending, _ in endings]
            return self._queries.boolean_query([(self._should, phrase) for phrase in phrases])
        return self._phrase(field, words)

    def _phrase(self, field: str, words: list[str]) -> "tantivy.Query":
        return self._queries.phrase_query(self._schema, field, list(words))
