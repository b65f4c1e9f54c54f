"""Queries to vectors, without torch: ONNX Runtime runs the network, `tokenizers` cuts the texts.

The only module with ONNX Runtime. Together they are imported in a tenth of a second, where torch and
sentence-transformers take seconds. What they run was exported from the user's own model by
`index.embedding.queries.query_export`, and gives torch's vectors.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.embedding.encoder import full_fingerprint
from index.embedding.model_files import ModelReference
from index.embedding.networks.network_export import INPUT, OUTPUT
from index.embedding.queries.query_files import NETWORK, TOKENIZER

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True)
class QueryEncoder:
    """A loaded export of a model; any number of threads may use it at once.

    Attributes:
        reference: The model's files.
        precision: "bf16" or "fp32", of the vectors that its own are compared with. It computes in float32 itself.
        dimensions: Length of a vector.
    """

    reference: ModelReference
    precision: str
    dimensions: int
    _lowercase: bool
    _session: "InferenceSession"
    _tokenizer: "Tokenizer"

    @classmethod
    def load(cls, folder: Path, reference: ModelReference, *, precision: str, dimensions: int, lowercase: bool) -> Self:
        """Load an export.

        Args:
            folder: Its folder, in the user's cache.
            reference: The model that it was made from.
            precision: Of the vectors that queries are compared with.
            dimensions: Length of a vector.
            lowercase: Whether texts are lower-cased first.

        Raises:
            Exception: It cannot be loaded; of whatever type the two libraries choose.
        """
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        return cls(reference, precision, dimensions, lowercase, _session(folder / NETWORK), tokenizer)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the precision, in hexadecimal: equal means comparable vectors."""
        return full_fingerprint(self.reference, self.precision)

    def encode(self, texts: Sequence[str], *, done: Callable[[int], object] | None = None) -> NDArray[np.float32]:
        """Return one vector for each text, one text after the other: nothing is padded, and one core is used.

        Args:
            texts: A few texts; tokens after the first 256 are not read.
            done: Called after each text, with 1.

        Returns:
            Shape (len(texts), dimensions), rows of length 1, in the order of `texts`.
        """
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for number, text in enumerate(texts):
            ids = np.array([self.token_ids(text)], dtype=np.int64)
            rows[number] = self._session.run([OUTPUT], {INPUT: ids})[0][0]
            if done is not None:
                done(1)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def token_ids(self, text: str) -> list[int]:
        """Return what the network reads of a text, special tokens included."""
        valid_text = text.encode("utf-8", "replace").decode("utf-8")  # no lone surrogates
        ids: list[int] = self._tokenizer.encode(valid_text.lower() if self._lowercase else valid_text).ids
        return ids


def fuse(exported: Path, fused: Path) -> None:
    """Write a network again as ONNX Runtime runs it, so that loading it optimizes nothing: .17 s in place of .25 s."""
    _session(exported, fused=fused)


def _session(path: Path, *, fused: Path | None = None) -> "InferenceSession":
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    # As torch does for a query: threads of small matrices wait for each other.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL
    if fused is not None:
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(fused)
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
