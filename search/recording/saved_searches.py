"""Saved searches. `Searcher.replay` of one returns what is new since it was last viewed.

A saved search is a search record (`search.recording.search_record`) in the library's folder `user/searches`, with what
was new in it at earlier views: it travels with the library, and `pubmed-search --replay` reads it too. Those of a
browser lie in a folder of its own there; those in `user/searches` itself are everybody's.
"""

import json
import logging
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from index.core.errors import LibraryError, QueryError, ReplayError
from index.core.files import remove_leftovers, write_whole
from search.filters.filters import Filters
from search.recording.news import Arrival, news_of
from search.recording.record_files import read_object, record_in
from search.recording.replay import Replay
from search.recording.search_record import Request, SearchRecord

if TYPE_CHECKING:
    from index.library.layout import Library

REMEMBERED = 200
"""How many of the best articles to remember of a plain question that lists every article."""

LONGEST_TITLE = 120
"""Characters of a query in a list of searches."""

_NAME = re.compile(r"[0-9a-f]{16}\.json")
_BROWSER = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One saved search.

    Attributes:
        id: Its name in addresses: equal for the same query, filters, order, mapping and extent.
        record: The search as last viewed.
        arrivals: What was new in it at earlier views, the latest first.
        browser: The browser that saved it, 16 hexadecimal digits; "" for everybody's.
    """

    id: str
    record: SearchRecord
    arrivals: tuple[Arrival, ...] = ()
    browser: str = ""

    @property
    def title(self) -> str:
        """The query in one line, cut where it is long, and its filters."""
        request = self.record.request
        text = " ".join(request.text.split())
        try:
            filters = str(Filters.from_json(request.filters))
        except (QueryError, TypeError, ValueError):  # what is wrong with them is said where it is repeated
            filters = json.dumps(request.filters)
        cut = text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE]}…"
        return f"{cut} · {filters}" if filters else cut

    def news(self, replay: Replay) -> tuple[Arrival, ...]:
        """Return what is new in it, and what was new at earlier views, the latest first, each article once.

        Args:
            replay: The search as last viewed, and now.
        """
        return news_of(replay, self.arrivals)


class SavedSearches:
    """The saved searches of one library: everybody's, or those of one browser."""

    def __init__(self, library: "Library", browser: str = "") -> None:
        """Name the searches.

        Args:
            library: The library; nothing is read or made before it is needed.
            browser: Whose, 16 hexadecimal digits; "" for everybody's.

        Raises:
            ValueError: `browser` is another text, which could be a path.
        """
        if browser and not _BROWSER.fullmatch(browser):
            raise ValueError(f"{browser!r} is no browser's number: 16 hexadecimal digits were expected")
        self._library = library
        self._browser = browser
        self._folder = library.searches / self._browser

    def of_browser(self, browser: str) -> Self:
        """Return the saved searches of a browser in the same library; "" for everybody's."""
        return type(self)(self._library, browser)

    def everywhere(self) -> tuple[SavedSearch, ...]:
        """Return the saved searches of all: everybody's, then each browser's."""
        folders = sorted(path.name for path in self._library.searches.glob("*/") if _BROWSER.fullmatch(path.name))
        return tuple(saved for browser in ("", *folders) for saved in self.of_browser(browser).all())

    def all(self) -> tuple[SavedSearch, ...]:
        """Return every saved search, the last viewed first; a damaged one is named in the log.

        Files whose names are not ours (a folder service's "conflicted copy", notes) are passed over.
        """
        files = sorted(path for path in self._folder.glob("*.json") if _NAME.fullmatch(path.name))
        searches = [saved for path in files if (saved := self._read(path))]
        return tuple(sorted(searches, key=lambda saved: saved.record.at, reverse=True))

    def get(self, id: str) -> SavedSearch | None:  # noqa: A002 - what addresses call it
        """Return one saved search, or None if there is none with this id."""
        return self._read(self._path(id)) if _NAME.fullmatch(f"{id}.json") else None

    def keep(self, record: SearchRecord) -> SavedSearch:
        """Save a search as it is now, replacing one that was saved before: what is new since then is remembered.

        Raises:
            LibraryError: The library's folder cannot be written.
        """
        id_ = saved_id(record.request)
        before = self.get(id_)
        arrivals = before.news(Replay(before.record, record)) if before else ()
        saved = SavedSearch(id_, record, arrivals, self._browser)
        content = record.to_json() | ({"arrivals": msgspec.to_builtins(arrivals)} if arrivals else {})
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self._folder)
            write_whole(self._path(saved.id), (json.dumps(content, indent=2) + "\n").encode())
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

    def _read(self, path: Path) -> SavedSearch | None:
        try:
            content = read_object(path)
            record = record_in(content, path)
            arrivals = msgspec.convert(content.get("arrivals", ()), tuple[Arrival, ...])
        except (ReplayError, msgspec.ValidationError) as error:
            if path.exists():  # else somebody has just removed it, or it never was
                _log.warning("skipped a saved search: %s: %s", path.name, error)
            return None
        return SavedSearch(path.stem, record, arrivals, self._browser)


def saved_id(request: Request) -> str:
    """Return the id of a saved search, 16 hexadecimal digits: from all that decides its list but the limit."""
    as_typed = [] if request.mapping else ["as typed"]
    relevant = [] if request.whole else ["relevant"]
    identity = json.dumps([request.text, request.filters, request.sort, *as_typed, *relevant], sort_keys=True)
    return sha256(identity.encode(errors="replace")).hexdigest()[:16]
