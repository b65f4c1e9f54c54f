"""One build at a time: a lock that dies with the process that held it."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.errors import LibraryLocked

if TYPE_CHECKING:
    from index.library import Library


@contextmanager
def building(library: "Library") -> Iterator[None]:
    """Hold the library for one build.

    The kernel lets go of the lock when its holder ends, however it ends; the file's text only says who holds it.

    Raises:
        LibraryLocked: Another process builds; the message says which, where and since when.
    """
    library.path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(library.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryLocked(_held_by(library, os.pread(descriptor, 4096, 0))) from error
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(" ", "seconds"),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)  # so that a run which found nothing new leaves no trace
    finally:
        os.close(descriptor)


def _held_by(library: "Library", text: bytes) -> str:
    who = "another process"
    with suppress(ValueError, KeyError, TypeError):
        holder = json.loads(text)
        who = f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    return f"{library.path} is being built by {who}. Wait until it has ended, or end it; searching goes on meanwhile."
