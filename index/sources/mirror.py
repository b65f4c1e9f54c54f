"""A local copy of NLM's PubMed folders, honest about every file that is not there."""

import re
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Self

from index.core.errors import DownloadError, LibraryError, UntrustedError
from index.core.progress import Bar, Progress
from index.sources.directory_listing import RemoteFile, read_listing
from index.sources.file_transfer import CopyState, Transfer
from index.sources.http_client import Client, Server

NLM_FILES: Final = Server("https://ftp.ncbi.nlm.nih.gov/pubmed/")
CHOICES: Final = {
    "baseline": ("baseline",),
    "updates": ("updatefiles",),
    "baseline+updates": ("baseline", "updatefiles"),
}
PARALLEL: Final = 3
LISTING_LIMIT: Final = 16 << 20
UNREACHABLE_LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class MirrorRequest:
    """What to copy.

    Attributes:
        folders: NLM's folders, in the order in which they apply.
        since: Only files with this number or above, or changed on this day or later; None takes all.
        server: Where the folders are.
    """

    folders: tuple[str, ...]
    since: date | int | None = None
    server: Server = NLM_FILES

    @classmethod
    def parse(cls, what: str, since: str | None = None) -> Self:
        """Read the command line's words: "baseline+updates", and "2026-01-31" or "1275".

        Raises:
            ValueError: Either cannot be read; the message says what can.
        """
        if what not in CHOICES:
            raise ValueError(f"found {what!r}, expected one of: {', '.join(CHOICES)}")
        return cls(CHOICES[what], _parse_since(since))


@dataclass(frozen=True, slots=True)
class MirroredFile:
    """One listed file: its place on this machine, what became of it, and why it is not there where it is not."""

    path: Path
    state: CopyState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MirrorResult:
    """Every file that was asked for, once, in NLM's order."""

    files: tuple[MirroredFile, ...]
    seconds: float

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that are here and checked, ready to be read."""
        return tuple(file.path for file in self.files if file.state in {CopyState.DOWNLOADED, CopyState.PRESENT})

    @property
    def gaps(self) -> tuple[MirroredFile, ...]:
        """The files that are not here; where there are any, the copy is not complete."""
        return tuple(file for file in self.files if file.state in {CopyState.MISSING, CopyState.REFUSED})

    def __str__(self) -> str:
        """Return "1,523 listed · 20 downloaded · 1,502 already here · 1 missing · 0 refused"."""
        counts = {state: sum(file.state is state for file in self.files) for state in CopyState}
        return " · ".join([f"{len(self.files):,} listed", *(f"{count:,} {state}" for state, count in counts.items())])


def mirror(folder: Path, *, what: MirrorRequest, progress: Progress) -> MirrorResult:
    """Bring the local copy under `folder` up to date with NLM's folders.

    A file that cannot be had is in the account and never an exception; the next run tries it again.

    Raises:
        DownloadError: A folder's listing cannot be had.
        LibraryError: The disk is too small or refuses to be written.
    """
    started = time.monotonic()
    refused, wanted = _list(folder, what)
    _check_disk(folder, wanted)
    with progress.bar("mirror", sum(transfer.remote.size for transfer in wanted), "B") as bar:
        run = _Run(what.server, bar)
        with ThreadPoolExecutor(PARALLEL) as pool:
            try:
                taken = list(pool.map(run.take, wanted))
            except BaseException:
                # Ctrl-C or a full disk: the other transfers keep what they have and end at their next piece.
                run.stopped.set()
                pool.shutdown(cancel_futures=True)
                raise
    return MirrorResult((*taken, *refused), time.monotonic() - started)


class _Stopped(Exception):
    """The run is ending; a transfer leaves its part where it is."""


class _Run:
    """One run of the mirror; its methods are called from several threads."""

    def __init__(self, server: Server, bar: Bar) -> None:
        self.stopped = threading.Event()
        self._server = server
        self._bar = bar
        self._lock = threading.Lock()
        self._failures = 0  # in a row

    def take(self, wanted: Transfer) -> MirroredFile:
        """Make one file current and say how that went."""
        if wanted.is_current:
            self._count(wanted.remote.size)
            return MirroredFile(wanted.target, CopyState.PRESENT)
        if self._failures >= UNREACHABLE_LIMIT:
            reason = f"not tried: {UNREACHABLE_LIMIT} files before it could not be had"
            return MirroredFile(wanted.target, CopyState.MISSING, reason)
        try:
            with Client(self._server) as client:
                state = wanted.make_current(client, self._count)
        except UntrustedError as error:
            wanted.part.unlink(missing_ok=True)
            return MirroredFile(wanted.target, CopyState.REFUSED, str(error))
        except DownloadError as error:
            self._failures += 1
            return MirroredFile(wanted.target, CopyState.MISSING, str(error))
        except OSError as error:
            raise LibraryError(f"{wanted.target} cannot be written: {error.strerror}") from error
        self._failures = 0
        return MirroredFile(wanted.target, state)

    def _count(self, size: int) -> None:
        if self.stopped.is_set():
            raise _Stopped
        with self._lock:
            self._bar.update(size)


def _list(folder: Path, what: MirrorRequest) -> tuple[list[MirroredFile], list[Transfer]]:
    refused: list[MirroredFile] = []
    wanted: list[Transfer] = []
    with Client(what.server) as client:
        for name in what.folders:
            page = client.read(f"{name}/", limit=LISTING_LIMIT).decode("utf-8", "replace")
            files = read_listing(page)
            if not any(file.number for file in files):
                raise DownloadError(f"{what.server.base_url}{name}/ lists no PubMed files; it begins {page[:60]!r}")
            refused += [_refuse(folder / name, file) for file in files if file.number is None]
            wanted += [
                Transfer(file, f"{name}/{file.name}", folder / name / file.name)
                for file in files
                if file.number is not None and file.since(what.since)
            ]
    return refused, wanted


def _refuse(folder: Path, file: RemoteFile) -> MirroredFile:
    return MirroredFile(folder, CopyState.REFUSED, f"the listing names {file.name!r}, which is no PubMed file's name")


def _check_disk(folder: Path, wanted: Sequence[Transfer]) -> None:
    for target in {transfer.target.parent for transfer in wanted}:
        target.mkdir(parents=True, exist_ok=True)
    needed = sum(transfer.still_needed for transfer in wanted)
    if needed and needed > (free := shutil.disk_usage(folder).free):
        raise LibraryError(
            f"The files still to download need {needed / 1e9:.1f} GB, but {folder} has {free / 1e9:.1f} GB free.\n"
            "Free some space, keep the library elsewhere, or take less:\n"
            "  rebuild-index --library FOLDER --mirror updates --since 2026-01-01"
        )


def _parse_since(text: str | None) -> date | int | None:
    if text is None:
        return None
    if re.fullmatch(r"[1-9]\d{0,4}", text):
        return int(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"found {text!r}, expected a day such as 2026-01-31 or a file number such as 1275") from None
