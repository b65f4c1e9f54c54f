"""Parses the pieces of a file in worker processes, in order and with bounded memory."""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Final, Self

from index.entries import ParsedBatch, parse_batch

GARBAGE_THRESHOLD: Final = 200_000


class WorkerDied(Exception):
    """A worker process ended before its work was done."""


class Workers:
    """A pool of parsing processes that starts when a file is too large for one piece.

    Spawned, never forked: the caller may hold locks and threads of its own (torch does), which a fork would copy.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or len(os.sched_getaffinity(0))
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def parse(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        """Yield the parsed documents in their order; a single one is parsed here, without a process.

        Raises:
            SourceError: A document is malformed, or reading the next one failed.
            WorkerDied: A worker was killed; the next call starts new ones.
        """
        first = list(islice(documents, 2))
        if len(first) < 2:  # noqa: PLR2004 - one piece
            yield from map(parse_batch, first)
            return
        try:
            yield from self._spread(chain(first, documents))
        except BrokenProcessPool as error:
            self._stop()
            raise WorkerDied("a worker process was killed, perhaps for want of memory") from error

    def _spread(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        pool = self._started()
        waiting: deque[Future[ParsedBatch]] = deque()
        try:
            for document in documents:
                waiting.append(pool.submit(parse_batch, document))
                if len(waiting) > 2 * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._count, mp_context=get_context("spawn"), initializer=_prepare)
        return self._pool

    def _stop(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _prepare() -> None:
    """Leave Ctrl-C to the parent, and end with it even when it is killed: an orphan would wait for work for ever.

    Records are trees without cycles, so that hunting for cycles at the usual pace wastes a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
