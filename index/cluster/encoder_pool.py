"""Encodes lots of texts with workers on Ray, and gives their vectors back in order.

The lots are those of a build on one machine, because the last bit of a vector depends on the texts beside it. They come
back in their order, so that whoever writes them as shards writes the same files. A lot whose worker is lost is sent to
another one, and a new worker is started: Ray's own restarts would wait for the place that the lost one had.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.cluster.encoding_worker import EncodingWorker, LoadedModel
from index.cluster.worker_plan import plan_workers
from index.core.errors import ResourceError
from index.embedding.encoder import full_fingerprint
from index.embedding.model_files import ModelReference
from index.embedding.read_ahead import read_ahead
from index.embedding.text_encoder import Many

Owner = TypeVar("Owner")
_AT_ONCE = 2  # lots that a worker has: it tokenizes one and computes the other
_MOST_LOSSES = 5  # workers in a row that may be lost while they load the model, or with the same lot


@dataclass(eq=False, slots=True)
class _Lot(Generic[Owner]):
    """Some texts, whose they are, and their vectors once these are there."""

    owner: Owner
    texts: Sequence[str]
    rows: NDArray[np.float32] | None = None
    is_sent: bool = False
    losses: int = 0


class EncoderPool:
    """Workers with one model on the Ray cluster that this process is connected to; for one thread.

    Attributes:
        reference: The model's files on this machine.
    """

    def __init__(
        self,
        reference: ModelReference,
        *,
        precision: str | None = None,
        device: str | None = None,
        workers: int | None = None,
    ) -> None:
        """Start workers, and wait until the first has loaded the model.

        Args:
            reference: The model, from `resolve_model`; each machine has its own copy.
            precision: "bf16" or "fp32"; None takes the faster one of the first worker's device.
            device: A torch device; None takes the cluster's GPUs if it has some.
            workers: How many; None for one a GPU, else one for two CPUs.

        Raises:
            ModelError: A worker cannot load the model.
            ResourceError: The cluster has no GPU, or workers are lost again and again.
        """
        import ray

        self.reference = reference
        self._plan = plan_workers([node["Resources"] for node in ray.nodes() if node["Alive"]], workers, device)
        self._actor_class = ray.remote(EncodingWorker)
        self._idle: deque[Any] = deque()  # a worker is there once for each lot that it can take
        self._running: dict[Any, tuple[Any, _Lot[Any] | None]] = {}  # future: worker and lot, None while it loads
        self._losses = 0  # of loading workers, since one has loaded the model
        self._precision = precision
        self._many: Many | None = None
        self._start_worker()
        while not self._idle:  # the first one decides on the precision
            self._wait()
        for _ in range(self._plan.workers - 1):
            self._start_worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in {*self._idle, *(worker for worker, _ in self._running.values())}:
            _kill(worker)

    @property
    def precision(self) -> str:
        """The precision, "bf16" or "fp32", of all workers."""
        return self._model.precision

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files and the precision, in hexadecimal, as an `Encoder` has it."""
        return full_fingerprint(self.reference, self.precision)

    def for_many(self, of: Many) -> Self:
        """Have the workers encode as many from now on, as `Encoder.for_many` does."""
        self._many = of
        return self

    def encode_ahead(
        self, lots: Iterable[tuple[Owner, Sequence[str]]], *, done: Callable[[int], object] | None = None
    ) -> Iterator[tuple[Owner, NDArray[np.float32]]]:
        """Encode many texts lot by lot; the next lots are read while the workers encode.

        Args:
            lots: Pairs of whatever the texts belong to, and some thousand texts; taken in another thread.
            done: Called with the number of texts of each lot that was encoded.

        Yields:
            For each lot, in order, what its texts belong to, and what `Encoder.encode` returns of them.

        Raises:
            ResourceError: Workers are lost again and again.
        """
        source = read_ahead(lots)
        waiting: deque[_Lot[Owner]] = deque()
        while True:
            while waiting and (rows := waiting[0].rows) is not None:
                yield waiting.popleft().owner, rows
            if len(waiting) < (_AT_ONCE + 1) * self._plan.workers and (pair := next(source, None)):
                nothing = None if pair[1] else np.zeros((0, self._model.dimensions), dtype=np.float32)
                waiting.append(_Lot(*pair, nothing))
            elif not waiting:
                return
            elif (encoded := self._wait()) and done is not None:
                done(len(encoded.texts))
            self._send(lot for lot in waiting if lot.rows is None and not lot.is_sent)

    def _send(self, lots: Iterator[_Lot[Any]]) -> None:
        while self._idle and (lot := next(lots, None)):
            worker = self._idle.popleft()
            lot.is_sent = True
            self._running[worker.encode.remote(lot.texts, many=self._many)] = worker, lot

    def _start_worker(self) -> None:
        plan = self._plan
        options = {"num_cpus": plan.cpus, "num_gpus": plan.gpus, "max_concurrency": _AT_ONCE, "max_restarts": 0}
        worker: Any = self._actor_class.options(**options).remote()
        self._running[worker.load.remote(self.reference, self._precision, plan.device)] = worker, None

    def _wait(self) -> _Lot[Any] | None:
        """Wait until a worker has done something; return the lot that it has encoded, if that is it."""
        import ray

        future = ray.wait(list(self._running), num_returns=1)[0][0]
        worker, lot = self._running.pop(future)
        try:
            result = ray.get(future)
        except ray.exceptions.RayTaskError as error:  # what its own code raised
            raise error.cause from error
        except ray.exceptions.RayError as error:
            self._replace(worker, lot, error)
            return None
        if lot is None:
            self._loaded(worker, result)
            return None
        lot.rows = result
        self._idle.append(worker)
        return lot

    def _loaded(self, worker: Any, model: LoadedModel) -> None:  # noqa: ANN401 - an actor has no type of its own
        self._losses = 0
        self._model, self._precision = model, model.precision
        self._idle.extend([worker] * _AT_ONCE)

    def _replace(self, worker: Any, lot: _Lot[Any] | None, error: Exception) -> None:  # noqa: ANN401 - as above
        """Start another worker for one that is lost, and give back what it had."""
        _kill(worker)  # where it only cannot be reached, it must not come back
        self._idle = deque(idle for idle in self._idle if idle != worker)
        lost = [lot, *(other for future in self._of(worker) if (other := self._running.pop(future)[1]))]
        for one in filter(None, lost):
            one.is_sent, one.losses = False, one.losses + 1
        self._losses += lot is None
        if max([self._losses, *(one.losses for one in lost if one)]) >= _MOST_LOSSES:
            raise ResourceError(
                f"{_MOST_LOSSES} workers in a row were lost with the same work, perhaps because memory ran out "
                f"({' '.join(str(error).split())[:300]}). Allow fewer workers with --workers, and run the same command "
                "again."
            ) from error
        self._start_worker()

    def _of(self, worker: Any) -> list[Any]:  # noqa: ANN401 - as above
        return [future for future, (other, _) in self._running.items() if other == worker]


def _kill(worker: Any) -> None:  # noqa: ANN401 - as above
    import ray

    with suppress(ray.exceptions.RayError):
        ray.kill(worker)
