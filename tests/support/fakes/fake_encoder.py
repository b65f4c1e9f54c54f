"""An encoder for logic: a text's vector is the sum of random directions of its words, so that shared words are near."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.embedding.model_files import ModelReference

DIMENSIONS = 32


@lru_cache(50_000)
def direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
    return np.random.default_rng(seed).normal(size=DIMENSIONS)


@dataclass
class FakeEncoder:
    """Stands in for `index.embedding.encoder.Encoder`; remembers how many texts a call had."""

    reference: ModelReference = field(default_factory=lambda: ModelReference("fake", Path("nowhere"), "ab" * 32))
    precision: str = "fp32"
    dimensions: int = DIMENSIONS
    calls: list[int] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"{self.reference.fingerprint} {self.precision}".encode()).hexdigest()

    def encode_ahead(self, lots, *, done=None):
        for owner, texts in lots:
            yield owner, self.encode(texts, done=done)

    def encode(self, texts: Sequence[str], *, done=None) -> np.ndarray:
        self.calls.append(len(texts))
        if done is not None:
            done(len(texts))
        rows = [sum((direction(word) for word in text.lower().split()), direction("")) for text in texts]
        rows = np.stack(rows) if rows else np.zeros((0, DIMENSIONS))
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
