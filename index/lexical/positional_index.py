"""Words as written in the articles: unstemmed, folded, with their positions, on tantivy.

Text that is not ASCII is cut into words here and not by tantivy, so that query and article are cut in the same way.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError, QueryError
from index.core.text_normalization import folded, folded_words
from index.lexical.filter_work import COMPARED, PHRASE, PLACE, POSITIONS, ROW, SEARCH, TERM, FilterWork
from index.lexical.guarded_searcher import GuardedSearcher
from index.lexical.proximity import arrangements, phrase_of
from index.records.article_fields import EVERYWHERE, TEXTS

if TYPE_CHECKING:
    import tantivy

_TOKENIZER = "cut"
_WRITER_BYTES = 128_000_000
_VOCABULARY_FIELDS = ("title", "abstract")
_WIDE = 10
_FIRST = itemgetter(0)

MOST_PHRASE_WORDS = 500
"""A long sentence has 100."""


def _analyzer() -> "tantivy.TextAnalyzer":
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()


def _tokenizable(text: str) -> str:
    """Return a text that tantivy cuts into exactly `folded_words`; ASCII text needs no help."""
    return folded(text) if text.isascii() else " ".join(folded_words(text))


class _Part(NamedTuple):
    """One word of a phrase, and whether it may be longer."""

    word: str
    is_prefix: bool = False


def _pattern(text: str) -> list[_Part]:
    """Return the words of a phrase; one that ends in `*` may be longer."""
    if "*" not in text:
        return [_Part(word) for word in folded_words(text)]
    chunks = [(folded_words(chunk), chunk.endswith("*")) for chunk in text.split()]
    return [_Part(word, starred and n == len(chunk)) for chunk, starred in chunks for n, word in enumerate(chunk, 1)]


@dataclass(frozen=True, slots=True, eq=False)
class TextMatch:
    """What was looked up in an index of exact words; an article must hold any of it.

    Attributes:
        terms: (field, word) pairs.
        queries: Phrases, and what is joined by AND.
    """

    terms: frozenset[tuple[str, str]] = frozenset()
    queries: "tuple[tantivy.Query, ...]" = ()

    @property
    def is_wide(self) -> bool:
        """Whether it has many words, as a truncation has: then each field takes a bit for each article."""
        return len(self.terms) > _WIDE

    @classmethod
    def any_of(cls, matches: "Sequence[TextMatch]") -> "TextMatch":
        """Join what was looked up: an article must hold anything of it."""
        terms: frozenset[tuple[str, str]] = frozenset().union(*(match.terms for match in matches))
        return cls(terms, tuple(dict.fromkeys(query for match in matches for query in match.queries)))


NOTHING = TextMatch()


class PositionalIndexWriter:
    """Writes one index of exact words, once, at constant memory."""

    def __init__(self, folder: Path, *, update: bool = False) -> None:
        """Begin.

        Args:
            folder: Receives the index.
            update: Whether it holds a copy of a finished index, from which articles are deleted and to which others are
                added; else it must be empty.
        """
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("pmid", indexed=True, fast=True)
        for field in TEXTS:
            schema.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="position")
        folder.mkdir(parents=True, exist_ok=True)
        self._document = tantivy.Document
        self._queries = tantivy.Query
        self._index = tantivy.Index(schema.build(), str(folder), reuse=update)
        self._index.register_tokenizer(_TOKENIZER, _analyzer())
        self._writer = self._index.writer(_WRITER_BYTES, 1)

    def delete(self, pmids: Sequence[int]) -> None:
        """Delete articles that were added before."""
        self._writer.delete_documents_by_query(self._queries.term_set_query(self._index.schema, "pmid", list(pmids)))

    def add(self, pmid: int, texts: Iterable[tuple[str, str]]) -> None:
        """Take the (field, text) pairs of an article."""
        document = self._document()
        document.add_unsigned("pmid", pmid)
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

    def __init__(self, folder: Path, rows_of: Callable[[NDArray[np.int64]], NDArray[np.int64]]) -> None:
        """Open an index that a writer finished.

        Args:
            folder: The index's folder.
            rows_of: Returns the rows of PMIDs, in their order; raises `KeyError` for one that has none.

        Raises:
            LibraryError: It is missing, or damaged.
        """
        import tantivy

        self._searcher = GuardedSearcher(folder)
        self._rows_of = rows_of
        self._folder = folder
        self._queries = tantivy.Query
        self._should, self._must = tantivy.Occur.Should, tantivy.Occur.Must
        self._schema = self._searcher.schema

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._searcher)

    def find(self, field: str, text: str, work: FilterWork, *, prefix: bool = False) -> TextMatch:
        """Look up words that stand side by side in a field.

        Args:
            field: A field of text, or "all".
            text: The words.
            work: What the filter has done so far.
            prefix: Whether the last word may be longer, as each word may that ends in `*`.

        Raises:
            QueryError: The phrase is too long, or the work too much.
        """
        words = _pattern(text)
        if not words:
            return NOTHING
        if prefix:
            words[-1] = _Part(words[-1].word, is_prefix=True)
        if len(words) > MOST_PHRASE_WORDS:
            raise QueryError(
                f"A phrase may have at most {MOST_PHRASE_WORDS} words; this one has {len(words):,}. "
                "Search for the rarest part of it."
            )
        fields = EVERYWHERE if field == "all" else (field,)
        if len(words) > 1:
            phrases = (self._phrases(name, words, work) for name in fields)
            return TextMatch(queries=tuple(chain.from_iterable(phrases)))
        terms = {(name, word) for name in fields for word, _ in self._endings(name, words[0], work)}
        return TextMatch(frozenset(terms))

    def find_near(self, field: str, text: str, distance: int, work: FilterWork) -> TextMatch:
        """Look up words in any order with at most so many others between them, all gaps together.

        Raises:
            QueryError: The phrase is too long, or the work too much.
        """
        words = folded_words(text)
        if len(words) < 2 or len(words) > MOST_PHRASE_WORDS:  # noqa: PLR2004 - nothing to stand between
            return self.find(field, text, work)
        fields = EVERYWHERE if field == "all" else (field,)
        return TextMatch(queries=tuple(chain.from_iterable(self._near(name, words, distance, work) for name in fields)))

    def rows(self, match: TextMatch, work: FilterWork) -> NDArray[np.int64]:
        """Return the rows that hold what was looked up.

        Raises:
            LibraryError: The index holds articles that have no row.
            QueryError: The work is too much.
        """
        work.add(SEARCH)
        query = self._queries.const_score_query(self._query(match), 1.0)
        # Counted first: the collector allocates memory for as many rows as it may return.
        count: int = self._searcher.search(query, 1).count  # type: ignore[attr-defined]  # not in tantivy's stub
        work.add(ROW * count)
        hits = self._searcher.search(query, max(1, count), order_by_field="pmid", count=False).hits
        try:
            return self._rows_of(np.fromiter(map(_FIRST, hits), dtype=np.int64, count=len(hits)))
        except (KeyError, TypeError) as error:  # an article of another index, or without a PMID
            raise LibraryError(
                f"The words in {self._folder} are damaged ({error}). Build the index again:\n  rebuild-index"
            ) from error

    def all_of(self, matches: Iterable[TextMatch]) -> TextMatch:
        """Join what was looked up: an article must hold something of each."""
        queries = [(self._must, self._query(match)) for match in matches]
        return TextMatch(queries=(self._queries.boolean_query(queries),))

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word in every field; one with it in two fields counts twice."""
        return sum(self._searcher.document_frequency(field, word) for field in TEXTS)

    def holds(self, text: str) -> bool:
        """Return whether articles have every word of a text, in any field."""
        words = folded_words(text)
        return bool(words) and all(map(self.articles_with, words))

    def vocabulary_count(self, word: str) -> int:
        """Count the articles of a folded word in titles and abstracts; one with it in both counts twice."""
        return sum(self._searcher.document_frequency(field, word) for field in _VOCABULARY_FIELDS)

    def vocabulary_counts(self, words: Sequence[str]) -> list[int]:
        """Count the articles of each of some folded words, as `vocabulary_count` does."""
        return list(map(self.vocabulary_count, words))

    def words_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts with this prefix, each with its number of articles."""
        counts: dict[str, int] = {}
        for field in _VOCABULARY_FIELDS:
            for word, count in self._searcher.terms_with_prefix(field, prefix):
                counts[word] = counts.get(word, 0) + count
        return list(counts.items())

    def _endings(self, field: str, part: _Part, work: FilterWork) -> list[tuple[str, int]]:
        """Return the word if a field has it, or all words that begin with it, each with its number of articles."""
        if part.is_prefix:
            endings = self._searcher.terms_with_prefix(field, part.word)
        else:
            count = self._searcher.document_frequency(field, part.word)
            endings = [(part.word, count)] if count else []
        work.add(TERM * (1 + len(endings)) + sum(count for _, count in endings))
        return endings

    def _phrases(self, field: str, words: Sequence[_Part], work: FilterWork) -> "Iterator[tantivy.Query]":
        endings: dict[_Part, list[tuple[str, int]]] = {}
        for part in words:
            if part not in endings and not endings.setdefault(part, self._endings(field, part, work)):
                return
        for combination in product(*(endings[part] for part in words)):
            work.add(PHRASE + POSITIONS * min(count for _, count in combination))
            yield self._queries.phrase_query(self._schema, field, [word for word, _ in combination])

    def _near(self, field: str, words: list[str], distance: int, work: FilterWork) -> "Iterator[tantivy.Query]":
        counts = {word: self._searcher.document_frequency(field, word) for word in words}
        work.add(TERM * len(words))
        if not all(counts.values()):
            return
        if len(words) == 2 and len(set(words)) == 2:  # noqa: PLR2004 - of two words tantivy's slop is this distance
            work.add(2 * (PHRASE + POSITIONS * min(counts.values())))
            for first, second in (words, words[::-1]):
                yield self._queries.phrase_query(self._schema, field, [first, second], distance)
            return

        def rows_of(places: Sequence[int], *chosen: str) -> frozenset[int]:
            work.add(PHRASE + PLACE * min(counts[word] for word in chosen))
            phrase = self._queries.phrase_query(self._schema, field, phrase_of(chosen, tuple(places)))
            return frozenset(self.rows(TextMatch(queries=(phrase,)), work).tolist())

        found: set[int] = set()
        found_pairs = arrangements(
            len(words),
            distance,
            lambda number, place: rows_of((0, place), words[0], words[number]),
            lambda rows: work.add(COMPARED * rows),
        )
        for places, candidates in found_pairs:
            if not candidates <= found and (rows := rows_of(places, *words)) - found:
                found |= rows
                yield self._queries.phrase_query(self._schema, field, phrase_of(words, places))

    def _query(self, match: TextMatch) -> "tantivy.Query":
        words_by_field: dict[str, list[str]] = {}
        for field, word in sorted(match.terms):
            words_by_field.setdefault(field, []).append(word)
        if match.is_wide:
            of_terms = [
                self._queries.term_set_query(self._schema, field, words) for field, words in words_by_field.items()
            ]
        else:
            of_terms = [
                self._queries.term_query(self._schema, field, word, "basic")
                for field, words in words_by_field.items()
                for word in words
            ]
        return self._queries.boolean_query([(self._should, query) for query in (*of_terms, *match.queries)])
