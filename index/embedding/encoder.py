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
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.core.errors import ModelError
from index.core.system_errors import system_error
from index.embedding.model_files import MAX_TOKENS, ModelReference, resolve_model
from index.embedding.model_safety import check_named_by_library

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PRECISIONS = ("bf16", "fp32")
# Tokens that go through the model at once, in texts of about the same length. On two cores with bfloat16, and sentences
# of 36 tokens: 616 sentences a second with 4,096, 519 with 2,048 or 8,192.
_BATCH_TOKENS = {"cpu": 4096, "cuda": 65_536}
_TOKENIZED = 8192  # texts that are sorted by their tokens
_MANY = 32  # texts from which all cores are used
Tokens = dict[str, list[int]]
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
        with self._lock, _threads_for(len(texts)):
            for start in range(0, len(texts), _TOKENIZED):
                for batch, tokens in self._batches(texts[start : start + _TOKENIZED]):
                    rows[[start + position for position in batch]] = self._run(tokens)
                    if done is not None:
                        done(len(batch))
        return rows

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Tokens]]]:
        """Yield positions and tokens, longest text first: hardly any padding, and a lack of memory shows at once."""
        transformer = self._model[0]
        valid_texts = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]  # no lone surrogates
        if getattr(transformer, "do_lower_case", False):
            valid_texts = [text.lower() for text in valid_texts]
        encoded = self._model.tokenizer(valid_texts, truncation=True, max_length=self._model.max_seq_length)
        tokens = [{name: encoded[name][position] for name in encoded} for position in range(len(texts))]
        order = sorted(range(len(texts)), key=lambda position: -len(tokens[position]["input_ids"]))
        budget = _BATCH_TOKENS.get(self._model.device.type, _BATCH_TOKENS["cpu"])
        start = 0
        while start < len(order):
            longest = max(1, len(tokens[order[start]]["input_ids"]))  # a tokenizer may add nothing to an empty text
            batch = order[start : start + max(1, budget // longest)]
            yield batch, [tokens[position] for position in batch]
            start += len(batch)

    def _run(self, tokens: list[Tokens]) -> NDArray[np.float32]:
        import torch
        from sentence_transformers.util import batch_to_device

        # Not `encode` of sentence-transformers, which pads to the longest of texts that it sorts by their characters.
        padded = self._model.tokenizer.pad(tokens, return_tensors="pt")
        with torch.inference_mode():
            features = self._model(batch_to_device(dict(padded), self._model.device))
        rows: NDArray[np.float32] = features["sentence_embedding"].float().cpu().numpy()
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
    torch.set_num_threads(all_threads if texts >= _MANY else 1)
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
