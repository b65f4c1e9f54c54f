"""What the system refused, named as what it is: a sound file that cannot be opened is not a damaged one."""

import errno
import os
import re
import resource
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from index.core.errors import ResourceError

_DISK_FULL = "there is no space left on the disk. Free some, and run the same command again."
_FORBIDDEN = "permission is denied. Give yourself permission, or name another file or folder."
_REASONS = {
    errno.EMFILE: "this process may have {files} files open at a time, which is too few. Allow more, and run the same "
    "command again:\n  ulimit -n 1024",
    errno.ENFILE: "the system has as many files open as it may. End another program, and run the same command again.",
    errno.ENOMEM: "there is not enough memory. Close other programs or allow more (`ulimit -v` limits it), and run the "
    "same command again.",
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: "the disk is read-only. Name a folder on another disk.",
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: "your quota of the disk is used up. Free some, and run the same command again.",
    errno.EIO: "the disk reports an error. Check it, or copy the file to another disk.",
}
# As libraries that are not written in Python say it, beside the system's own words.
_NO_MEMORY = re.compile(
    r"bad_alloc|(cannot|can't|unable to|failed to) allocate|out of memory|failed to map segment|start new thread", re.I
)
_NUMBERED = re.compile(r"\b(?:os error|errno) (\d+)\b", re.I)
_SQLITE_CODES = {
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
_SQLITE_FILES = 4  # the file, its write-ahead log, the log's index, the folder


def system_error(error: BaseException, what: Path | str = "") -> ResourceError | None:
    """Return the project's error where the system refused something; None where the reason lies in the file.

    Args:
        error: What a library raised, whatever its type: many hide the system's error in their text.
        what: The file, folder or thing that was used, where it is known; begins the message.
    """
    if isinstance(error, ResourceError):
        return error
    for one in _chain(error):
        # A name that this locale cannot read holds halves of surrogate pairs, which no library takes.
        if isinstance(one, UnicodeEncodeError) and not is_utf8(one.object):
            return undecoded_name(str(what) if what and not is_utf8(str(what)) else one.object)
    if "determine home directory" in str(error):  # `Path.expanduser` raises a bare RuntimeError
        return ResourceError("There is no home folder for a name that begins with ~. Write the whole path.")
    number = _errno_of(error, what)
    if number not in _REASONS:
        return None
    reason = _REASONS[number].format(files=resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    return ResourceError(f"{what} cannot be used: {reason}" if what else reason[0].upper() + reason[1:])


def is_utf8(name: str) -> bool:
    """Whether a name can be written in UTF-8, which every library expects of a file's name."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def undecoded_name(name: str) -> ResourceError:
    """Return the error for a name that this locale could not read."""
    encoding = sys.getfilesystemencoding()
    if encoding == "utf-8":
        return ResourceError(f"The name {name[:200]!a} is not UTF-8. Rename the file or folder.")
    return ResourceError(
        f"The name {name[:200]!a} has characters that this locale ({encoding}) lacks. Run the same command in UTF-8:\n"
        "  export PYTHONUTF8=1"
    )


def _errno_of(error: BaseException, what: Path | str) -> int | None:
    for one in _chain(error):
        if (number := _own_errno(one, what)) is not None:
            return number
    return None


def _own_errno(error: BaseException, what: Path | str) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if isinstance(error, MemoryError):
        return errno.ENOMEM
    if isinstance(error, sqlite3.Error):
        return _sqlite_errno(error, what)
    text = str(error)
    if numbered := _NUMBERED.search(text):
        return int(numbered[1])
    if _NO_MEMORY.search(text):
        return errno.ENOMEM
    return next((number for number in _REASONS if os.strerror(number) in text), None)


def _sqlite_errno(error: sqlite3.Error, what: Path | str) -> int | None:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if what and code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR} and (number := _errno_of_opening(Path(what))):
        return number  # SQLite says only that it cannot
    return _SQLITE_CODES.get(code)


def _errno_of_opening(path: Path) -> int | None:
    descriptors = []
    try:
        for _ in range(_SQLITE_FILES):
            descriptors.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))  # noqa: PERF401 - closed where one fails
    except (OSError, ValueError) as error:
        return error.errno if isinstance(error, OSError) else None
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
