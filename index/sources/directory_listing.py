"""NLM's folder listings: which files there are, how big, and since when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import unquote

from index.sources.source_files import NLM_NAME

_LINK_START = re.compile(r"<a\s", re.IGNORECASE)
_TARGET = re.compile(r"""href\s*+=\s*+["']([^"']*+)["']""", re.IGNORECASE)
_MODIFIED = re.compile(r"\b(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})(?::\d{2})?\b", re.ASCII)
_SIZE = re.compile(r"[\s>](\d{1,12}(?:\.\d{1,6})?)([KMG]?)\s*+(?:<|\Z)", re.ASCII)
_YEARS = range(1990, 2101)
FILE_LIMIT: Final = 1 << 30  # the files that NLM publishes have less than a fifth of that
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as a listing shows it.

    Attributes:
        name: As the listing gives it; only a name with a number may be used as a file name.
        number: NLM's number of the file, or None where the name is not one of PubMed's.
        modified: When it was last changed, to the minute, in the server's clock; None if no possible time is shown.
        size: Bytes, never less than the true size: listings round. 0 if no possible size is shown.
    """

    name: str
    number: int | None
    modified: datetime | None
    size: int

    def is_since(self, start: date | int | None) -> bool:
        """Whether the file has number `start` or above, or was changed on day `start` or later."""
        if start is None:
            return True
        if isinstance(start, int):
            return self.number is not None and self.number >= start
        # A file without a date could be new: downloading it is safe, leaving it out could make a gap.
        return self.modified is None or self.modified.date() >= start


def read_listing(html: str) -> tuple[RemoteFile, ...]:
    """Return the gzipped XML files of a listing by name, each once, suspicious names included."""
    # Where a listing links a file twice (icon, name), the date and size follow the second link.
    links = dict(_links(html))
    return tuple(_remote_file(name, text) for name, text in sorted(links.items()) if name.endswith(".xml.gz"))


def _links(html: str) -> Iterator[tuple[str, str]]:
    """Yield each link's target and the text until the next one; every character is looked at once."""
    for link in _LINK_START.split(html)[1:]:
        tag, _, text = link.partition(">")
        if target := _TARGET.search(tag):
            yield unquote(target[1]), text


def _remote_file(name: str, text: str) -> RemoteFile:
    # Only a plain name (no folder, no "..") can be joined safely to a local folder.
    match = NLM_NAME.fullmatch(name)
    return RemoteFile(name, int(match[2]) if match else None, _modified(text), _size(text))


def _modified(text: str) -> datetime | None:
    match = _MODIFIED.search(text)
    try:
        modified = datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
    return modified if modified and modified.year in _YEARS else None


def _size(text: str) -> int:
    date_end = match.end() if (match := _MODIFIED.search(text)) else 0
    shown = _SIZE.search(text[date_end:])
    if shown is None:
        return 0
    rounding = 0.0 if not shown[2] else 0.05 if "." in shown[1] else 0.5
    size = int((float(shown[1]) + rounding) * _UNITS[shown[2]])
    return size if size <= FILE_LIMIT else 0
