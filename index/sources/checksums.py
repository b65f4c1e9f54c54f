"""Hashes of source files: what a file was when it was read, and whether it is what NLM published."""

import errno
import os
import re
from dataclasses import dataclass
from hashlib import file_digest, md5, sha256
from pathlib import Path
from typing import Final

from index.sources.regular_file import UnsettledFileError, open_regular

# A file changed within the clock's step before it was read could keep its size and time.
SETTLED_NS: Final = 2_000_000_000
MD5_LIMIT: Final = 4096  # bytes of a `.md5` file
_MD5: Final = re.compile(rb"\b([0-9a-fA-F]{32})\b")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was when it was hashed."""

    size: int
    modified_ns: int
    sha256: str


def fingerprint(path: Path) -> Fingerprint:
    """Hash a file.

    Raises:
        OSError: It cannot be read.
        UnsettledFileError: It is not a regular file.
    """
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        return Fingerprint(status.st_size, status.st_mtime_ns, file_digest(file, sha256).hexdigest())


def check_md5(path: Path) -> None:
    """Compare a file with the MD5 that NLM publishes beside it, if there is one.

    Raises:
        UnsettledFileError: They differ.
        OSError: One of them cannot be read.
    """
    published = _published_md5(path)
    if published is not None and (fault := md5_fault(path, published)):
        raise UnsettledFileError(fault)


def _published_md5(path: Path) -> bytes | None:
    """Return the content of the `.md5` beside a file; None if there is none."""
    try:
        with open_regular(path.with_name(f"{path.name}.md5")) as file:
            return file.read(MD5_LIMIT)
    except UnsettledFileError as error:
        raise UnsettledFileError(f"the .md5 beside it: {error}") from error
    except OSError as error:
        # A name so long that ".md5" cannot be added has no .md5 beside it.
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            return None
        raise


def md5_fault(path: Path, published: bytes) -> str | None:
    """Return how a file differs from the content of the `.md5` file published with it, or None."""
    match = _MD5.search(published)
    if match is None:
        return f"the .md5 beside it holds {published[:40]!r} instead of an MD5"
    with open_regular(path) as file:
        actual = file_digest(file, lambda: md5(usedforsecurity=False)).hexdigest()
    expected = match[1].decode().lower()
    return None if actual == expected else f"its MD5 is {actual}, but the .md5 beside it says {expected}"
