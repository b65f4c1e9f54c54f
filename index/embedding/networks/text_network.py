"""A model's network as ONNX Runtime runs it, a text at a time: for texts of which there are many."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from index.embedding.networks.network_export import INPUT, OUTPUT, export_network

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import SentenceTransformer

_ERRORS_ONLY = 3
Bits = Literal[8, 32]


@dataclass(frozen=True, slots=True)
class TextNetwork:
    """A network that any number of threads may use at once.

    Each text goes through it by itself, so a text's vector never depends on the texts beside it. Nothing is padded, and
    no thread waits for another: beside other programs that takes half the time of batches on which all threads work.
    """

    _session: "InferenceSession"
    _threads: ThreadPoolExecutor

    @classmethod
    def of(cls, model: "SentenceTransformer", *, bits: Bits, threads: int) -> Self:
        """Export a model, round its weights, and load what came out; takes seconds.

        Args:
            model: On the CPU, in float32.
            bits: Of a weight: 32 leaves it as it is, 8 takes less than half the time.
            threads: How many texts are worked on at once.

        Raises:
            Exception: It cannot be exported; of whatever type the libraries choose.
        """
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        with tempfile.TemporaryDirectory() as folder:
            exported = Path(folder) / "exported"
            export_network(model, exported)
            network = _quantized(exported) if bits == 8 else exported  # noqa: PLR2004 - one of `Bits`
            session = InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])
        return cls(session, ThreadPoolExecutor(threads, thread_name_prefix="encode"))

    def run(self, texts: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (n, dimensions), from the token ids of each, of shape (tokens,)."""
        return np.concatenate(list(self._threads.map(self._vector, texts)))

    def _vector(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._session.run([OUTPUT], {INPUT: ids[None]})[0]
        return vector


def _quantized(network: Path) -> Path:
    """Write a network with 8 bits a weight beside it; what activations they stand for is taken from each text."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared, quantized = network.with_name("prepared"), network.with_name("quantized")
    quant_pre_process(network, prepared, skip_symbolic_shape=True)
    # 7 bits of the 8: sums of two products of 8 bits are more than older processors' instructions hold.
    quantize_dynamic(prepared, quantized, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    return quantized
