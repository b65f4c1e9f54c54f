"""What an index needs of an encoder, whichever library runs the model."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.embedding.model_files import ModelReference

Owner = TypeVar("Owner")
Many = Literal["articles", "sentences"]
"""What there are many of: whole articles, or sentences."""


class LotEncoder(Protocol):
    """What gives many texts their vectors: a model in this process, or several in others."""

    @property
    def reference(self) -> ModelReference:
        """The model's files."""
        ...

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the precision, in hexadecimal: equal means comparable vectors."""
        ...

    def for_many(self, of: Many) -> "LotEncoder":
        """Return what encodes many articles whole, or the sentences of many, as `Encoder.for_many` does."""
        ...

    def encode_ahead(
        self, lots: Iterable[tuple[Owner, Sequence[str]]], *, done: Callable[[int], object] | None = None
    ) -> Iterator[tuple[Owner, NDArray[np.float32]]]:
        """Encode many texts lot by lot, as `Encoder.encode_ahead` does."""
        ...


class TextEncoder(Protocol):
    """A loaded model; any number of threads may use it."""

    @property
    def reference(self) -> ModelReference:
        """The model's files."""
        ...

    @property
    def precision(self) -> str:
        """The precision, "bf16" or "fp32", of the vectors that its own may be compared with."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the precision, in hexadecimal: equal means comparable vectors."""
        ...

    def encode(self, texts: Sequence[str], *, done: Callable[[int], object] | None = None) -> NDArray[np.float32]:
        """Return one vector for each text.

        Args:
            texts: Any number of texts.
            done: Called with the number of texts that were encoded since its last call.

        Returns:
            Shape (len(texts), dimensions), rows of length 1, in the order of `texts`.
        """
        ...
