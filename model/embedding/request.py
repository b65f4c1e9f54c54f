"""What a training run of an embedding model is asked for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.library.layout import Library
from model.training_data.pair_request import PairRequest

START = "all-MiniLM-L6-v2"
"""The packaged model that a run starts from if none is named."""


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """One run.

    Attributes:
        output: The run's folder; an existing run is continued.
        student: The model to start from: the packaged one's name, a folder or a hub name.
        library: What pairs are made of, or None.
        pair_request: Which pairs are made of it.
        pairs: Files of pairs.
        negatives: Hard negatives a pair.
        miners: What finds them: "bm25", "model" or both.
        batch: Pairs a step.
        epochs: How often each pair is used.
        steps: The most steps, or None.
        learning_rate: The highest, after the warm-up.
        tokens: How many tokens of a text are read in training.
        temperature: What cosines are divided by before the softmax.
        guide: A model whose ranking, fused with BM25's, is learnt; None to learn by contrast.
        words: How much BM25 counts in that fusion.
        seed: Of pairs, order and dropout.
        save_steps: Steps between checkpoints.
    """

    output: Path
    student: str = START
    library: Library | None = None
    pair_request: PairRequest = field(default_factory=lambda: PairRequest({}))
    pairs: tuple[Path, ...] = ()
    negatives: int = 0
    miners: tuple[str, ...] = ("bm25", "model")
    batch: int = 64
    epochs: float = 1
    steps: int | None = None
    learning_rate: float = 5e-5
    tokens: int = 128
    temperature: float = 0.05
    guide: str | None = None
    words: float = 10.0
    seed: int = 0
    save_steps: int = 100

    def settings(self) -> dict[str, Any]:
        """Return what decides the result, for the configuration beside the weights."""
        pairs = {
            "kinds": dict(self.pair_request.kinds),
            "passes": self.pair_request.passes,
            "excluded": len(self.pair_request.excluded),
        }
        left_out = ("output", "library", "pair_request")
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in left_out}
        if not self.guide:
            del plain["words"]
        return plain | pairs | {"library": str(self.library.path) if self.library else None}

    def check(self) -> None:
        """Raise ValueError where the request contradicts itself."""
        if not self.pairs and not (self.library and self.pair_request.kinds):
            raise ValueError("nothing to train on: give files of pairs, a library, or both")
        if self.negatives and not self.miners:
            raise ValueError("nothing to find negatives with: bm25, model or both")
