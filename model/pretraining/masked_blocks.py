"""Articles as blocks of equal length without padding, and the masks that a model learns from.

A block is `[CLS]`, running text with `[SEP]` between articles, `[SEP]`. Articles that meet in a block see each other,
as in the usual packing for masked language modelling.

Imported late: it brings datasets and torch, which take seconds.
"""

import sys
from collections.abc import Sequence
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import numpy as np
from datasets import Dataset, Features, List, Value, disable_progress_bars, enable_progress_bars
from numpy.typing import NDArray
from torch.utils.data import Dataset as Samples
from transformers import PreTrainedTokenizerBase

from index.core.progress import Progress
from model.pretraining.bert import IGNORED
from model.pretraining.tokenizer import joined

# Source: Devlin et al. (2019), arXiv:1810.04805, section 3.1.
TO_MASK, TO_RANDOM = 0.8, 0.1
# Articles that are packed together; the end of each lot that does not fill a block is left out, a tenth of a per mille.
_LOT = 5000


def packed(
    articles: Dataset, tokenizer: PreTrainedTokenizerBase, *, length: int, file: Path, progress: Progress
) -> Dataset:
    """Return articles as blocks, one row a block, made once and kept in a file.

    Args:
        articles: Rows with "title" and "abstract".
        tokenizer: One of at most 65,536 tokens.
        length: Tokens of a block, its `[CLS]` and last `[SEP]` included.
        file: Where the blocks are kept, Arrow; an existing file is used.
        progress: Whether the bar is drawn.
    """
    show_bar = sys.stderr.isatty() if progress.shown is None else progress.shown
    (enable_progress_bars if show_bar else disable_progress_bars)()
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id

    def blocks(lot: dict[str, list[str]]) -> dict[str, list[list[int]]]:
        ids = tokenizer(joined(lot["title"], lot["abstract"]), add_special_tokens=False, verbose=False)["input_ids"]
        stream = list(chain.from_iterable([*article, sep] for article in ids))
        inner = length - 2
        return {
            "input_ids": [
                [cls, *stream[start : start + inner], sep] for start in range(0, len(stream) - inner + 1, inner)
            ]
        }

    file.parent.mkdir(parents=True, exist_ok=True)
    return articles.map(
        blocks,
        batched=True,
        batch_size=_LOT,
        remove_columns=articles.column_names,
        features=Features({"input_ids": List(Value("uint16"), length=length)}),
        cache_file_name=str(file),
        desc="packing",
    )


class MaskedBlocks(Samples[dict[str, NDArray[np.int64]]]):
    """Blocks with a mask each, a new one every epoch, drawn for a whole batch at once.

    The masks depend only on the batch's own ids, the epoch and the seed. So a run that is stopped and resumed sees the
    same masks as one that is not, whatever was read ahead.
    """

    def __init__(self, blocks: Dataset, tokenizer: PreTrainedTokenizerBase, *, share: float, seed: int) -> None:
        """Take blocks of equal length.

        Args:
            blocks: From `packed`.
            tokenizer: The one that made them.
            share: Of the tokens of a block, how many are predicted, above 0 and below 1.
            seed: Of the masks.
        """
        self._blocks = blocks.with_format("numpy")
        self._special = np.array(sorted(tokenizer.all_special_ids))
        self._mask, self._vocabulary = tokenizer.mask_token_id, len(tokenizer)
        self._share, self._seed, self._epoch = share, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch begins; the Trainer calls it."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, position: int) -> dict[str, NDArray[np.int64]]:
        """Return "input_ids" and "labels", both of shape (length,); the label is -100 if nothing is predicted."""
        return self.__getitems__([position])[0]

    def __getitems__(self, positions: Sequence[int]) -> list[dict[str, NDArray[np.int64]]]:
        """Return a batch, one element a block, as `__getitem__` does; torch's loader calls it."""
        ids = np.asarray(self._blocks[positions]["input_ids"], dtype=np.int64)  # (batch, length)
        digest = blake2b(ids.tobytes(), digest_size=16).digest()
        draw = np.random.default_rng([self._seed, self._epoch, *digest])
        order = draw.random(ids.shape)
        order[np.isin(ids, self._special)] = 1  # behind every word
        # As many in every block, so that a mean over blocks is one over predictions.
        count = max(1, round(self._share * ids.shape[1]))
        chosen = np.argpartition(order, count - 1, axis=1)[:, :count]
        words = np.take_along_axis(order, chosen, axis=1) < 1
        rows, columns = np.nonzero(words)[0], chosen[words]
        labels = np.full_like(ids, IGNORED)
        labels[rows, columns] = ids[rows, columns]
        chances = draw.random(len(rows))
        tokens = np.where(chances < TO_MASK, self._mask, draw.integers(self._vocabulary, size=len(rows)))
        kept = (chances >= TO_MASK) & (chances < 1 - TO_RANDOM)
        ids[rows, columns] = np.where(kept, labels[rows, columns], tokens)
        return [{"input_ids": row, "labels": label} for row, label in zip(ids, labels, strict=True)]


def frequency_loss(train: Dataset, held_out: Dataset, vocabulary: int) -> float:
    """Return the held-out loss of guessing by frequency alone, in nats a token: what a model must beat.

    Args:
        train: Blocks that are counted, the first 100,000 of them; every token counts once more than it was seen.
        held_out: Blocks that are guessed.
        vocabulary: Number of different tokens.
    """
    train_counts, held_out_counts = (_counts(part, vocabulary) for part in (train, held_out))
    probabilities = (train_counts + 1) / (train_counts + 1).sum()
    return float(-(held_out_counts @ np.log(probabilities)) / held_out_counts.sum())


def _counts(blocks: Dataset, vocabulary: int) -> NDArray[np.int64]:
    """Return how often each token occurs inside the blocks, shape (vocabulary,)."""
    sample = blocks.take(min(len(blocks), 100_000)).with_format("numpy")
    counts = np.zeros(vocabulary, dtype=np.int64)
    for batch in sample.iter(_LOT):
        counts += np.bincount(batch["input_ids"][:, 1:-1].ravel(), minlength=vocabulary)
    return counts
