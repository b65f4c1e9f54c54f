"""The abbreviations that a library's articles explain, each with its long forms and how many articles say so.

`abbreviations.tsv` is UTF-8 text, sorted by its bytes, a line for each pair and each of its two forms:

    folded form <tab> short form <tab> long form <tab> number of articles

The folded form is that of the short or of the long form, so that each can be looked up; the forms themselves are
written as the first of the articles has them. The file is mapped into memory and read only where a form is looked up.
"""

import mmap
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from index.core.errors import LibraryError
from index.core.text_normalization import folded_words
from index.lexical.abbreviation_pairs import definitions

FILE: Final = "abbreviations.tsv"
_COUNTING: Final = "abbreviations.counting"
_COLUMNS: Final = 4
_PLURAL: Final = re.compile(r"(?<=[A-Z0-9])s$")
MOST_READ: Final = 200
"""Lines of one form; those of the most articles come first. "PC" has hundreds of long forms in all of PubMed."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A pair that articles of the library define.

    Attributes:
        short: "TAVI".
        long: "transcatheter aortic valve implantation".
        articles: How many articles define it so, in title or abstract.
    """

    short: str
    long: str
    articles: int


class AbbreviationWriter:
    """Counts the pairs of one text after the other, on disk: memory does not grow with them."""

    def __init__(self, folder: Path) -> None:
        """Begin.

        Args:
            folder: The index's folder.
        """
        self._folder = folder
        self._counting = folder / _COUNTING
        self._connection = sqlite3.connect(self._counting)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE pairs (short_key TEXT, long_key TEXT, short TEXT, long TEXT, articles INTEGER,"
            "PRIMARY KEY (short_key, long_key)) WITHOUT ROWID;"
        )

    def add(self, text: str) -> None:
        """Take the title and abstract of the next article."""
        pairs: dict[tuple[str, str], tuple[str, str]] = {}
        for short, long in definitions(text):
            pairs.setdefault((short_key(short), _key(long)), (_line(short), _line(long)))
        self._connection.executemany(
            "INSERT INTO pairs VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET articles = articles + 1",
            [(*keys, *forms) for keys, forms in pairs.items() if all(keys)],
        )

    def finish(self) -> None:
        """Write the file."""
        rows = self._connection.execute(
            "SELECT short_key AS key, short, long, articles FROM pairs UNION ALL "
            "SELECT long_key, short, long, articles FROM pairs ORDER BY key, articles DESC, long, short"
        )
        with (self._folder / FILE).open("w", encoding="utf-8", newline="") as file:
            file.writelines("\t".join(map(str, row)) + "\n" for row in rows)
        self.close()
        self._counting.unlink()

    def close(self) -> None:
        """Close what is open, also where the index could not be written."""
        self._connection.close()


class Abbreviations:
    """The abbreviations of one index, read-only; any number of threads may use them."""

    def __init__(self, content: "mmap.mmap | bytes", path: Path) -> None:
        self._content = content
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """Open the abbreviations of an index; None where it was built without.

        Args:
            folder: The index's folder.

        Raises:
            OSError: The file cannot be read.
        """
        path = folder / FILE
        if not path.exists():
            return None
        if not path.stat().st_size:
            return cls(b"", path)
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), path)

    def pairs(self, folded: str) -> tuple[Definition, ...]:
        """Return the pairs of which one form, folded, is this; those that most articles define come first.

        Raises:
            LibraryError: The file is damaged.
        """
        return tuple(self._pairs(folded))

    def long_forms(self, folded: str) -> tuple[Definition, ...]:
        """Return the pairs of which the short form, folded, is this."""
        return tuple(pair for pair in self._pairs(folded) if short_key(pair.short) == folded)

    def _pairs(self, folded: str) -> Iterator[Definition]:
        beginning = f"{folded}\t".encode()
        start = self._first(beginning)
        for _ in range(MOST_READ):
            end = self._end(start)
            line = self._content[start:end]
            if not line.startswith(beginning):
                return
            yield self._definition(line)
            start = end

    def _definition(self, line: bytes) -> Definition:
        columns = line.decode("utf-8", "replace").rstrip("\n").split("\t")
        if len(columns) != _COLUMNS or not columns[-1].isdecimal():
            raise LibraryError(f"{self._path} is damaged ({line[:80]!r}). Build it again:\n  rebuild-index")
        return Definition(columns[1], columns[2], int(columns[3]))

    def _first(self, beginning: bytes) -> int:
        """Return where the first line begins that does not come before a text."""
        low, high = 0, len(self._content)
        while low < high:
            middle = (low + high) // 2
            start = self._content.rfind(b"\n", low, middle) + 1 or low
            end = self._end(start)
            if self._content[start:end] < beginning:
                low = end
            else:
                high = start
        return low

    def _end(self, start: int) -> int:
        return self._content.find(b"\n", start) + 1 or len(self._content)


def short_key(short: str) -> str:
    """Return the folded form of an abbreviation, without the s of a plural: "ICUs" is "icu"."""
    return _key(_PLURAL.sub("", short))


def _key(form: str) -> str:
    return " ".join(folded_words(form))


def _line(form: str) -> str:
    return " ".join(form.split())
