"""What decides the resulting weights of a pre-training run."""

from dataclasses import dataclass
from pathlib import Path

VOCABULARY = 30_522  # tokens of bert-base-uncased, and of a vocabulary that is trained
HELD_OUT_MASKED = 0.15  # share of the tokens that a held-out loss is of, whatever is trained: so runs can be compared


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a BERT: with a vocabulary of 30,522, 22,713,216 parameters, 22,744,506 with the vocabulary head.

    The sizes are those of BiomedBERT Small, and of all-MiniLM-L6-v2. A model that sees few tokens twice needs little
    dropout, and none of its attention.
    """

    layers: int = 6
    hidden: int = 384
    heads: int = 12
    feed_forward: int = 1536
    positions: int = 512
    dropout: float = 0.05


@dataclass(frozen=True, slots=True)
class PretrainingHyperparameters:
    """What to train, and on what.

    The defaults show a GPU 6.6 billion tokens: 100,000 updates of 65,536.

    Attributes:
        dataset: The dataset, from `pubmed-model dataset`.
        own_vocabulary: Whether a WordPiece vocabulary is trained; else bert-base-uncased's is used.
        steps: Updates of the weights.
        length: Tokens of a block, at most the model's positions.
        batch: Blocks that go through the model at once.
        accumulation: Batches that are gathered for one update.
        masked: Share of the tokens that are predicted.
        learning_rate: The highest, after the warm-up; along the steps it falls to 2 % of that.
        warmup: Updates until then, fewer than steps.
        seed: Of initial weights, order, masks and dropout.
        shape: Of the model.
    """

    dataset: Path
    own_vocabulary: bool = False
    steps: int = 100_000
    length: int = 128
    batch: int = 512
    accumulation: int = 1
    masked: float = 0.2
    learning_rate: float = 1e-3
    warmup: int = 300
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
        if self.warmup >= self.steps:
            raise ValueError(f"found warmup {self.warmup}, expected fewer updates than the {self.steps} steps")
        if not 0 < self.masked < 1:
            raise ValueError(f"found masked {self.masked}, expected a share between 0 and 1")
        if not self.learning_rate > 0:
            raise ValueError(f"found learning rate {self.learning_rate}, expected more than 0")

    @property
    def tokens_a_step(self) -> int:
        """Tokens that one update sees, on one device."""
        return self.batch * self.accumulation * self.length
