"""Screenings: the articles that a search found, decided on one by one, first by abstract and then by full text.

A screening lies in the library's folder `user/screenings` as two files: the search as it was when the screening began,
a search record that `pubmed-search --replay` reads too, and the decisions (`search.review.decisions`).
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.core.errors import LibraryError, QueryError, ReplayError
from index.core.files import remove_leftovers, write_whole
from search.recording.record_files import read_record
from search.recording.saved_searches import saved_id
from search.recording.search_record import SearchRecord
from search.review.decisions import CHOICES, STAGES, Choice, Decision, Stage, append, last_of_each, read_decisions

if TYPE_CHECKING:
    from index.library.layout import Library

LONGEST_REASON = 200
"""Characters."""

_NAME = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Screening:
    """One screening, as it is now.

    Attributes:
        id: Its name in addresses.
        record: The search, as it was when the screening began; its articles are what is screened.
        decided: What counts of each article, by stage and PMID.
        unreadable: Lines of the file of decisions that cannot be read.
    """

    id: str
    record: SearchRecord
    decided: Mapping[Stage, Mapping[int, Decision]]
    unreadable: int = 0

    def pmids(self, stage: Stage) -> tuple[int, ...]:
        """Return the articles of a stage in their order: by full text those that the abstract did not exclude."""
        listed = self.record.listed.pmids
        if stage == "abstract":
            return listed
        by_abstract = self.decided["abstract"]
        return tuple(pmid for pmid in listed if pmid in by_abstract and by_abstract[pmid].choice != "exclude")

    def choice(self, stage: Stage, pmid: int) -> Choice:
        """Return what is decided of an article at a stage."""
        decision = self.decided[stage].get(pmid)
        return decision.choice if decision else "undecided"

    def with_choice(self, stage: Stage, choice: Choice) -> tuple[int, ...]:
        """Return the articles of a stage of which this is decided."""
        return tuple(pmid for pmid in self.pmids(stage) if self.choice(stage, pmid) == choice)

    def counts(self, stage: Stage) -> dict[Choice, int]:
        """Count the articles of a stage by what is decided of them; the counts add up to its articles."""
        found = Counter(self.choice(stage, pmid) for pmid in self.pmids(stage))
        return {choice: found[choice] for choice in CHOICES}

    def reasons(self, stage: Stage) -> dict[str, int]:
        """Count the excluded articles of a stage by the reason, the most frequent first; "" where none was given."""
        excluded = (self.decided[stage][pmid].reason for pmid in self.with_choice(stage, "exclude"))
        return dict(Counter(excluded).most_common())

    @property
    def included(self) -> tuple[int, ...]:
        """The articles that the review includes: those that the full text includes."""
        return self.with_choice("full text", "include")


class Screenings:
    """The screenings of one library, shared by all its users."""

    def __init__(self, library: "Library") -> None:
        self._folder = library.screenings

    def all(self) -> tuple[Screening, ...]:
        """Return every screening, the last begun first; a damaged one is named in the log."""
        names = sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))
        screenings = [screening for name in names if (screening := self.get(name))]
        return tuple(sorted(screenings, key=lambda screening: screening.record.at, reverse=True))

    def get(self, id: str) -> Screening | None:  # noqa: A002 - what addresses call it
        """Return one screening, or None if there is none with this id."""
        if not _NAME.fullmatch(id):
            return None
        path = self._folder / f"{id}.json"
        try:
            record = read_record(path)
            decisions, unreadable = read_decisions(self._decisions(id))
        except (ReplayError, OSError) as error:
            if path.exists():
                _log.warning("skipped a screening: %s", error)
            return None
        return Screening(id, record, {stage: last_of_each(decisions, stage) for stage in STAGES}, unreadable)

    def begin(self, record: SearchRecord) -> Screening:
        """Begin to screen what a search lists, or go on where it was begun: its articles and decisions stay.

        Raises:
            QueryError: The search lists no article.
            LibraryError: The library's folder cannot be written.
        """
        if not record.listed.pmids:
            raise QueryError("The search lists no article: there is nothing to screen.")
        name = saved_id(record.request)
        if found := self.get(name):
            return found
        path = self._folder / f"{name}.json"
        if path.exists():
            raise LibraryError(f"The screening {path} is damaged: its decisions stay. Restore the file, or remove it.")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self._folder)
            write_whole(path, (json.dumps(record.to_json(), indent=2) + "\n").encode())
        except OSError as error:
            raise LibraryError(
                f"The screening cannot be kept in {self._folder} ({error.strerror or error}). "
                "Free disk space or allow writing in the folder, then begin again."
            ) from error
        return Screening(name, record, {stage: {} for stage in STAGES})

    def decide(self, id: str, pmid: int, stage: Stage, choice: Choice, reason: str = "") -> None:  # noqa: A002
        """Write down a decision; it counts from now on, and those before it stay in the file.

        Args:
            id: The screening.
            pmid: One of its articles.
            stage: By title and abstract, or by the full text.
            choice: "undecided" takes an earlier decision back.
            reason: Why it is excluded.

        Raises:
            QueryError: There is no such screening, or it does not have the article.
            LibraryError: The library's folder cannot be written: nothing was decided.
        """
        screening = self.get(id)
        if screening is None:
            raise QueryError(f"There is no screening {id} in this library.")
        if pmid not in screening.record.listed.pmids:
            raise QueryError(f"PMID {pmid} is not among the articles of this screening.")
        kept = " ".join(reason.split())[:LONGEST_REASON] if choice == "exclude" else ""
        decision = Decision(pmid, stage, choice, kept, datetime.now(UTC).isoformat(timespec="seconds"))
        path = self._decisions(id)
        try:
            append(path, decision)
        except OSError as error:
            raise LibraryError(
                f"The decision cannot be written to {path} ({error.strerror or error}). "
                "Free disk space or allow writing in the folder, then decide again."
            ) from error

    def _decisions(self, id: str) -> Path:  # noqa: A002
        return self._folder / f"{id}.jsonl"
