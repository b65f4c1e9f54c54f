"""What a process on Ray does that encodes: it holds the model, and gives texts their vectors."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.core.errors import ModelError
from index.embedding.encoder import Encoder
from index.embedding.model_files import ModelReference, resolve_model
from index.embedding.text_encoder import Many


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """The model as a worker loaded it: its precision ("bf16" or "fp32"), and the length of a vector."""

    precision: str
    dimensions: int


class EncodingWorker:
    """An actor; two calls at a time, so that texts are tokenized while the model works on those before them."""

    def __init__(self) -> None:
        self._encoder: Encoder | None = None
        self._of_many: dict[Many, Encoder] = {}
        self._lock = threading.Lock()

    def load(self, reference: ModelReference, precision: str | None, device: str) -> LoadedModel:
        """Load the model from this machine's own copy of it.

        Args:
            reference: The model as the build has it.
            precision: "bf16" or "fp32"; None takes the faster one of this device.
            device: A torch device.

        Raises:
            ModelError: It is not on this machine, its files are others than the build's, or it cannot be loaded.
        """
        own = resolve_model(reference.name, download=False)
        if own.fingerprint != reference.fingerprint:
            raise ModelError(
                f"The model {reference.name} in {own.path} on this worker's machine has the fingerprint "
                f"{own.fingerprint[:16]}, expected {reference.fingerprint[:16]} as where the build runs. "
                "Put the same files on each machine of the cluster, and run the same command again."
            )
        self._encoder = Encoder.load(own, precision=precision, device=device)
        return LoadedModel(self._encoder.precision, self._encoder.dimensions)

    def encode(self, texts: Sequence[str], *, many: Many | None) -> NDArray[np.float32]:
        """Return one vector for each text, as `Encoder.encode` does.

        Args:
            texts: Any number of texts.
            many: What there are many of, if there are.
        """
        if self._encoder is None:
            raise RuntimeError("the model was not loaded")
        return (self._for_many(self._encoder, many) if many else self._encoder).encode(texts)

    def _for_many(self, encoder: Encoder, of: Many) -> Encoder:
        with self._lock:
            if of not in self._of_many:
                self._of_many[of] = encoder.for_many(of)
            return self._of_many[of]
