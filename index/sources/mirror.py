"""A local copy of NLM's PubMed folders, with a report of every missing file."""

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
CONNECTIONS: Final = 3
LISTING_LIMIT: Final = 16 << 20
MOST_LISTED: Final = 20_000  # NLM lists some 2,000 files in both folders together
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
    def parse(cls, folders: str, since: str | None = None) -> Self:
        """Read the command line's words: "baseline+updates", and "2026-01-31" or "1275".

        Raises:
            ValueError: Either cannot be read; the message says what was expected.
        """
        if folders not in CHOICES:
            raise ValueError(f"found {folders!r}, expected one of: {', '.join(CHOICES)}")
        return cls(CHOICES[folders], _parse_since(since))


@dataclass(frozen=True, slots=True)
class MirroredFile:
    """One listed file: the path of its copy, its state, and the reason if it is not there."""

    path: Path
    state: CopyState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MirrorResult:
    """Every file that was requested, once, in NLM's order."""

    files: tuple[MirroredFile, ...]
    seconds: float

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that are here and checked, ready to be read."""
        return tuple(file.path for file in self.files if file.state in {CopyState.DOWNLOADED, CopyState.PRESENT})

    @property
    def gaps(self) -> tuple[MirroredFile, ...]:
        """The files that are not here; if there are any, the copy is not complete."""
        return tuple(file for file in self.files if file.state in {CopyState.MISSING, CopyState.REFUSED})

    def __str__(self) -> str:
        """Return "1,523 listed · 20 downloaded · 1,502 already here · 1 missing · 0 refused"."""
        counts = {state: sum(file.state is state for file in self.files) for state in CopyState}
        return " · ".join([f"{len(self.files):,} listed", *(f"{count:,} {state}" for state, count in counts.items())])


def mirror(folder: Path, *, request: MirrorRequest, progress: Progress) -> MirrorResult:
    """Bring the local copy under `folder` up to date with NLM's folders.

    A file that cannot be downloaded is reported in the result, without an exception; the next run tries it again.

    Raises:
        DownloadError: A folder's listing cannot be downloaded.
        LibraryError: The disk is too small or cannot be written.
    """
    started = time.monotonic()
    refused, transfers = _list(folder, request)
    _check_disk(folder, transfers)
    with progress.bar("mirror", sum(transfer.remote.size for transfer in transfers), "B") as bar:
        run = _Run(request.server, bar)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            try:
                copied = list(pool.map(run.update, transfers))
            except BaseException:
                # Ctrl-C or a full disk: the other transfers keep their bytes and end at their next piece.
                run.stopped.set()
                pool.shutdown(cancel_futures=True)
                raise
    return MirrorResult((*copied, *refused), time.monotonic() - started)


class _Stopped(Exception):
    """The run is ending; a transfer keeps its partial file."""


class _Run:
    """One run of the mirror; its methods are called from several threads."""

    def __init__(self, server: Server, bar: Bar) -> None:
        self.stopped = threading.Event()
        self._server = server
        self._bar = bar
        self._lock = threading.Lock()
        self._failures = 0  # in a row

    def update(self, transfer: Transfer) -> MirroredFile:
        """Make one copy current and report its state."""
        if transfer.is_current:
            self._count(transfer.remote.size)
            return MirroredFile(transfer.target, CopyState.PRESENT)
        if self._failures >= UNREACHABLE_LIMIT:
            reason = f"not tried: the {UNREACHABLE_LIMIT} files before it could not be downloaded"
            return MirroredFile(transfer.target, CopyState.MISSING, reason)
        try:
            with Client(self._server) as client:
                state = transfer.make_current(client, self._count)
        except UntrustedError as error:
            transfer.part.unlink(missing_ok=True)
            return MirroredFile(transfer.target, CopyState.REFUSED, str(error))
        except DownloadError as error:
            self._failures += 1
            return MirroredFile(transfer.target, CopyState.MISSING, str(error))
        except OSError as error:
            raise LibraryError(f"{transfer.target} cannot be written: {error.strerror}") from error
        self._failures = 0
        return MirroredFile(transfer.target, state)

    def _count(self, size: int) -> None:
        if self.stopped.is_set():
            raise _Stopped
        with self._lock:
            self._bar.update(size)


def _list(folder: Path, request: MirrorRequest) -> tuple[list[MirroredFile], list[Transfer]]:
    refused: list[MirroredFile] = []
    transfers: list[Transfer] = []
    with Client(request.server) as client:
        for name in request.folders:
            page = client.read(f"{name}/", limit=LISTING_LIMIT).decode("utf-8", "replace")
            files = read_listing(page)
            if not any(file.number for file in files):
                raise DownloadError(
                    f"{request.server.base_url}{name}/ lists no PubMed files; it starts with {page[:60]!r}"
                )
            if len(files) > MOST_LISTED:
                raise UntrustedError(
                    f"{request.server.base_url}{name}/ lists {len(files):,} files, more than the {MOST_LISTED:,} that"
                    " PubMed could have; nothing was downloaded"
                )
            refused += [_refused(folder / name, file) for file in files if file.number is None]
            transfers += [
                Transfer(file, f"{name}/{file.name}", folder / name / file.name)
                for file in files
                if file.number is not None and file.is_since(request.since)
            ]
    return refused, transfers


def _refused(folder: Path, file: RemoteFile) -> MirroredFile:
    return MirroredFile(
        folder, CopyState.REFUSED, f"the listing contains {file.name[:80]!r}, which is not the name of a PubMed file"
    )


def _check_disk(folder: Path, transfers: Sequence[Transfer]) -> None:
    for target in {transfer.target.parent for transfer in transfers}:
        target.mkdir(parents=True, exist_ok=True)
    needed = sum(transfer.still_needed for transfer in transfers)
    if needed and needed > (free := shutil.disk_usage(folder).free):
        raise LibraryError(
            f"The files still to download need {needed / 1e9:.1f} GB, but {folder} has {free / 1e9:.1f} GB free.\n"
            "Free some space, put the library on another disk, or download less:\n"
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
