"""One file of NLM's and its copy here: when the copy is current, and how it is made so."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from index.core.errors import UntrustedError
from index.core.files import place, write_whole
from index.sources.checksums import md5_fault
from index.sources.directory_listing import RemoteFile
from index.sources.http_client import Client

MD5_LIMIT: Final = 4096
FILE_LIMIT: Final = 1 << 30  # the files that NLM publishes have less than a fifth of that
_GZIP_MAGIC: Final = b"\x1f\x8b"


class CopyState(StrEnum):
    """What became of a listed file."""

    DOWNLOADED = "downloaded"
    PRESENT = "already here"
    MISSING = "missing"  # a passing trouble: the next run takes it
    REFUSED = "refused"  # what came is not what NLM says it published


@dataclass(frozen=True, slots=True)
class Transfer:
    """A file to have.

    Attributes:
        remote: The file as NLM lists it.
        url: Where it is, relative to the server.
        target: Where it belongs on this machine.
    """

    remote: RemoteFile
    url: str
    target: Path

    @property
    def part(self) -> Path:
        """What has come so far of an unfinished transfer."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def checksum(self) -> Path:
        """NLM's `.md5`, kept beside the copy."""
        return self.target.with_name(self.target.name + ".md5")

    @property
    def is_current(self) -> bool:
        """Whether the copy was checked against what the listing still shows.

        The `.md5` beside the copy is written last and carries the listing's own time. Where it does not (copied
        without its times, published anew), the copy itself is checked again.
        """
        if self.remote.modified is None or not self.target.exists() or not self.checksum.exists():
            return False
        return self.checksum.stat().st_mtime == self.remote.modified.timestamp()

    @property
    def still_needed(self) -> int:
        """Bytes of disk that the transfer will take."""
        have = self.part.stat().st_size if self.part.exists() else 0
        return 0 if self.is_current else max(0, self.remote.size - have)

    def make_current(self, client: Client, received: Callable[[int], None]) -> CopyState:
        """Check the copy against NLM's md5, and download it where it is absent or another one.

        Args:
            client: A connection to the server.
            received: Told the size of each piece, in bytes. It may raise, to stop the transfer.

        Raises:
            DownloadError: The file, or its md5, cannot be had now.
            UntrustedError: What came is not what NLM says it published.
        """
        note = client.read(self.url + ".md5", limit=MD5_LIMIT)
        present = self.target.exists() and copy_fault(self.target, note) is None
        if present:
            received(self.remote.size)
        else:
            self._download(client, note, received)
            place(self.part, self.target)
        self._keep_checksum(note)
        return CopyState.PRESENT if present else CopyState.DOWNLOADED

    def _download(self, client: Client, note: bytes, received: Callable[[int], None]) -> None:
        fault: str | None = None
        for _ in range(2):
            client.fetch(self.url, self.part, limit=FILE_LIMIT, received=received)
            fault = copy_fault(self.part, note)
            if fault is None:
                return
            # A part of an older file, a proxy's page, a flipped bit: once more, from the first byte.
            self.part.unlink()
        raise UntrustedError(f"{self.url}: downloaded twice, and {fault}")

    def _keep_checksum(self, note: bytes) -> None:
        write_whole(self.checksum, note)
        if self.remote.modified is not None:
            os.utime(self.checksum, (self.remote.modified.timestamp(),) * 2)


def copy_fault(path: Path, published: bytes) -> str | None:
    """Say why a file is not the gzip file that NLM publishes with this `.md5`, or None."""
    with path.open("rb") as file:
        if (begin := file.read(len(_GZIP_MAGIC))) != _GZIP_MAGIC:
            return f"it is not gzip: it begins with {begin!r}"
    return md5_fault(path, published)
