"""A file of NLM's and its local copy: whether the copy is current, and how it is updated."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from index.core.errors import UntrustedError
from index.core.files import move_into_place, write_whole
from index.sources.checksums import MD5_LIMIT, md5_fault
from index.sources.directory_listing import FILE_LIMIT, RemoteFile
from index.sources.http_client import Client
from index.sources.regular_file import open_regular

_GZIP_MAGIC: Final = b"\x1f\x8b"


class CopyState(StrEnum):
    """The state of the copy of a listed file."""

    DOWNLOADED = "downloaded"
    PRESENT = "already here"
    MISSING = "missing"  # a temporary failure: the next run tries again
    REFUSED = "refused"  # the download is not what NLM says it published


@dataclass(frozen=True, slots=True)
class Transfer:
    """A file to download.

    Attributes:
        remote: The file as NLM lists it.
        url: Its URL, relative to the server.
        target: Path of the local copy.
    """

    remote: RemoteFile
    url: str
    target: Path

    @property
    def part(self) -> Path:
        """The bytes received so far of an unfinished transfer."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def checksum(self) -> Path:
        """NLM's `.md5`, kept beside the copy."""
        return self.target.with_name(self.target.name + ".md5")

    @property
    def is_current(self) -> bool:
        """Whether the copy was checked against what the listing still shows.

        The `.md5` beside the copy is written last and carries the listing's own time. If it does not (copied
        without its times, published again), the copy itself is checked again.
        """
        if self.remote.modified is None or not self.target.exists() or not self.checksum.exists():
            return False
        return self.checksum.stat().st_mtime == self.remote.modified.timestamp()

    @property
    def still_needed(self) -> int:
        """Bytes of disk that the transfer will need."""
        received_bytes = self.part.stat().st_size if self.part.exists() else 0
        return 0 if self.is_current else max(0, self.remote.size - received_bytes)

    def make_current(self, client: Client, received: Callable[[int], None]) -> CopyState:
        """Check the copy against NLM's md5, and download it if it is absent or different.

        Args:
            client: A connection to the server.
            received: Called with the size of each piece, in bytes. It may raise, to stop the transfer.

        Raises:
            DownloadError: The file, or its md5, cannot be downloaded now.
            UntrustedError: The download is not what NLM says it published.
        """
        md5 = client.read(self.url + ".md5", limit=MD5_LIMIT)
        present = self.target.exists() and copy_fault(self.target, md5) is None
        if present:
            received(self.remote.size)
        else:
            self._download(client, md5, received)
            move_into_place(self.part, self.target)
        self._keep_checksum(md5)
        return CopyState.PRESENT if present else CopyState.DOWNLOADED

    def _download(self, client: Client, md5: bytes, received: Callable[[int], None]) -> None:
        fault: str | None = None
        for _ in range(2):
            client.fetch(self.url, self.part, limit=FILE_LIMIT, received=received)
            fault = copy_fault(self.part, md5)
            if fault is None:
                return
            # A part of an older file, a proxy's page, a flipped bit: try again from the first byte.
            self.part.unlink()
        raise UntrustedError(f"{self.url}: downloaded twice, and {fault}")

    def _keep_checksum(self, md5: bytes) -> None:
        write_whole(self.checksum, md5)
        if self.remote.modified is not None:
            os.utime(self.checksum, (self.remote.modified.timestamp(),) * 2)


def copy_fault(path: Path, published: bytes) -> str | None:
    """Return why a file is not the gzip file that NLM publishes with this `.md5`, or None."""
    with open_regular(path) as file:
        if (start := file.read(len(_GZIP_MAGIC))) != _GZIP_MAGIC:
            return f"it is not gzip: it starts with {start!r}"
    return md5_fault(path, published)
