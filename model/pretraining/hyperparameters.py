"""What decides the resulting weights of a pre-training run."""

from dataclasses import dataclass
from pathlib import Path

VOCABULARY = 30_522  # tokens of bert-base-uncased, and of a vocabulary that is trained


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a BERT: with a vocabulary of 30,522, 22,713,216 parameters, 22,744,506 with the vocabulary head.

    The defaults are those of BiomedBERT Small, and of all-MiniLM-L6-v2.
    """

    layers: int = 6
    hidden: int = 384
    heads: int = 12
    feed_forward: int = 1536
    positions: int = 512


@dataclass(frozen=True, slots=True)
class PretrainingHyperparameters:
    """What to train, and on what.

    The defaults show a GPU 13 billion tokens: 100,000 updates of 131,072.

    Attributes:
        dataset: The dataset, from `pubmed-model dataset`.
        own_vocabulary: Whether a WordPiece vocabulary is trained; else bert-base-uncased's is used.
        steps: Updates of the weights; the learning rate falls to 0 along them.
        length: Tokens of a block, at most the model's positions.
        batch: Blocks that go through the model at once.
        accumulation: Batches that are gathered for one update.
        learning_rate: The highest, after the warm-up.
        warmup: Updates until then.
        seed: Of initial weights, order, masks and dropout.
        shape: Of the model.
    """

    dataset: Path
    own_vocabulary: bool = False
    steps: int = 100_000
    length: int = 512
    batch: int = 64
    accumulation: int = 4
    learning_rate: float = 5e-4
    warmup: int = 2000
    seed: int = 0
    shape: Shape = Shape()

    def __post_init__(self) -> None:
        least = {"steps": 1, "length": 8, "batch": 1, "accumulation": 1, "warmup": 0, "seed": 0}
        for name, lowest in least.items():
            if getattr(self, name) < lowest:
                raise ValueError(f"found {name} {getattr(self, name)}, expected {lowest} or more")
        if self.length > self.shape.positions:
            raise ValueError(
                f"found length {self.length}, expected {self.shape.positions} or less, the model's positions"
            )
        if not self.learning_rate > 0:
            raise ValueError(f"found learning rate {self.learning_rate}, expected more than 0")

    @property
    def tokens_a_step(self) -> int:
        """Tokens that one update sees, on one device."""
        return self.batch * self.accumulation * self.length
