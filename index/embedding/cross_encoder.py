"""A cross-encoder that reads query and article together: an option, never a default.

No weights come with the project, and a model trained on web search has made MeSH queries worse (nDCG@10 .782 to .738):
measure one with `pubmed-search evaluate --rerank` before relying on it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.core.errors import ModelError
from index.core.system_errors import system_error

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_MAX_TOKENS = 512
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Reranker:
    """A loaded cross-encoder; any number of threads may use it, one at a time.

    Attributes:
        name: A folder, or a hub name that is in this machine's cache.
    """

    name: str
    _model: "CrossEncoder"
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def load(cls, name: str) -> Self:
        """Load a cross-encoder with one score for a pair; only safetensors weights, and no code of its own.

        Raises:
            ModelError: It is missing, cannot be loaded, or gives more than one score.
        """
        from sentence_transformers import CrossEncoder

        folder = Path(name).expanduser()
        try:
            model = CrossEncoder(
                str(folder.absolute()) if folder.is_dir() else name,
                device="cpu",
                max_length=_MAX_TOKENS,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, RuntimeError, ValueError, TypeError, KeyError, MemoryError) as error:
            if refused := system_error(error, name):
                raise refused from error
            if isinstance(error, OSError) and not folder.is_dir():
                raise ModelError(
                    f"The reranker {name} cannot be loaded: it is neither a folder nor in this machine's model cache. "
                    f"Fetch one from the hub once:\n  hf download {name}"
                ) from error
            raise ModelError(f"The reranker {name} cannot be loaded: {error}") from error
        if model.num_labels != 1:
            raise ModelError(f"{name} is not a reranker: it gives {model.num_labels} scores for a pair, expected 1.")
        return cls(name, model)

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return for each text how well it answers the query: higher is better, without unit."""
        if not texts:
            return []
        pairs = [(query, text) for text in texts]
        with self._lock:
            scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return [float(score) for score in scores]
