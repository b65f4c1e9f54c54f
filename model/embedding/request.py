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
        teacher: The embedding model whose vectors are learnt, or None.
        reranker: The cross-encoder whose scores are learnt, or None.
        negatives: Hard negatives a pair.
        miners: What finds them: "bm25", "model" or both.
        batch: Pairs a step.
        epochs: How often each pair is used.
        steps: The most steps, or None.
        learning_rate: The highest, after the warm-up.
        tokens: How many tokens of a text are read in training.
        temperature: What cosines are divided by before the softmax.
        symmetric: Whether positives also have to find their anchors.
        guide: A model that finds which other texts of a batch also answer and so are not negatives; or None.
        words: How much BM25 counts in the fusion with the guide that is learnt; 0 for no fusion.
        seed: Of pairs, order and dropout.
        save_steps: Steps between checkpoints.
    """

    output: Path
    student: str = START
    library: Library | None = None
    pair_request: PairRequest = field(default_factory=lambda: PairRequest({}))
    pairs: tuple[Path, ...] = ()
    teacher: str | None = None
    reranker: str | None = None
    negatives: int = 0
    miners: tuple[str, ...] = ("bm25", "model")
    batch: int = 64
    epochs: float = 1
    steps: int | None = None
    learning_rate: float = 5e-5
    tokens: int = 128
    temperature: float = 0.05
    symmetric: bool = False
    guide: str | None = None
    words: float = 0.0
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
        return plain | pairs | {"library": str(self.library.path) if self.library else None}

    def check(self) -> None:
        """Raise ValueError where the request contradicts itself."""
        if self.teacher and self.reranker:
            raise ValueError("a run learns from a teacher or from a reranker: make two runs, one after the other")
        if not self.pairs and not (self.library and self.pair_request.kinds):
            raise ValueError("nothing to train on: give files of pairs, a library, or both")
        if self.guide and (self.teacher or self.reranker or self.symmetric):
            raise ValueError("a guide works with pairs alone: without teacher, reranker and symmetric training")
        if self.words and not self.guide:
            raise ValueError("a fusion combines BM25 with a guide: name the guide")
        if self.negatives and not self.miners:
            raise ValueError("nothing to find negatives with: bm25, model or both")
