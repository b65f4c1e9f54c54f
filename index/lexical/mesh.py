"""The MeSH vocabulary of a library: names, entry terms and the tree, for explosion and completion.

Without it everything uses the names inside the records; this module then reports that it is not loaded.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from index.core.errors import LibraryError, PubmedError
from index.core.sqlite_files import distrust
from index.core.system_errors import system_error
from index.core.text_normalization import folded_words
from index.lexical.everyday_names import TABLE, EverydayName, insert_names

FORMAT_VERSION: Final = 4
SCHEMA: Final = f"""
CREATE TABLE descriptors (ui TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE terms (
    key TEXT, ui TEXT, term TEXT NOT NULL, is_name INTEGER NOT NULL, words TEXT NOT NULL, PRIMARY KEY (key, ui)
) WITHOUT ROWID;
CREATE INDEX terms_of ON terms (ui);
CREATE INDEX terms_by_words ON terms (words);
CREATE TABLE tree (number TEXT PRIMARY KEY, ui TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX tree_of ON tree (ui);
{TABLE};
CREATE TABLE about (source TEXT, sha256 TEXT, digest TEXT);
"""
# The last character of all: prefix and prefix + this bound everything that begins with the prefix.
_LAST = "\U0010ffff"
_REMEDY: Final = "Load it:\n  rebuild-index --mesh package"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH descriptor.

    Attributes:
        ui: "D003920".
        name: "Diabetes Mellitus".
        entry_terms: Its other names, in alphabetical order.
        tree_numbers: Its positions in the tree ("C18.452.394.750"), in order. Empty for the check tags.
    """

    ui: str
    name: str
    entry_terms: tuple[str, ...] = ()
    tree_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a phrase names.

    Attributes:
        ui: "D003920".
        name: "Diabetes Mellitus".
        is_type: Whether it is a publication type, such as "Review": it stands in the tree under V.
    """

    ui: str
    name: str
    is_type: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion of some typed letters: the term that begins with them, and its descriptor."""

    term: str
    ui: str
    name: str


@dataclass(frozen=True, slots=True)
class MeshStatus:
    """What is loaded: counts, and the name and sha256 of the file that it came from."""

    descriptors: int
    entry_terms: int
    tree_numbers: int
    everyday_names: int
    source: str
    sha256: str

    def __str__(self) -> str:
        """Return "30,764 descriptors · 230,000 entry terms · 9,000 everyday names from desc2026.xml"."""
        everyday = f" · {self.everyday_names:,} everyday names" if self.everyday_names else ""
        return f"{self.descriptors:,} descriptors · {self.entry_terms:,} entry terms{everyday} from {self.source}"


class Mesh:
    """One loaded vocabulary, read-only; usable from several threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the vocabulary of a library (`Library.mesh`).

        Raises:
            LibraryError: None is loaded, or it was written by another version of this program.
        """
        if not path.is_file():
            raise LibraryError(f"There is no MeSH vocabulary at {path}. {_REMEDY}")
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise _reading_error(path, error) from error
        try:
            distrust(connection)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _reading_error(path, error) from error
        if version != FORMAT_VERSION:
            connection.close()
            raise LibraryError(f"{path} has format {version}, this program reads format {FORMAT_VERSION}. {_REMEDY}")
        return cls(connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def descriptor(self, text: str) -> Descriptor | None:
        """Return the descriptor of this UI, name or entry term, in any case and with any punctuation; or None.

        A term that is the name of one descriptor and an entry term of another means the first.
        """
        ui = self.ui(text)
        return self._descriptor(ui) if ui else None

    def ui(self, text: str) -> str | None:
        """Return the UI of the descriptor that `descriptor` would return, in a third of the time; or None."""
        rows = self._rows(
            "SELECT ui FROM descriptors WHERE ui = ? UNION ALL SELECT * FROM "
            "(SELECT ui FROM terms WHERE key = ? ORDER BY is_name DESC, ui) UNION ALL SELECT * FROM "
            "(SELECT ui FROM terms WHERE words = ? ORDER BY is_name DESC, ui) LIMIT 1",
            (text.strip().upper(), term_key(text), _words(text) or None),
        )
        return str(rows[0][0]) if rows else None

    def named(self, phrases: Sequence[str]) -> dict[str, Heading]:
        """Return, for each phrase that names a descriptor, what it names.

        Args:
            phrases: Each folded, words separated by one space: punctuation does not count, so that "non small cell lung
                cancer" is the entry term "Non-Small-Cell Lung Cancer".
        """
        rows = self._rows(
            # The last row of a phrase wins: a name before an entry term of another descriptor, then the lowest UI.
            "SELECT words, terms.ui, name, EXISTS (SELECT 1 FROM tree WHERE tree.ui = terms.ui AND number >= 'V' "
            "AND number < 'W') FROM terms JOIN descriptors ON descriptors.ui = terms.ui "
            "WHERE words IN (SELECT value FROM json_each(?)) ORDER BY is_name, terms.ui DESC",
            (json.dumps(phrases),),
        )
        return {words: Heading(ui, name, bool(is_type)) for words, ui, name, is_type in rows if words}

    def everyday(self, phrases: Sequence[str]) -> dict[str, EverydayName]:
        """Return, for each folded phrase that is an everyday name of a concept, the concept."""
        rows = self._rows(
            "SELECT words, everyday.ui, coalesce(descriptors.name, everyday.name) FROM everyday "
            "LEFT JOIN descriptors ON descriptors.ui = everyday.ui WHERE words IN (SELECT value FROM json_each(?))",
            (json.dumps(phrases),),
        )
        return {words: EverydayName(words, ui, name) for words, ui, name in rows}

    def starts(self, starts: Sequence[str]) -> frozenset[str]:
        """Return those of these texts with which the folded name of a descriptor or an entry term begins."""
        rows = self._rows(
            "SELECT value FROM json_each(?) WHERE EXISTS "
            "(SELECT 1 FROM terms WHERE words >= value AND words < value || ?)",
            (json.dumps(starts), _LAST),
        )
        return frozenset(row[0] for row in rows)

    def explode(self, ui: str) -> frozenset[str]:
        """Return the UIs of a descriptor and of all below it in the tree; empty for an unknown UI."""
        rows = self._rows(
            "SELECT ui FROM descriptors WHERE ui = :ui UNION "
            # "/" follows ".": the range holds what begins with the number and a dot.
            "SELECT below.ui FROM tree JOIN tree AS below ON below.number > tree.number || '.' "
            "AND below.number < tree.number || '/' WHERE tree.ui = :ui",
            {"ui": ui},
        )
        return frozenset(row[0] for row in rows)

    def broader(self, ui: str) -> tuple[Descriptor, ...]:
        """Return the descriptors directly above one in the tree, by name."""
        rows = self._rows("SELECT number FROM tree WHERE ui = ?", (ui,))
        above = [number.rpartition(".")[0] for (number,) in rows]
        return self._by_name("SELECT ui FROM tree WHERE number IN (SELECT value FROM json_each(?))", json.dumps(above))

    def narrower(self, ui: str) -> tuple[Descriptor, ...]:
        """Return the descriptors directly below one in the tree, by name."""
        return self._by_name(
            "SELECT below.ui FROM tree JOIN tree AS below ON below.number > tree.number || '.' "
            "AND below.number < tree.number || '/' WHERE tree.ui = ? "
            "AND instr(substr(below.number, length(tree.number) + 2), '.') = 0",
            ui,
        )

    def complete(self, prefix: str, limit: int = 10) -> tuple[Completion, ...]:
        """Return descriptors with a term that begins with `prefix`: by name first, then by entry term, alphabetical.

        Args:
            prefix: What was typed, in any case. An empty prefix has no completions.
            limit: How many completions at most, each of another descriptor.
        """
        key = term_key(prefix)
        if not key:
            return ()
        rows = self._rows(
            # Bare columns beside one min() come from the row that has it.
            "SELECT term, ui, (SELECT name FROM descriptors WHERE ui = terms.ui), min((1 - is_name) || key) AS rank "
            "FROM terms WHERE key >= ? AND key < ? GROUP BY ui ORDER BY rank LIMIT ?",
            (key, key + _LAST, limit),
        )
        return tuple(Completion(term, ui, name) for term, ui, name, _ in rows)

    def descriptors(self) -> Iterator[Descriptor]:
        """Yield every descriptor in the order of their UIs."""
        for (ui,) in self._rows("SELECT ui FROM descriptors ORDER BY ui"):
            yield self._descriptor(ui)

    def status(self) -> MeshStatus:
        """Count what is loaded."""
        rows = self._rows(
            "SELECT (SELECT count(*) FROM descriptors), (SELECT count(*) FROM terms WHERE NOT is_name), "
            "(SELECT count(*) FROM tree), (SELECT count(*) FROM everyday), source, sha256 FROM about"
        )
        if len(rows) != 1:
            raise LibraryError(f"The MeSH vocabulary is damaged. {_REMEDY}")
        return MeshStatus(*rows[0])

    def is_as_loaded(self) -> bool:
        """Whether the vocabulary holds what was loaded; this reads all of it."""
        return self._rows("SELECT digest FROM about") == [(self.digest(),)]

    def digest(self) -> str:
        """Return the SHA-256 of all that is loaded, in hexadecimal."""
        digest = sha256()
        for table in ("descriptors", "terms", "tree", "everyday"):
            for row in self._rows(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608 - names of ours
                digest.update(repr(row).encode(errors="replace"))
        return digest.hexdigest()

    def _by_name(self, sql: str, value: str) -> tuple[Descriptor, ...]:
        found = {self._descriptor(ui) for (ui,) in self._rows(sql, (value,))}
        return tuple(sorted(found, key=lambda descriptor: descriptor.name))

    def _descriptor(self, ui: str) -> Descriptor:
        [(name,)] = self._rows("SELECT name FROM descriptors WHERE ui = ?", (ui,))
        terms = self._rows("SELECT term FROM terms WHERE ui = ? AND NOT is_name ORDER BY key", (ui,))
        numbers = self._rows("SELECT number FROM tree WHERE ui = ? ORDER BY number", (ui,))
        return Descriptor(ui, name, tuple(row[0] for row in terms), tuple(row[0] for row in numbers))

    def _rows(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _reading_error(self._path, error) from error


def _reading_error(path: Path, error: sqlite3.Error) -> PubmedError:
    return system_error(error, path) or LibraryError(f"{path} is damaged ({error}). {_REMEDY}")


def loaded_mesh(path: Path) -> MeshStatus | None:
    """Count what is loaded at `Library.mesh`; None if nothing is.

    Raises:
        LibraryError: It is damaged, or another version of this program wrote it.
    """
    if not path.exists():
        return None
    with Mesh.open(path) as mesh:
        return mesh.status()


def term_key(term: str) -> str:
    """Return the key of a term: equal for two spellings that differ only in case or spaces."""
    return " ".join(term.casefold().split())


def _words(term: str) -> str:
    return " ".join(folded_words(term))


def write_mesh(
    path: Path,
    descriptors: Iterator[Descriptor],
    *,
    source: str,
    source_sha256: str,
    everyday_names: Iterable[EverydayName] = (),
) -> MeshStatus:
    """Write a vocabulary to a new file at `path` and count what is in it.

    Args:
        path: The new file; it must not exist.
        descriptors: All of them; an error while reading them leaves an unfinished file.
        everyday_names: What people call them, and substances beside them.
        source: Name of the file that they come from.
        source_sha256: Its hash, hexadecimal.

    Raises:
        sqlite3.IntegrityError: A UI or a tree number comes twice.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        for descriptor in descriptors:
            _insert(connection, descriptor)
        mesh = Mesh(connection, path)
        insert_names(connection, everyday_names, mesh.ui)
        connection.execute("INSERT INTO about VALUES (?, ?, ?)", (source, source_sha256, mesh.digest()))
        return mesh.status()


def _insert(connection: sqlite3.Connection, descriptor: Descriptor) -> None:
    ui = descriptor.ui
    terms = [(term_key(term), ui, term, 0, _words(term)) for term in descriptor.entry_terms]
    name = descriptor.name
    connection.execute("INSERT INTO descriptors VALUES (?, ?)", (ui, name))
    connection.execute("INSERT INTO terms VALUES (?, ?, ?, 1, ?)", (term_key(name), ui, name, _words(name)))
    # NLM lists the name among the terms, and terms that differ in case only: one of each is enough.
    connection.executemany("INSERT OR IGNORE INTO terms VALUES (?, ?, ?, ?, ?)", terms)
    connection.executemany("INSERT INTO tree VALUES (?, ?)", [(number, ui) for number in descriptor.tree_numbers])
