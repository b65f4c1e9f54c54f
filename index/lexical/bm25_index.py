"""The keyword index: BM25 over stemmed words, on tantivy.

One field holds all words of an article, the title twice. That ranks better than a title field beside it and costs half
as much per query (SciFact train, nDCG@10: title doubled .703; a separate title field .701 at its best weight of .25,
.669 at 1; title once .697).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from index.core.text_normalization import normal_text, normalized_text
from index.lexical.bm25_query import FIELD, Bm25QueryBuilder
from index.lexical.guarded_searcher import GuardedSearcher
from index.lexical.matches import KeywordMatches, Matches, Tokens, Translation

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray

# Lucene's English stop words. They stay in the index ("vitamin A"); a query drops them where it has other words:
# SciFact train .7030 without, .7009 with, and a third of the time.
BM25_STOP_WORDS = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with"
)

# A pasted paper of 100 kB has thousands of different words; the rarest of them say what it is about.
MOST_TERMS = 100

_ANALYZER = "words"
_LONGEST_WORD_BYTES = 255  # sequences of bases and names of chemicals are words as well
# The writer cuts a segment when this is full: fixed, so that the same articles give the same segments everywhere.
_WRITER_BYTES = 128_000_000
# tantivy adds up the words of an article in an order that depends on its segment, which changes the last bits of a
# score: without them it is the same however many segments there are, and articles of the same words are equal.
_BITS_KEPT = 14
_SCORE, _ADDRESS = itemgetter(0), itemgetter(1)
# More rows than requested, so that equal scores at the cut can be put in order.
_MARGIN = 64
# A filter inside the query costs time by the articles that there are and by those allowed; a filter of the ranking, by
# how much of it must be read. What the first costs, in articles that the second reads: one for 12 that there are, two
# for each allowed one. At a limit of 1,000, ms on average of 16 subjects, inside and of the ranking: 500 of 50,783
# allowed 2.4 and 2.0, 7,000 6.4 and 2.4; of a million 5,000 37 and 68, 10,000 50 and 52, 45,000 72 and 20.
_SHARE_OF_ALL = 12
_COST_OF_ALLOWED = 2


@dataclass(frozen=True, slots=True)
class Bm25Document:
    """One article for the keyword index.

    Attributes:
        pmid: PubMed's identifier, 1 or more.
        text: All words that can find it; a repeated word counts each time.
    """

    pmid: int
    text: str


def _analyzer() -> "tantivy.TextAnalyzer":
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(_LONGEST_WORD_BYTES)).filter(tantivy.Filter.lowercase())
    # Folding comes before the stemmer, which cannot read accents: "Sjögren" and "Sjogren" are one word.
    return builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()


FOLDER = "bm25"
"""The index's folder in a build."""


class Bm25Writer:
    """Writes one keyword index, once.

    Attributes:
        folder: The folder that receives the index.
    """

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
        schema.add_text_field(FIELD, tokenizer_name=_ANALYZER, index_option="freq")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._document = tantivy.Document
        self._queries = tantivy.Query
        self._index = tantivy.Index(schema.build(), str(folder), reuse=update)
        self._index.register_tokenizer(_ANALYZER, _analyzer())
        self._writer = self._index.writer(_WRITER_BYTES, 1)  # one thread: the order of the documents is kept

    def delete(self, pmids: Sequence[int]) -> None:
        """Delete articles that were added before."""
        self._writer.delete_documents_by_query(self._queries.term_set_query(self._index.schema, "pmid", list(pmids)))

    def add(self, document: Bm25Document) -> None:
        """Take one article."""
        row = self._document()
        row.add_unsigned("pmid", document.pmid)
        row.add_text(FIELD, normal_text(document.text))
        self._writer.add_document(row)

    def finish(self) -> None:
        """Write the index; nothing can be added afterwards."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class Bm25Index:
    """One finished keyword index, read-only; any number of threads may use it."""

    def __init__(self, searcher: GuardedSearcher) -> None:
        import tantivy

        self._queries = tantivy.Query
        self._occur = tantivy.Occur
        self._searcher = searcher
        self._analyze = _analyzer()
        self._stop_stems = frozenset(self._analyze.analyze(BM25_STOP_WORDS))
        self._schema = searcher.schema
        self._builder = Bm25QueryBuilder(searcher.schema, self.query_terms, self.document_frequency)

    @classmethod
    def build(cls, folder: Path, documents: Iterable[Bm25Document]) -> Self:
        """Write an index of these articles into an empty folder and open it."""
        writer = Bm25Writer(folder)
        for document in documents:
            writer.add(document)
        writer.finish()
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a finished index.

        Raises:
            LibraryError: There is no keyword index in the folder, or it is damaged or of another version.
        """
        return cls(GuardedSearcher(folder))

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._searcher)

    def stems(self, text: str) -> Tokens:
        """Return the words of a text in its order, each with the stem that stands for it in the index."""
        normalized = normalized_text(text)
        tokens = self._analyze.pre_tokenize(normalized.text).tokens
        starts = [token.char_offset_from for token in tokens]
        ends = [token.char_offset_to for token in tokens]
        if (origins := normalized.origins) is not None:
            starts, ends = [origins[start] for start in starts], [origins[end] for end in ends]
        return Tokens([token.text for token in tokens], starts, ends)

    def document_frequency(self, stem: str) -> int:
        """Return how many articles hold the stem."""
        return self._searcher.document_frequency(FIELD, stem)

    def distinct_stems(self, text: str) -> set[str]:
        """Return the stems that stand for a text in the index."""
        return set(self._analyze.analyze(normal_text(text)))

    def pmids_with(self, stem: str) -> "NDArray[np.int64]":
        """Return the PMIDs of the articles that hold the stem, ascending."""
        query = self._queries.term_query(self._schema, FIELD, stem, "basic")
        hits = self._searcher.search(query, max(1, self.document_frequency(stem))).hits
        return np.sort(self._searcher.fast_numbers("pmid", list(map(_ADDRESS, hits))))

    def query_terms(self, text: str) -> dict[str, int]:
        """Return the stems that a query searches for and how often it names each.

        Stop words are dropped unless there is nothing else; of more than `MOST_TERMS` stems the rarest stay.
        """
        counts = Counter(self._analyze.analyze(normal_text(text)))
        terms = {stem: count for stem, count in counts.items() if stem not in self._stop_stems} or dict(counts)
        if len(terms) <= MOST_TERMS:
            return terms
        frequency = {stem: self.document_frequency(stem) for stem in terms}
        rarest = sorted((stem for stem in terms if frequency[stem]), key=lambda stem: (frequency[stem], stem))
        return {stem: terms[stem] for stem in rarest[:MOST_TERMS]}

    def search(
        self,
        text: str,
        limit: int,
        *,
        allowed: "NDArray[np.int64] | None" = None,
        translations: Sequence[Translation] = (),
    ) -> KeywordMatches:
        """Rank the articles that hold at least one of the text's words, by BM25 (k1 1.2, b .75), to 1 part of 16,000.

        Args:
            text: Plain words; no character is an operator.
            limit: How many articles at most, 1 or more.
            allowed: PMIDs, each once, of the articles that may be found; None for all. Scores do not change.
            translations: Headings that the text names, whose other names find articles too.

        Raises:
            ValueError: `limit` is below 1.
        """
        if limit < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        terms = self.query_terms(text)
        if not terms or not len(self) or (allowed is not None and not len(allowed)):
            return KeywordMatches(0, Matches(np.zeros(0, dtype=np.int64), np.zeros(0)))
        query, limit = self._builder.any_of(terms, translations), min(limit, len(self))
        if allowed is None:
            return self._rank(query, limit)
        # The names of headings may be anywhere.
        most_read = len(self) if translations else sum(map(self.document_frequency, terms))
        count = min(len(self), _MARGIN + 2 * limit * len(self) // len(allowed))
        if len(self) // _SHARE_OF_ALL + _COST_OF_ALLOWED * len(allowed) <= min(count, most_read):
            return self._rank(self._within(query, allowed), limit)
        return self._rank_then_filter(query, limit, count, np.sort(allowed))

    def _within(self, query: "tantivy.Query", allowed: "NDArray[np.int64]") -> "tantivy.Query":
        pmids = self._queries.term_set_query(self._schema, "pmid", allowed.tolist())
        must = self._occur.Must
        return self._queries.boolean_query([(must, query), (must, self._queries.const_score_query(pmids, 0.0))])

    def _rank(self, query: "tantivy.Query", limit: int) -> KeywordMatches:
        """Collect the best `limit`; where the limit falls among equal scores, read until they end."""
        count = limit + _MARGIN
        result = self._searcher.search(query, count)
        matches = self._matches(result)
        while len(matches) == count and matches.scores[-1] == matches.scores[limit - 1]:
            count *= 2
            result = self._searcher.search(query, count)
            matches = self._matches(result)
        total: int = result.count  # type: ignore[attr-defined]  # there, but not in tantivy's stub
        return KeywordMatches(total, _best_first(matches)[:limit])

    def _rank_then_filter(
        self, query: "tantivy.Query", limit: int, count: int, allowed: "NDArray[np.int64]"
    ) -> KeywordMatches:
        """Read the best `count`, and more until `limit` allowed ones are found and no equal score can follow."""
        while True:
            result = self._searcher.search(query, count)
            matches = self._matches(result)
            nearest = allowed[np.minimum(np.searchsorted(allowed, matches.pmids), len(allowed) - 1)]
            is_allowed = nearest == matches.pmids
            best = _best_first(Matches(matches.pmids[is_allowed], matches.scores[is_allowed]))
            complete = len(matches) < count or count == len(self)
            if complete or (len(best) >= limit and matches.scores[-1] < best.scores[limit - 1]):
                return KeywordMatches(len(best) if complete else None, best[:limit])
            # The share that is allowed falls with the rank a little, or much.
            enough = count * 3 * limit // (2 * max(1, len(best)))
            count = min(len(self), max(3 * count // 2, min(4 * count, enough)))

    def _matches(self, result: "tantivy.SearchResult") -> Matches:
        hits = result.hits  # each time that it is asked for, the list is made again
        pmids = self._searcher.fast_numbers("pmid", list(map(_ADDRESS, hits)))
        scores = np.fromiter(map(_SCORE, hits), dtype=np.float64, count=len(hits))
        return Matches(pmids, _rounded(scores))


def _rounded(scores: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return scores with their first `_BITS_KEPT` bits, in which 1 part of 16,000 is the least difference."""
    fractions, exponents = np.frexp(scores)
    rounded: NDArray[np.float64] = np.ldexp(np.round(fractions * 2**_BITS_KEPT), exponents - _BITS_KEPT)
    return rounded


def _best_first(matches: Matches) -> Matches:
    """Return articles by score, equal ones by PMID, the highest first."""
    order = np.lexsort((-matches.pmids, -matches.scores))
    return Matches(matches.pmids[order], matches.scores[order])
