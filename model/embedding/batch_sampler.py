"""The batches of a training run whose rows lie in an order of neighbours, see `model.embedding.neighbour_order`.

Imported late: it brings torch and sentence-transformers, which take seconds.
"""

from collections.abc import Iterator

import torch
from sentence_transformers.base.sampler import DefaultBatchSampler

from model.embedding.neighbour_order import GROUP


class NeighbourBatchSampler(DefaultBatchSampler):
    """Batches of several runs of up to `GROUP` neighbouring rows; every epoch has other runs.

    Rows that do not fill a batch are left out of an epoch, unless there are too few for a single batch.
    """

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the rows of each batch."""
        draws = torch.Generator().manual_seed(self.seed + self.epoch)
        group = min(GROUP, self.batch_size, self._rows)
        offset = int(torch.randint(self._rows, (1,), generator=draws))
        starts = [offset + group * number for number in torch.randperm(self._rows // group, generator=draws).tolist()]
        runs_a_batch = min(self.batch_size // group, len(starts))
        for first in range(0, len(self) * runs_a_batch, runs_a_batch):
            yield [
                (start + step) % self._rows for start in starts[first : first + runs_a_batch] for step in range(group)
            ]

    def __len__(self) -> int:
        """Return how many batches an epoch has."""
        group = min(GROUP, self.batch_size, self._rows)
        return max(1, self._rows // group // (self.batch_size // group))

    @property
    def _rows(self) -> int:
        return len(self.sampler)  # type: ignore[arg-type]  # the base class calls the dataset its sampler
