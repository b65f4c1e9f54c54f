"""NLM's folder listings: which files there are, how big, and since when."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import unquote

from index.sources.source_files import NLM_NAME

_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"']*)["'][^>]*>(.*?)(?=<a\s|\Z)""", re.IGNORECASE | re.DOTALL)
_MODIFIED = re.compile(r"\b(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})(?::\d{2})?\b")
_SIZE = re.compile(r"[\s>](\d+(?:\.\d+)?)([KMG]?)\s*(?:<|\Z)")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as a listing shows it.

    Attributes:
        name: As the listing gives it; only a name with a number may be used as a file name.
        number: NLM's number of the file, or None where the name is not one of PubMed's.
        modified: When it was last changed, to the minute, in the server's clock; or None.
        size: Bytes, never less than the true size: listings round. 0 if none is shown.
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
    links = {unquote(link[1]): link[2] for link in _LINK.finditer(html)}
    return tuple(_remote_file(name, text) for name, text in sorted(links.items()) if name.endswith(".xml.gz"))


def _remote_file(name: str, text: str) -> RemoteFile:
    # Only a plain name (no folder, no "..") can be joined safely to a local folder.
    match = NLM_NAME.fullmatch(name)
    return RemoteFile(name, int(match[2]) if match else None, _modified(text), _size(text))


def _modified(text: str) -> datetime | None:
    match = _MODIFIED.search(text)
    return datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=UTC) if match else None


def _size(text: str) -> int:
    date_end = match.end() if (match := _MODIFIED.search(text)) else 0
    size = _SIZE.search(text[date_end:])
    if size is None:
        return 0
    rounding = 0.0 if not size[2] else 0.05 if "." in size[1] else 0.5
    return int((float(size[1]) + rounding) * _UNITS[size[2]])
