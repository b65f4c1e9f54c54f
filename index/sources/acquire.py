"""Gets PubMed: NLM's folders, a topic, or both, into a library's mirror, and accounts for what could not be had."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.core.progress import Progress
from index.library.build_lock import building
from index.library.layout import Library
from index.sources.mirror import MirrorRequest, MirrorResult, mirror
from index.sources.query_download import QueryDownloadRequest, QueryDownloadResult, fetch_topic

MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What was got; each part is None where it was not asked for."""

    mirror: MirrorResult | None
    topic: QueryDownloadResult | None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files to read, checked and whole."""
        mirrored = self.mirror.paths if self.mirror else ()
        return (*mirrored, self.topic.path) if self.topic else mirrored

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for is here."""
        return not (self.mirror and self.mirror.gaps) and (self.topic is None or self.topic.complete)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield (noun, what there is to say) for people."""
        if self.mirror:
            yield "mirror", str(self.mirror)
            gaps = self.mirror.gaps
            yield from ((file.state.value, f"{file.path.name}: {file.reason}") for file in gaps[:MOST_NAMED])
            if len(gaps) > MOST_NAMED:
                yield "", f"and {len(gaps) - MOST_NAMED:,} more files; --json names them all"
        if self.topic:
            yield "topic", f"{self.topic}, read as: {self.topic.read_as}"
            if missing := self.topic.missing:
                more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
                yield "missing", f"no record of PMID {', '.join(map(str, missing[:MOST_NAMED]))}{more}"

    def facts(self) -> Mapping[str, Any]:
        """Return the same for programs, ready for JSON."""
        return {
            "mirror": self.mirror
            and [{"file": str(file.path), "state": file.state, "reason": file.reason} for file in self.mirror.files],
            "topic": self.topic and {**self.topic.facts(), "path": str(self.topic.path)},
        }


def obtain(
    library: Library, *, folders: MirrorRequest | None, topic: QueryDownloadRequest | None, progress: Progress
) -> Acquisition:
    """Get what is asked for while nobody else builds the library.

    Raises:
        DownloadError: A listing, a search or a topic's records cannot be had.
        LibraryError: The disk is too small or refuses to be written.
        LibraryLocked: Another process builds.
        QueryError: The query is empty, or finds nothing or too much.
    """
    with building(library):
        mirrored = mirror(library.mirror, what=folders, progress=progress) if folders else None
        taken = fetch_topic(library.mirror / "queries", topic, progress=progress) if topic else None
    return Acquisition(mirrored, taken)
