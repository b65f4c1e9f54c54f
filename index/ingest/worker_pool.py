"""Parses the pieces of a file in worker processes, in order and with bounded memory."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain, islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Protocol, Self

from index.core.errors import PubmedError, SourceError
from index.core.gc_tuning import collecting_rarely
from index.ingest.batch_parser import ParsedBatch, parse_batch, reason_of

# Up to this many pieces are parsed here: starting a process takes as long as parsing them.
PARENT_LIMIT: Final = 2
# Up to this many are shared with one process, which takes its part when it has started.
ONE_WORKER_LIMIT: Final = 12


class WorkerDied(PubmedError):
    """A worker process ended before its work was done."""


class Parsers(Protocol):
    """What parses the pieces of files: processes of this machine, or of others."""

    def parse(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        """Yield the parsed documents in their order.

        Raises:
            SourceError: A document is malformed, or reading the next one failed.
            WorkerDied: A worker was lost.
        """
        ...


class Workers:
    """A pool of parsing processes that start when a file has more than a few pieces.

    Each process has a pipe of its own, and a thread here that waits for it: the pipe of a process that was killed in
    the middle of an answer is closed. In `ProcessPoolExecutor` all share one pipe, which then stays open with half an
    answer in it, and the reader waits for ever.
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
        """Yield the parsed documents in their order; a few are parsed here, with one process or without.

        Raises:
            SourceError: A document is malformed, or reading the next one failed.
            WorkerDied: A worker was killed; the next call starts new ones.
        """
        first = list(islice(documents, PARENT_LIMIT + 1))
        if len(first) <= PARENT_LIMIT:
            yield from map(parse_batch, first)
            return
        try:
            threads = self._start(1)  # slow, so it runs while more pieces are read
            first += islice(documents, ONE_WORKER_LIMIT - PARENT_LIMIT)
            if len(first) <= ONE_WORKER_LIMIT:
                yield from self._with_one_worker(threads, deque(first))
            else:
                yield from self._with_all_workers(chain(first, documents))
        except WorkerDied:
            self._stop()
            raise

    def _with_one_worker(self, threads: ThreadPoolExecutor, documents: deque[bytes]) -> Iterator[ParsedBatch]:
        """Parse from the front here and from the back in the worker, until they meet."""
        last_batches = threads.submit(lambda: [self._parse(document) for document in _drain(documents.pop)])
        yield from map(parse_batch, _drain(documents.popleft))
        yield from reversed(last_batches.result())

    def _with_all_workers(self, documents: Iterator[bytes]) -> Iterator[ParsedBatch]:
        threads = self._start(self._count)
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

    def _start(self, processes: int) -> ThreadPoolExecutor:
        while len(self._processes) < processes:
            self._processes.append(_Worker())
            self._idle.put(self._processes[-1])
        self._threads = self._threads or ThreadPoolExecutor(self._count)
        return self._threads

    def _stop(self) -> None:
        # The processes first, because each thread waits for its process; the pipes last, because it reads from one.
        for worker in self._processes:
            worker.kill()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for worker in self._processes:
            worker.close()
        self._threads, self._processes, self._idle = None, [], SimpleQueue()


def _drain(pop: Callable[[], bytes]) -> Iterator[bytes]:
    """Call a deque's `pop` or `popleft` until the deque is empty; other threads may do the same."""
    with suppress(IndexError):
        while True:
            yield pop()


class _Worker:
    """One process that parses what it is sent.

    Spawned, never forked: the caller may hold locks and threads of its own (torch does), which a fork would copy.
    """

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, child_pipe = context.Pipe()
        try:
            self._process = context.Process(target=_serve, args=(child_pipe,), daemon=True)
            with _without_ctrl_c():
                self._process.start()
        finally:
            child_pipe.close()  # so that the pipe closes with the process

    def parse(self, document: bytes) -> ParsedBatch:
        """Send a document and wait for its records.

        Raises:
            SourceError: The document is malformed.
            WorkerDied: The process was killed.
        """
        try:
            self._pipe.send_bytes(document)
            answer: ParsedBatch | Exception = self._pipe.recv()
        except (EOFError, OSError, MemoryError) as error:  # whatever it was, half an answer may be left in the pipe
            raise WorkerDied("a worker process was killed, perhaps because memory ran out") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def kill(self) -> None:
        """Kill the process at once."""
        self._process.kill()

    def close(self) -> None:
        """Release the process after it was killed."""
        self._process.join()
        self._process.close()
        self._pipe.close()


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: a terminal sends it to them too, from their first moment on."""
    resource_tracker.ensure_running()  # multiprocessing's own process; where it starts, it would lift the mask
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _serve(pipe: Connection) -> None:
    """Answer until the parent closes its end, also by being killed; Ctrl-C is left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with collecting_rarely(), suppress(EOFError, OSError):
        while True:
            pipe.send(parsed_or_error(pipe.recv_bytes()))


def parsed_or_error(document: bytes) -> ParsedBatch | Exception:
    """Parse a document, and return an error instead of raising it: one that another process can read."""
    try:
        return parse_batch(document)
    except SourceError as error:
        return error
    # Some errors cannot be sent as they are: the answer would end this process instead.
    except Exception as error:  # noqa: BLE001
        return PubmedError(reason_of(error))
