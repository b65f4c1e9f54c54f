"""Gets PubMed: NLM's folders, a topic, a list of PMIDs, into a library's mirror; what is missing is reported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.core.control_characters import safe
from index.core.progress import Progress
from index.library.build_lock import building
from index.library.layout import Library
from index.sources.mirror import MirrorRequest, MirrorResult, mirror
from index.sources.query_download import (
    ListDownloadRequest,
    QueryDownloadRequest,
    QueryDownloadResult,
    fetch_listed,
    fetch_topic,
)

MAX_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What was downloaded; a part that was not requested is None."""

    mirror: MirrorResult | None
    topic: QueryDownloadResult | None
    listed: QueryDownloadResult | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files to read, checked and whole."""
        return (*(self.mirror.paths if self.mirror else ()), *(download.path for download in self._downloads))

    @property
    def complete(self) -> bool:
        """Whether everything that was requested is here."""
        return not (self.mirror and self.mirror.gaps) and all(download.complete for download in self._downloads)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield (noun, text) pairs for people."""
        if self.mirror:
            yield "mirror", str(self.mirror)
            gaps = self.mirror.gaps
            yield from ((file.state.value, f"{file.path.name}: {file.reason}") for file in gaps[:MAX_NAMED])
            if len(gaps) > MAX_NAMED:
                yield "", f"and {len(gaps) - MAX_NAMED:,} more files; --json names them all"
        for download in self._downloads:
            yield "pmids" if download is self.listed else "topic", f"{download}, read as: {safe(download.read_as)}"
            if missing := download.missing:
                and_more = f" and {len(missing) - MAX_NAMED:,} more" if len(missing) > MAX_NAMED else ""
                yield "missing", f"no record of PMID {', '.join(map(str, missing[:MAX_NAMED]))}{and_more}"

    def to_json(self) -> Mapping[str, Any]:
        """Return the same for programs, ready for JSON."""
        return {
            "mirror": self.mirror
            and [{"file": str(file.path), "state": file.state, "reason": file.reason} for file in self.mirror.files],
            "topic": self.topic and {**self.topic.to_json(), "path": str(self.topic.path)},
            "pmids": self.listed and {**self.listed.to_json(), "path": str(self.listed.path)},
        }

    @property
    def _downloads(self) -> tuple[QueryDownloadResult, ...]:
        return tuple(download for download in (self.topic, self.listed) if download)


def obtain(
    library: Library,
    *,
    folders: MirrorRequest | None,
    topic: QueryDownloadRequest | None,
    listed: ListDownloadRequest | None = None,
    progress: Progress,
) -> Acquisition:
    """Download what is requested while no other process builds the library.

    Raises:
        DownloadError: A listing, a search or a topic's records cannot be downloaded.
        LibraryError: The disk is too small or cannot be written.
        LibraryLocked: Another process builds.
        QueryError: The query is empty, or finds nothing or too much.
    """
    library.path.mkdir(parents=True, exist_ok=True)
    with building(library):
        mirror_result = mirror(library.mirror, request=folders, progress=progress) if folders else None
        topic_result = fetch_topic(library.mirror / "queries", topic, progress=progress) if topic else None
        listed_result = fetch_listed(library.mirror / "queries", listed, progress=progress) if listed else None
    return Acquisition(mirror_result, topic_result, listed_result)
