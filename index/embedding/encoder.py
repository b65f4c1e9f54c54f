"""Text to vectors: the only module that runs a model.

Weights are held in bfloat16 where the processor computes in it natively (twice the speed at .99998 cosine), else in
float32. Queries use the precision that the library's vectors were made with: a model is its files and its arithmetic.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from index.core.errors import ModelError
from index.core.system_errors import system_error
from index.embedding.model_files import MAX_TOKENS, ModelReference, resolve_model
from index.embedding.model_safety import check_named_by_library

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PRECISIONS = ("bf16", "fp32")
_BATCH = 32  # texts of about the same length that go through the model at once
# Where bfloat16 is emulated it is slower than float32.
_NATIVE_BF16 = ("avx512_bf16", "amx_bf16")


@dataclass(frozen=True, slots=True)
class Encoder:
    """A loaded model; any number of threads may use it, one at a time.

    Attributes:
        reference: The model's files.
        precision: "bf16" or "fp32".
        dimensions: Length of a vector.
    """

    reference: ModelReference
    precision: str
    dimensions: int
    _model: "SentenceTransformer"
    # Fast tokenizers raise "Already borrowed" when two threads use one.
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def load(cls, reference: ModelReference, *, precision: str | None = None, device: str | None = None) -> Self:
        """Load a model.

        Args:
            reference: The model, from `resolve_model`.
            precision: "bf16" or "fp32"; None takes the faster one of this device.
            device: A torch device such as "cpu" or "cuda:0"; None takes a GPU if there is one.

        Raises:
            ModelError: The files cannot be loaded, or the device is not available.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        _silence_weights_bar()
        try:
            torch_device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
            precision = precision or fastest_precision(torch_device.type)
            dtype = torch.bfloat16 if precision == "bf16" else torch.float32
            model = SentenceTransformer(
                str(reference.path),
                device=str(torch_device),
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": dtype, "use_safetensors": True},
            )
        except Exception as error:  # a hostile configuration makes these libraries raise anything
            message = f"The model {reference.name} cannot be loaded: {error}"
            raise system_error(error, reference.path) or ModelError(message) from error
        model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
        return cls(reference, precision, int(model.get_embedding_dimension() or 0), model)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the precision, in hexadecimal: equal means comparable vectors."""
        return full_fingerprint(self.reference, self.precision)

    def encode(self, texts: Sequence[str], *, done: Callable[[int], object] | None = None) -> NDArray[np.float32]:
        """Return one vector for each text.

        Args:
            texts: Any number of texts; tokens after the first 256 are not read.
            done: Called with the number of texts that were encoded since its last call.

        Returns:
            Shape (len(texts), dimensions), rows of length 1, in the order of `texts`.
        """
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # Sorted by length, longest first: little padding, and a lack of memory shows at once.
        order = sorted(range(len(texts)), key=lambda position: -len(texts[position]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            rows[batch] = self._run([texts[position] for position in batch])
            if done is not None:
                done(len(batch))
        return rows

    def _run(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        valid_texts = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]  # no lone surrogates
        with self._lock, _threads_for(len(texts)), torch.inference_mode():
            vectors: Any = self._model.encode(valid_texts, batch_size=_BATCH, show_progress_bar=False)
        rows: NDArray[np.float32] = np.asarray(vectors, dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


@contextmanager
def _threads_for(texts: int) -> Iterator[None]:
    """Use every core only for a full batch, as in a build.

    A question on one thread takes the same time on an idle machine and many times less beside another program: the
    threads of a small matrix wait for each other, spinning.
    """
    import torch

    all_threads = torch.get_num_threads()
    torch.set_num_threads(all_threads if texts >= _BATCH else 1)
    try:
        yield
    finally:
        torch.set_num_threads(all_threads)


def full_fingerprint(reference: ModelReference, precision: str) -> str:
    """Return the fingerprint of a model at a precision, without loading it."""
    return sha256(f"{reference.fingerprint} {precision}".encode()).hexdigest()


def matching_model(name: str, precision: str, fingerprint: str, *, library: Path) -> ModelReference:
    """Find the model that an index was built with, without fetching anything.

    Args:
        name: The model's name in the index's manifest.
        precision: "bf16" or "fp32".
        fingerprint: What the index was built with.
        library: The library that holds the index.

    Raises:
        ModelError: It is missing, its files have changed since, or a library may not name it.
    """
    check_named_by_library(name, library)
    reference = resolve_model(name, download=False)
    current = full_fingerprint(reference, precision)
    if current != fingerprint:
        raise ModelError(
            f"The index was built with the model {name} as it was then (fingerprint {fingerprint[:16]}); its files in\n"
            f"{reference.path} have changed (now {current[:16]}). Put the old files back, or build with the new ones:\n"
            f"  rebuild-index --model {name}"
        )
    return reference


def fastest_precision(device: str) -> str:
    """Return "bf16" where a device ("cuda", "cpu" or another) computes in it natively, else "fp32"."""
    import torch

    if device == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    capabilities = torch.cpu.get_capabilities() if device == "cpu" else {}
    return "bf16" if any(capabilities.get(name) for name in _NATIVE_BF16) else "fp32"


def _silence_weights_bar() -> None:
    """Keep transformers from drawing a bar for the second that reading the weights takes."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
