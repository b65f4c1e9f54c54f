"""The history of `pubmed-search --history`: a text file of numbered searches, "#1 asthma[mh]", one a line.

The file is a strategy as `search.pasting` reads one: it can be edited, pasted into the page, and searched as a whole.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from index.core.errors import QueryError, ResourceError
from search.pasting.history import in_one_line, with_history
from search.query.query_reader import has_syntax

MOST_KEPT = 999
"""Searches of one file: numbers of lines have three digits."""

_LINE = re.compile(r"#([1-9]\d{0,2})\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """Earlier searches.

    Attributes:
        path: The file; it is made with its first search.
        searches: The searches as typed, each in one line, by their numbers.
    """

    path: Path
    searches: dict[int, str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file; one that does not exist holds no search.

        Raises:
            QueryError: A line is no numbered search, or has the number of another.
            ResourceError: The file cannot be read.
        """
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n") if path.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise ResourceError(f"The history {path} cannot be read: {getattr(error, 'strerror', error)}.") from error
        searches: dict[int, str] = {}
        for place, line in enumerate(lines, 1):
            found = _LINE.fullmatch(line.strip())
            if not found and line.strip():
                raise QueryError(
                    f"Line {place} of {path} is no numbered search: {line.strip()[:60]!r}. "
                    "A history has one search a line:\n  #1 asthma[mh]"
                )
            if found and int(found[1]) in searches:
                raise QueryError(f"Line {place} of {path} has the number #{found[1]} a second time. Give it another.")
            if found:
                searches[int(found[1])] = found[2]
        return cls(path, searches)

    def lines_of(self, text: str) -> str:
        """Return a query with the earlier searches that it refers to as numbered lines before it.

        Raises:
            QuerySyntaxError: An earlier search refers to one that is nowhere.
        """
        return with_history(text, self.searches, has_syntax)

    def add(self, text: str) -> int:
        """Number a search and append it; one that is there keeps its number.

        Raises:
            QueryError: The file is full.
            ResourceError: The file cannot be written.
        """
        line = in_one_line(text, has_syntax)
        for number, other in self.searches.items():
            if other == line:
                return number
        number = max(self.searches, default=0) + 1
        if number > MOST_KEPT:
            raise QueryError(f"{self.path} has searches up to #{MOST_KEPT}, the last number. Begin another file.")
        try:
            before = "" if not self.path.exists() or self.path.read_bytes()[-1:] in (b"", b"\n") else "\n"
            with self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(f"{before}#{number} {line}\n")
        except OSError as error:
            raise ResourceError(f"The history {self.path} cannot be written: {error.strerror or error}.") from error
        return number
