"""Parses the pieces of a file in tasks on Ray, in order and with bounded memory."""

from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from index.ingest.batch_parser import ParsedBatch
from index.ingest.worker_pool import WorkerDied, parsed_or_error


class RayParsers:
    """What `Workers` is on one machine: each piece is a task, which Ray gives to whatever CPU is free.

    Pieces travel, not names of files: the machines of the cluster need not have the sources, and the file is read once,
    where its hash is checked.
    """

    def __init__(self) -> None:
        import ray

        self._task = ray.remote(num_cpus=1)(parsed_or_error)
        self._at_once = 2 * max(1, int(ray.cluster_resources().get("CPU", 1)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to end: tasks end by themselves."""

    def parse(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        """Yield the parsed documents in their order.

        Raises:
            SourceError: A document is malformed, or reading the next one failed.
            WorkerDied: Ray lost the workers of a piece again and again.
        """
        import ray

        waiting: deque[Any] = deque()
        try:
            for document in documents:
                waiting.append(self._task.remote(document))
                if len(waiting) > self._at_once:
                    yield _parsed(waiting.popleft())
            while waiting:
                yield _parsed(waiting.popleft())
        finally:
            for future in waiting:
                ray.cancel(future)


def _parsed(future: Any) -> ParsedBatch:  # noqa: ANN401 - a future has no type of its own
    import ray

    try:
        answer: ParsedBatch | Exception = ray.get(future)
    except ray.exceptions.RayError as error:
        raise WorkerDied(f"Ray lost the workers that parsed it: {' '.join(str(error).split())[:300]}") from error
    if isinstance(answer, Exception):
        raise answer
    return answer
