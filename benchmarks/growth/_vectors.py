"""Vectors around real ones: encoding a million articles takes days here, and says nothing that 50,000 do not.

An article of the first copy has the vector of its original; one of a later copy has it turned by some 27 degrees, each
another way, and so has each of its sentences. So neighbours are as dense as there are copies, and cells, codes and
candidates meet the shape of real text.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.growth._articles import OF_A_COPY
from index.embedding.encoder import Encoder
from index.embedding.text_encoder import Many
from index.engine.search_index import SearchIndex

_TURNED = 0.5
"""Length of what is added to a vector of length 1, at a right angle nearly: the cosine with the original is .89."""

Owner = TypeVar("Owner")


class VectorsAround:
    """Stands for an encoder while texts are encoded: gives out vectors by PMID. Questions are encoded for real."""

    def __init__(self, encoder: Encoder, index: SearchIndex, originals: Sequence[int]) -> None:
        """Read the vectors of the originals.

        Args:
            encoder: The model that made them.
            index: Holds them, sentences included.
            originals: Their PMIDs, in the order in which they are copied.
        """
        self._encoder = encoder
        self._vectors = index.vectors(originals)
        self._index = index
        self._originals = originals

    @classmethod
    def standing_for(cls, encoder: Encoder, index: SearchIndex, originals: Sequence[int]) -> Encoder:
        """Return it as what it stands for."""
        return cast("Encoder", cls(encoder, index, originals))

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def for_many(self, of: Many) -> "VectorsAround":  # noqa: ARG002 - as an encoder has it
        """Return itself: it knows those of sentences, too."""
        return self

    def encode_ahead(
        self, lots: Iterable[tuple[Owner, Sequence[str]]], *, done: Callable[[int], object] | None = None
    ) -> Iterator[tuple[Owner, NDArray[np.float32]]]:
        """Yield vectors for lots of texts, as `Encoder.encode_ahead` does."""
        for owner, texts in lots:
            if hasattr(owner, "sentences"):
                yield owner, self._of_sentences(owner)
            else:  # keys of articles, one text each
                pmids = [key.pmid for key in owner]  # type: ignore[attr-defined]
                yield owner, self._turned(self._vectors[[pmid % OF_A_COPY - 1 for pmid in pmids]], pmids)
            if done is not None:
                done(len(texts))

    def _of_sentences(self, lot: object) -> NDArray[np.float32]:
        counts = {key.pmid: len(sentences) for key, sentences in lot.sentences.items()}  # type: ignore[attr-defined]
        originals = [self._originals[pmid % OF_A_COPY - 1] for pmid in counts]
        known = self._index.sentence_vectors(originals) or []
        # Other words may be cut into more or fewer sentences.
        rows = [vectors[np.arange(count) % len(vectors)] for vectors, count in zip(known, counts.values(), strict=True)]
        pmids = np.repeat(list(counts), list(counts.values()))
        return self._turned(np.concatenate(rows), pmids) if rows else np.zeros((0, 1), dtype=np.float32)

    def _turned(self, vectors: NDArray[np.float32], pmids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        is_copy = (np.asarray(pmids) >= OF_A_COPY)[:, None]
        return np.where(is_copy, turned(vectors, int(pmids[0])), vectors)


def turned(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return vectors turned by some 27 degrees, each another way, as rows of length 1."""
    noise = np.random.default_rng(seed).standard_normal(vectors.shape, dtype=np.float32)
    noise *= _TURNED / np.sqrt(vectors.shape[1])
    noise += vectors
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return noise
