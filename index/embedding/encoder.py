"""Text to vectors: the only module that runs a model.

Weights are held in bfloat16 where the processor computes in it natively (twice the speed at .99998 cosine), else in
float32; many articles are encoded by ONNX Runtime, their sentences with 8 bits a weight (`Encoder.for_many`). Queries
use the precision that the library's vectors were made with: a model is its files and its arithmetic.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.core.errors import ModelError
from index.core.system_errors import system_error
from index.embedding.model_files import MAX_TOKENS, ModelReference, resolve_model
from index.embedding.model_safety import check_named_by_library
from index.embedding.read_ahead import read_ahead
from index.embedding.text_encoder import Many

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer as FastTokenizer

    from index.embedding.networks.text_network import Bits, TextNetwork

PRECISIONS = ("bf16", "fp32")
# Tokens that go through the model at once, in texts of about the same length. On two cores with bfloat16, and sentences
# of 36 tokens: 616 sentences a second with 4,096, 519 with 2,048 or 8,192.
_BATCH_TOKENS = {"cpu": 4096, "cuda": 65_536}
_TOKENIZED = 8192  # texts that are sorted by their tokens
_MANY = 32  # texts from which all cores are used
# Texts, short and long, in which a model that ONNX Runtime runs may not differ by more from itself.
_CHECKED_TEXTS = (
    "Metformin and cancer.",
    "BACKGROUND: The bark beetle is a pest of spruce forests.",
    "In 120 patients (62 women; mean age, 54.3 years) blood pressure fell by 12 mmHg (95 % CI 9 to 15; p<0.001).",
    "CONCLUSIONS: " + "Immunohistochemical staining was negative in the cells of most of the patients, and " * 5,
)
_LOWEST_COSINES: "dict[Bits, float]" = {8: 0.95, 32: 0.9999}
Owner = TypeVar("Owner")
Tokenizer = Callable[[list[str]], list[list[int]]]
# Where bfloat16 is emulated it is slower than float32.
_NATIVE_BF16 = ("avx512_bf16", "amx_bf16")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Texts that go through the model at once: their positions, ids and attention mask, both (texts, tokens)."""

    positions: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


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
    _tokenizer: Tokenizer
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _network: "TextNetwork | None" = None

    @classmethod
    def load(
        cls,
        reference: ModelReference,
        *,
        precision: str | None = None,
        device: str | None = None,
        attention: str | None = None,
    ) -> Self:
        """Load a model.

        Args:
            reference: The model, from `resolve_model`.
            precision: "bf16" or "fp32"; None takes the faster one of this device.
            device: A torch device such as "cpu" or "cuda:0"; None takes a GPU if there is one.
            attention: How transformers computes attention; None takes its choice.

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
                model_kwargs={"dtype": dtype, "use_safetensors": True, "attn_implementation": attention},
            )
        except Exception as error:  # a hostile configuration makes these libraries raise anything
            message = f"The model {reference.name} cannot be loaded: {error}"
            raise system_error(error, reference.path) or ModelError(message) from error
        model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
        return cls(reference, precision, int(model.get_embedding_dimension() or 0), model, _tokenizer_of(model))

    def for_many(self, of: Many) -> Self:
        """Return what encodes many articles whole, or the sentences of many.

        On the CPU ONNX Runtime runs the network, which is made in seconds. With float32 whole articles take it four
        fifths of torch's time; in bfloat16 torch is quicker and stays. Sentences get 8 bits a weight, and about the
        same vectors (cosine .99) in less than half the time of float32. A model for which that does not hold keeps its
        own arithmetic, and so does a GPU.

        Args:
            of: "articles" or "sentences".
        """
        import torch

        if self._model.device.type != "cpu" or (of == "articles" and self.precision != "fp32"):
            return self
        from index.embedding.networks.text_network import TextNetwork

        # Written out step by step: ONNX Runtime needs .75 to .95 of the time that attention as one operator takes it.
        exact = Encoder.load(self.reference, precision="fp32", device="cpu", attention="eager")
        bits: Bits = 32 if of == "articles" else 8
        try:
            network = TextNetwork.of(exact._model, bits=bits, threads=torch.get_num_threads())
            of_many = replace(self, _lock=threading.Lock(), _network=network)
            cosines = np.sum(of_many.encode(_CHECKED_TEXTS) * exact.encode(_CHECKED_TEXTS), axis=1)
        except Exception as error:  # torch's exporter raises anything for what it does not know
            if refused := system_error(error, self.reference.path):
                raise refused from error
            _log.info("All %s stay with torch: %s", of, error)
            return self
        return of_many if cosines.min() >= _LOWEST_COSINES[bits] else self

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the precision, in hexadecimal: equal means comparable vectors."""
        return full_fingerprint(self.reference, self.precision)

    def encode(self, texts: Sequence[str], *, done: Callable[[int], object] | None = None) -> NDArray[np.float32]:
        """Return one vector for each text.

        Args:
            texts: Any number of texts; tokens after the first 256 are not read.
            done: Called with the number of texts that went through the model since its last call.

        Returns:
            Shape (len(texts), dimensions), rows of length 1, in the order of `texts`.
        """
        lots = (texts[start : start + _TOKENIZED] for start in range(0, len(texts), _TOKENIZED))
        rows = [self._run(self._tokenize(lot), len(lot), done=done) for lot in lots]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)

    def encode_ahead(
        self, lots: Iterable[tuple[Owner, Sequence[str]]], *, done: Callable[[int], object] | None = None
    ) -> Iterator[tuple[Owner, NDArray[np.float32]]]:
        """Encode many texts lot by lot; the next lots are read and tokenized while the model works on one.

        Args:
            lots: Pairs of whatever the texts belong to, and some thousand texts; taken in another thread.
            done: As in `encode`.

        Yields:
            For each lot what its texts belong to, and what `encode` returns of them.
        """
        tokenized = ((owner, self._tokenize(texts), len(texts)) for owner, texts in read_ahead(lots))
        for owner, batches, count in read_ahead(tokenized):
            yield owner, self._run(batches, count, done=done)

    def _tokenize(self, texts: Sequence[str]) -> list[_Batch]:
        """Return batches, longest text first: hardly any padding, and a lack of memory shows at once."""
        transformer = self._model[0]
        valid_texts = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]  # no lone surrogates
        if getattr(transformer, "do_lower_case", False):
            valid_texts = [text.lower() for text in valid_texts]
        tokens = self._tokenizer(valid_texts)
        order = sorted(range(len(texts)), key=lambda position: -len(tokens[position]))
        budget = _BATCH_TOKENS.get(self._model.device.type, _BATCH_TOKENS["cpu"])
        batches, start = [], 0
        while start < len(order):
            longest = max(1, len(tokens[order[start]]))  # a tokenizer may add nothing to an empty text
            positions = order[start : start + max(1, budget // longest)]
            batches.append(_Batch(positions, *self._pad([tokens[position] for position in positions])))
            start += len(positions)
        return batches

    def _pad(self, rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return ids and attention mask, both of shape (rows, tokens of the longest, the first)."""
        tokenizer = self._model.tokenizer
        ids = np.full((len(rows), max(1, len(rows[0]))), tokenizer.pad_token_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            columns = slice(len(row)) if tokenizer.padding_side == "right" else slice(ids.shape[1] - len(row), None)
            ids[number, columns], mask[number, columns] = row, 1
        return ids, mask

    def _run(
        self, batches: Sequence[_Batch], count: int, *, done: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        """Return the rows of `count` texts that were divided into batches."""
        import torch

        # Not `encode` of sentence-transformers, which pads to the longest of texts that it sorts by their characters.
        rows = np.zeros((count, self.dimensions), dtype=np.float32)
        with self._lock, _threads_for(count), torch.inference_mode():
            vectors = []
            for batch in batches:
                vectors.append(self._forward(batch))
                if done is not None:
                    done(len(batch.positions))
            # Brought back together: a GPU does not wait between batches.
            for batch, encoded in zip(batches, vectors, strict=True):
                rows[batch.positions] = encoded.cpu().numpy()
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _forward(self, batch: _Batch) -> "torch.Tensor":
        """Return the vectors of a batch, float32 of shape (texts, dimensions), on the model's device."""
        import torch

        if self._network is not None:
            texts = [ids[mask > 0] if mask.any() else ids for ids, mask in zip(batch.ids, batch.mask, strict=True)]
            return torch.from_numpy(self._network.run(texts))
        tokens = {"input_ids": batch.ids, "attention_mask": batch.mask}
        features = {name: torch.from_numpy(array).to(self._model.device) for name, array in tokens.items()}
        vectors: torch.Tensor = self._model(features)["sentence_embedding"].float()
        return vectors


def _tokenizer_of(model: "SentenceTransformer") -> Tokenizer:
    """Return what turns texts into ids, cut to what the model reads; safe to call from several threads."""
    fast = fast_tokenizer(model)
    if fast is None:
        tokenizer, most = model.tokenizer, model.max_seq_length or MAX_TOKENS
        lock = threading.Lock()

        def slowly(texts: list[str]) -> list[list[int]]:
            with lock:
                ids: list[list[int]] = tokenizer(texts, truncation=True, max_length=most)["input_ids"]
            return ids

        return slowly
    # Its own lists are some six times as cheap as the BatchEncoding that transformers makes of them.
    return lambda texts: [encoding.ids for encoding in fast.encode_batch_fast(texts)]


def fast_tokenizer(model: "SentenceTransformer") -> "FastTokenizer | None":
    """Return a copy of a model's tokenizer that cuts to what the model reads; None where its kind is written in Python.

    Nobody changes the copy's settings: the original raises "Already borrowed" when two threads use it.
    """
    from tokenizers import Tokenizer as FastTokenizer

    if not getattr(model.tokenizer, "is_fast", False):
        return None
    fast = FastTokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    fast.no_padding()
    fast.enable_truncation(model.max_seq_length or MAX_TOKENS, direction=model.tokenizer.truncation_side)
    return fast


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
