"""The counts of an ingest, file by file; they add up."""

from dataclasses import dataclass
from typing import Literal

FileState = Literal["applied", "unchanged", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class FileStats:
    """The result of ingesting one file.

    Attributes:
        name: The file's name.
        state: "applied"; "unchanged", because it was applied before; "refused", with nothing of it applied until
            it changes; or "failed" for a cause outside its content: the next run tries again.
        read: Records that the file holds; new + replaced + unchanged + superseded + set_aside.
        new: Articles that the store did not hold.
        replaced: Articles stored in place of an older revision or version.
        unchanged: Records equal to what the store held.
        superseded: Records older than what the store held, or deleted by a later file.
        deleted: PMIDs that the file lists as deleted.
        deletions_applied: Those of them that no later file had deleted already.
        removed: Articles that left the store by these deletions, minus those of which an older revision came back.
        set_aside: Records that could not be understood, kept with their XML.
        seconds: Time spent on the file.
        reason: Why it was refused or failed; "" otherwise.
    """

    name: str
    state: FileState
    read: int = 0
    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    superseded: int = 0
    deleted: int = 0
    deletions_applied: int = 0
    removed: int = 0
    set_aside: int = 0
    seconds: float = 0.0
    reason: str = ""

    @property
    def stored(self) -> int:
        """Records that the store accepted: new and replaced."""
        return self.new + self.replaced


@dataclass(frozen=True, slots=True)
class IngestStats:
    """The result of one ingest.

    Attributes:
        files: One entry per file, in the order of application.
        distinct_pmids: Different PMIDs among the records read and understood.
        articles: Articles in the store afterwards.
        missing: Names of NLM's files between the first and the last known that the library does not know.
        seconds: Total time.
    """

    files: tuple[FileStats, ...]
    distinct_pmids: int
    articles: int
    missing: tuple[str, ...]
    seconds: float

    @property
    def read(self) -> int:
        """Records read: stored + unchanged + superseded + set_aside."""
        return sum(file.read for file in self.files)

    @property
    def stored(self) -> int:
        """Records that the store accepted."""
        return sum(file.stored for file in self.files)

    @property
    def new(self) -> int:
        """Articles that the store did not hold before."""
        return sum(file.new for file in self.files)

    @property
    def replaced(self) -> int:
        """Articles stored in place of an older revision or version."""
        return sum(file.replaced for file in self.files)

    @property
    def unchanged(self) -> int:
        """Records equal to what the store held."""
        return sum(file.unchanged for file in self.files)

    @property
    def superseded(self) -> int:
        """Records older than what the store held, or deleted by a later file."""
        return sum(file.superseded for file in self.files)

    @property
    def set_aside(self) -> int:
        """Records kept aside with their XML."""
        return sum(file.set_aside for file in self.files)

    @property
    def deletions_listed(self) -> int:
        """PMIDs that the files list as deleted."""
        return sum(file.deleted for file in self.files)

    @property
    def deletions_applied(self) -> int:
        """Listed deletions that no later file had made already."""
        return sum(file.deletions_applied for file in self.files)

    @property
    def removed(self) -> int:
        """Articles that left the store."""
        return sum(file.removed for file in self.files)

    @property
    def bad_files(self) -> tuple[FileStats, ...]:
        """The files of which nothing was applied."""
        return tuple(file for file in self.files if file.state in ("refused", "failed"))

    @property
    def complete(self) -> bool:
        """Whether everything was applied: no bad file, no record set aside."""
        return not self.bad_files and not self.set_aside

    @property
    def changed(self) -> bool:
        """Whether any file was applied."""
        return any(file.state == "applied" for file in self.files)
