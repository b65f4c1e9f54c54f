"""One build at a time: a lock that ends with the process that holds it."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.core.errors import LibraryLocked

if TYPE_CHECKING:
    from index.library.layout import Library


@dataclass(frozen=True, slots=True)
class Holder:
    """Who builds a library, and since when (UTC)."""

    pid: int
    host: str
    since: str


@contextmanager
def building(library: "Library") -> Iterator[None]:
    """Hold the library for one build.

    The kernel releases the lock when its holder ends, however it ends; the file's text only names the holder.

    Raises:
        LibraryLocked: Another process builds; the message says which, where and since when.
    """
    library.path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(library.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryLocked(_locked_message(library, os.pread(descriptor, 4096, 0))) from error
        holder = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat(" ", "seconds"))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)
        try:
            yield
        finally:  # so that a run that found nothing new leaves no files
            library.progress.unlink(missing_ok=True)
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder_of(library: "Library") -> Holder | None:
    """Return who builds the library now, or None; a process on this machine that was killed does not count."""
    with suppress(OSError, ValueError, TypeError):
        holder = Holder(**json.loads(library.lock.read_bytes()))
        if holder.host != socket.gethostname() or _is_running(holder.pid):
            return holder
    return None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process
        return True
    return True


def _locked_message(library: "Library", text: bytes) -> str:
    holder_name = "another process"
    with suppress(ValueError, TypeError):
        holder = Holder(**json.loads(text))
        holder_name = f"process {holder.pid} on {holder.host} since {holder.since}"
    return f"{library.path} is being built by {holder_name}. Wait until it has ended, or end it; searching still works."
