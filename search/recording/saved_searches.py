"""Saved searches. `Searcher.replay` of one returns what is new since it was last viewed.

A saved search is a search record (`search.recording.search_record`) in the library's folder `user/searches`: it travels
with the library, and `pubmed-search --replay` reads it too.
"""

import json
import logging
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from index.core.errors import LibraryError, ReplayError
from index.core.files import remove_leftovers, write_whole
from search.recording.record_files import read_record
from search.recording.search_record import Request, SearchRecord

if TYPE_CHECKING:
    from index.library.layout import Library

REMEMBERED = 200
"""How many of the best articles to remember of a plain question that lists every article."""

_NAME = re.compile(r"[0-9a-f]{16}\.json")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One saved search.

    Attributes:
        id: Its name in addresses: equal for the same query, filters, order and mapping.
        record: The search as last viewed.
    """

    id: str
    record: SearchRecord


class SavedSearches:
    """The saved searches of one library, shared by all its users."""

    def __init__(self, library: "Library") -> None:
        self._folder = library.searches

    def all(self) -> tuple[SavedSearch, ...]:
        """Return every saved search, the last viewed first; a damaged one is named in the log.

        Files whose names are not ours (a folder service's "conflicted copy", notes) are passed over.
        """
        files = sorted(path for path in self._folder.glob("*.json") if _NAME.fullmatch(path.name))
        searches = [saved for path in files if (saved := _read(path))]
        return tuple(sorted(searches, key=lambda saved: saved.record.at, reverse=True))

    def get(self, id: str) -> SavedSearch | None:  # noqa: A002 - what addresses call it
        """Return one saved search, or None if there is none with this id."""
        return _read(self._path(id)) if _NAME.fullmatch(f"{id}.json") else None

    def keep(self, record: SearchRecord) -> SavedSearch:
        """Save a search as it is now, replacing one that was saved before.

        Raises:
            LibraryError: The library's folder cannot be written.
        """
        saved = SavedSearch(saved_id(record.request), record)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self._folder)
            write_whole(self._path(saved.id), (json.dumps(record.to_json(), indent=2) + "\n").encode())
        except OSError as error:
            raise LibraryError(
                f"The search cannot be saved in {self._folder} ({error.strerror or error}). "
                "Free disk space or allow writing in the folder, then save it again."
            ) from error
        return saved

    def forget(self, id: str) -> None:  # noqa: A002 - what addresses call it
        """Remove a saved search; removing one that does not exist is not an error.

        Raises:
            LibraryError: The library's folder cannot be written.
        """
        if _NAME.fullmatch(f"{id}.json"):
            try:
                self._path(id).unlink(missing_ok=True)
            except OSError as error:
                raise LibraryError(f"The saved search cannot be removed ({error.strerror or error}).") from error

    def _path(self, id: str) -> Path:  # noqa: A002
        return self._folder / f"{id}.json"


def saved_id(request: Request) -> str:
    """Return the id of a saved search, 16 hexadecimal digits: from query, filters, order and mapping, not the limit."""
    as_typed = [] if request.mapping else ["as typed"]
    identity = json.dumps([request.text, request.filters, request.sort, *as_typed], sort_keys=True)
    return sha256(identity.encode(errors="replace")).hexdigest()[:16]


def _read(path: Path) -> SavedSearch | None:
    try:
        record = read_record(path)
    except ReplayError as error:
        if path.exists():  # else somebody has just removed it, or it never was
            _log.warning("skipped a saved search: %s", error)
        return None
    return SavedSearch(path.stem, record)
