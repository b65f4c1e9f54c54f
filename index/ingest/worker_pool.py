"""Parses the pieces of a file in worker processes, in order and with bounded memory."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from index.core.gc_tuning import collecting_rarely
from index.ingest.batch_parser import ParsedBatch, parse_batch

# Pieces of a file that are parsed here: starting a process takes as long as parsing so many.
ALONE: Final = 2
# Up to so many are shared with one process, which takes its part once it has started.
FEW: Final = 12


class WorkerDied(Exception):
    """A worker process ended before its work was done."""


class Workers:
    """A pool of parsing processes that start when a file has more than a few pieces.

    Each process has a pipe of its own, and a thread here that waits at it: the pipe of a process that was killed in
    the middle of an answer ends. In `ProcessPoolExecutor` all share one, which then stays open, half an answer in it,
    and the reader waits for ever.
    """

    def __init__(self, count: int | None = None) -> None:
        self._count = count or len(os.sched_getaffinity(0))
        self._threads: ThreadPoolExecutor | None = None
        self._processes: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def parse(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        """Yield the parsed documents in their order; a few are parsed here, with one process or none.

        Raises:
            SourceError: A document is malformed, or reading the next one failed.
            WorkerDied: A worker was killed; the next call starts new ones.
        """
        first = list(islice(documents, ALONE + 1))
        if len(first) <= ALONE:
            yield from map(parse_batch, first)
            return
        try:
            threads = self._started(1)  # which takes a while, and so goes on beside reading
            first += islice(documents, FEW - ALONE)
            if len(first) <= FEW:
                yield from self._shared(threads, deque(first))
            else:
                yield from self._spread(chain(first, documents))
        except WorkerDied:
            self._stop()
            raise

    def _shared(self, threads: ThreadPoolExecutor, documents: deque[bytes]) -> Iterator[ParsedBatch]:
        """Parse from the front here, and from the back in the process, until they meet."""
        from_the_back = threads.submit(lambda: [self._parse(document) for document in _taken(documents.pop)])
        yield from map(parse_batch, _taken(documents.popleft))
        yield from reversed(from_the_back.result())

    def _spread(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        threads = self._started(self._count)
        waiting: deque[Future[ParsedBatch]] = deque()
        try:
            for document in documents:
                waiting.append(threads.submit(self._parse, document))
                if len(waiting) > 2 * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _parse(self, document: bytes) -> ParsedBatch:
        worker = self._idle.get()
        try:
            return worker.parse(document)
        finally:
            self._idle.put(worker)

    def _started(self, processes: int) -> ThreadPoolExecutor:
        while len(self._processes) < processes:
            self._processes.append(_Worker())
            self._idle.put(self._processes[-1])
        self._threads = self._threads or ThreadPoolExecutor(self._count)
        return self._threads

    def _stop(self) -> None:
        # The processes first, for a thread waits for the answer of its own; the pipes last, for it waits at one.
        for worker in self._processes:
            worker.kill()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for worker in self._processes:
            worker.close()
        self._threads, self._processes, self._idle = None, [], SimpleQueue()


def _taken(take: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield what a method of a deque takes out, until there is nothing left; others may take from it too."""
    with suppress(IndexError):
        while True:
            yield take()


class _Worker:
    """One process that parses what it is sent.

    Spawned, never forked: the caller may hold locks and threads of its own (torch does), which a fork would copy.
    """

    def __init__(self) -> None:
        spawning = get_context("spawn")
        self._pipe, theirs = spawning.Pipe()
        try:
            self._process = spawning.Process(target=_work, args=(theirs,), daemon=True)
            self._process.start()
        finally:
            theirs.close()  # so that the pipe ends with the process

    def parse(self, document: bytes) -> ParsedBatch:
        """Send a document and wait for its records.

        Raises:
            SourceError: The document is malformed.
            WorkerDied: The process was killed.
        """
        try:
            self._pipe.send_bytes(document)
            answer: ParsedBatch | Exception = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerDied("a worker process was killed, perhaps for want of memory") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """Let go of the process, once it has been killed."""
        self._process.join()
        self._process.close()
        self._pipe.close()


def _work(pipe: Connection) -> None:
    """Answer until the other end is closed, which also happens when the parent is killed; Ctrl-C is left to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with collecting_rarely(), suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(pipe.recv_bytes()))


def _answer(document: bytes) -> ParsedBatch | Exception:
    try:
        return parse_batch(document)
    except Exception as error:  # noqa: BLE001 - the parent raises it
        return error
