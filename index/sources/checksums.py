"""Hashes of source files: what a file was when it was read, and whether it is what NLM published."""

import os
import re
from dataclasses import dataclass
from hashlib import file_digest, md5, sha256
from pathlib import Path
from typing import Final

from index.core.errors import SourceError

# A file changed within the clock's step before it was read could keep its size and time.
SETTLED_NS: Final = 2_000_000_000
_MD5: Final = re.compile(rb"\b([0-9a-fA-F]{32})\b")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was when it was hashed."""

    size: int
    modified_ns: int
    sha256: str


class UnsettledFileError(SourceError):
    """A file cannot be trusted now, whatever it holds: the next run checks it again."""


def fingerprint(path: Path) -> Fingerprint:
    """Hash a file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        return Fingerprint(status.st_size, status.st_mtime_ns, file_digest(file, sha256).hexdigest())


def check_md5(path: Path) -> None:
    """Compare a file with the MD5 that NLM publishes beside it, if there is one.

    Raises:
        UnsettledFileError: They differ.
        OSError: One of them cannot be read.
    """
    md5_path = path.with_name(f"{path.name}.md5")
    if md5_path.is_file() and (fault := md5_fault(path, md5_path.read_bytes())):
        raise UnsettledFileError(fault)


def md5_fault(path: Path, published: bytes) -> str | None:
    """Return how a file differs from the content of the `.md5` file published with it, or None."""
    match = _MD5.search(published)
    if match is None:
        return f"the .md5 beside it holds {published[:40]!r} instead of an MD5"
    with path.open("rb") as file:
        actual = file_digest(file, lambda: md5(usedforsecurity=False)).hexdigest()
    expected = match[1].decode().lower()
    return None if actual == expected else f"its MD5 is {actual}, but the .md5 beside it says {expected}"
