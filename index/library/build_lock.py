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

import msgspec

from index.core.errors import LibraryError, LibraryLocked
from index.core.files import remove_leftovers

if TYPE_CHECKING:
    from index.library.layout import Library

_LONGEST = 4096  # bytes that are read of the file; who builds takes some hundred


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
        LibraryError: There is no such folder, or it cannot be written.
        LibraryLocked: Another process builds; the message says which, where and since when.
    """
    descriptor = _open_lock(library)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryLocked(_locked_message(library, os.pread(descriptor, _LONGEST, 0))) from error
        holder = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat(" ", "seconds"))
        text = json.dumps(asdict(holder)).encode()
        # Written over what a killed build left, in one piece: a reader sees one holder or the other.
        os.pwrite(descriptor, text.ljust(os.fstat(descriptor).st_size), 0)
        for folder in (library.path, library.builds, *library.vectors.glob("*/")):
            remove_leftovers(folder)
        try:
            yield
        finally:  # so that a run that found nothing new leaves no files
            library.progress.unlink(missing_ok=True)
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder_of(library: "Library") -> Holder | None:
    """Return who builds the library now, or None; a process on this machine that was killed does not count."""
    with suppress(OSError), library.lock.open("rb") as file:
        holder = _parse(file.read(_LONGEST))
        if holder and (holder.host != socket.gethostname() or _is_running(holder.pid)):
            return holder
    return None


def _open_lock(library: "Library") -> int:
    try:
        return os.open(library.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except FileNotFoundError as error:
        raise LibraryError(f"There is no library at {library.path}. Build one:\n  rebuild-index --sample") from error
    except OSError as error:
        raise LibraryError(
            f"The library {library.path} cannot be written ({error.strerror}), so that nothing was changed. "
            "Free disk space or give write permission, and run the same command again."
        ) from error


def _parse(text: bytes) -> Holder | None:
    """Read the file's text; None where it is not what `building` writes."""
    try:
        holder = msgspec.json.decode(text, type=Holder)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return holder if 0 < holder.pid < 1 << 31 else None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process
        return True
    return True


def _locked_message(library: "Library", text: bytes) -> str:
    holder = _parse(text)
    holder_name = f"process {holder.pid} on {holder.host} since {holder.since}" if holder else "another process"
    return f"{library.path} is being built by {holder_name}. Wait until it has ended, or end it; searching still works."
