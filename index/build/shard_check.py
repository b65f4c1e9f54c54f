"""Checks the shards and their tables, and that the index holds the vectors, and the sentences, that they hold."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.formatting import counted
from index.embedding.sentence_codes import decode_codes
from index.embedding.shard import Shard
from index.embedding.shard_store import hash_array
from index.embedding.shard_table import TABLE, ShardTable
from index.engine.search_index import SearchIndex

_SAME_VECTOR = 0.98  # cosine; an index of more than half a million articles keeps 8 bits of each component
_COMPARED = 8192  # vectors at once: a large shard has 130,000


class ShardCheck:
    """Reads one shard after the other and keeps only counts.

    Attributes:
        files: Shards that can be read.
        vectors: Vectors of texts in them, of every model.
        sentences: Sentences in them, of every model.
    """

    def __init__(self, index: SearchIndex | None, text_hashes: Mapping[int, bytes], fingerprint: str) -> None:
        """Begin.

        Args:
            index: The index in service, or None where it cannot be opened.
            text_hashes: The hash of the text of each article in the store.
            fingerprint: The index's; shards of another model are only read.
        """
        self.files = 0
        self.vectors = 0
        self.sentences = 0
        self._index = index
        self._fingerprint = fingerprint
        self._errors: list[str] = []
        self._listed: dict[str, NDArray[np.bytes_]] = {}
        self._sentences: dict[bytes, list[int]] = defaultdict(list)
        self._other_sentences = 0
        pmids = [pmid for pmid in (index.pmids.tolist() if index else ()) if pmid in text_hashes]
        hashes = hash_array(text_hashes[pmid] for pmid in pmids)
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._pmids = np.array(pmids, dtype=np.int64)[order]
        self._has_vector = np.zeros(len(hashes), dtype=bool)
        self._differs = np.zeros(len(hashes), dtype=bool)

    def expect_sentences(self, text_hash: bytes, pmid: int) -> None:
        """Take the hash of the sentences of an article of the index; the shards should hold them."""
        self._sentences[text_hash].append(pmid)

    def open_table(self, folder: Path) -> None:
        """Take the table of a folder, with which the folder's shards are compared next."""
        self._listed = {}
        try:
            table = ShardTable.read(folder)
        except LibraryError as error:
            self._errors.append(f"{error}; the next build makes it again")
        else:
            self._listed = table.hashes_by_shard() if table else {}

    def check(self, path: Path) -> None:
        """Read a shard and compare its vectors with the index."""
        if not os.path.lexists(path):
            return  # a build beside this process has merged it
        try:
            shard = Shard.read(path)
        except LibraryError as error:
            self._errors.append(str(error))
            return
        self.files += 1
        if not np.array_equal(self._listed.get(path.name, shard.hashes), shard.hashes):
            self._errors.append(
                f"{path.with_name(TABLE)} lists other texts for {path.name}; delete it, the next build makes it again"
            )
        if shard.counts is None:
            self.vectors += len(shard.vectors)
        else:
            self.sentences += len(shard.vectors)
        if self._index and shard.fingerprint == self._fingerprint and len(self._hashes):
            (self._compare if shard.counts is None else self._compare_sentences)(self._index, shard)

    def faults(self) -> Iterator[str]:
        """Yield what was found, one sentence each."""
        yield from self._errors
        if missing := np.count_nonzero(~self._has_vector):
            yield f"{missing:,} texts of the index have no vector in the shards"
        if differing := np.count_nonzero(self._differs):
            yield f"{differing:,} vectors of the index are not those in the shards"
        if self._sentences:
            articles = len(set(chain.from_iterable(self._sentences.values())))
            yield f"{counted(articles, 'article')} of the index have no sentences in the shards"
        if self._other_sentences:
            yield f"{counted(self._other_sentences, 'article')} of the index have other sentences than the shards"

    def _compare(self, index: SearchIndex, shard: Shard) -> None:
        for start in range(0, len(shard.pmids), _COMPARED):
            rows = slice(start, start + _COMPARED)
            self._compare_vectors(index, shard.hashes[rows], shard.vectors[rows])

    def _compare_vectors(
        self, index: SearchIndex, shard_hashes: NDArray[np.bytes_], vectors: NDArray[np.float16]
    ) -> None:
        starts = np.searchsorted(self._hashes, shard_hashes, side="left")
        ends = np.searchsorted(self._hashes, shard_hashes, side="right")
        # Of two vectors of one text the index has the older one.
        is_new = (ends > starts) & ~self._has_vector[np.minimum(starts, len(self._hashes) - 1)]
        spans = [np.arange(start, end) for start, end in zip(starts[is_new], ends[is_new], strict=True)]
        positions = np.concatenate([np.arange(0), *spans])
        expected = np.repeat(vectors[is_new].astype(np.float32), (ends - starts)[is_new], axis=0)
        self._has_vector[positions] = True
        stored = index.vectors(self._pmids[positions].tolist())
        if stored.shape != expected.shape:
            self._differs[positions] = True
        else:
            products, squares = (np.einsum("ij,ij->i", expected, other) for other in (stored, expected))
            self._differs[positions] = ~(products >= _SAME_VECTOR * squares)

    def _compare_sentences(self, index: SearchIndex, shard: Shard) -> None:
        for text, text_hash in enumerate(map(bytes, shard.text_hashes)):
            # Of two shards with the same sentences the index has those of the older one.
            pmids = self._sentences.pop(text_hash, [])
            expected = decode_codes(shard.rows_of(text), index.manifest.dimensions)
            stored = index.sentence_vectors(pmids) or []
            self._other_sentences += sum(not np.array_equal(expected, vectors) for vectors in stored)
