"""MeSH as it is published: NLM's descriptor XML, or a table of tab-separated values."""

import csv
import gzip
import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final, cast

from lxml import etree

from index.core.errors import LibraryError, SourceError
from index.core.files import remove_leftovers, replacing
from index.core.progress import Bar, Progress
from index.lexical.everyday_names import EverydayName
from index.lexical.mesh import Descriptor, MeshStatus, write_mesh

COLUMNS: Final = ("ui", "name", "entry_terms", "tree_numbers")
_UNREADABLE: Final = (
    OSError,
    EOFError,
    zlib.error,
    UnicodeError,
    etree.XMLSyntaxError,
    csv.Error,
    sqlite3.IntegrityError,
)


def load_mesh(  # noqa: PLR0913 - each by name
    source: Path,
    target: Path,
    *,
    progress: Progress,
    columns: Sequence[str] | None = None,
    everyday_names: Iterable[EverydayName] = (),
    called: str = "",
) -> MeshStatus:
    """Read a MeSH file into the library, replacing what was loaded before.

    Args:
        source: NLM's `descYYYY.xml`, or a `.tsv` with the columns ui, name, entry_terms, tree_numbers, the last two
            separated by "|"; either may be gzipped.
        target: `Library.mesh`.
        progress: Draws the count of descriptors.
        columns: The columns of a table whose first line does not name them.
        everyday_names: What people call the descriptors, and substances beside them.
        called: What the source is called, "" for the file's name.

    Raises:
        SourceError: The file cannot be read as one of these; what was loaded before stays.
        LibraryError: The disk is full or read-only; what was loaded before stays.
    """
    read = _reader(source, columns)
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target.parent)
    try:
        with (
            _open(source) as stream,
            replacing(target) as file,
            progress.bar("mesh", None, "descriptor") as bar,
        ):
            rows = _counted(read(stream), bar)
            status = write_mesh(
                Path(file.name),
                rows,
                source=called or source.name,
                source_sha256=_sha256(source),
                everyday_names=everyday_names,
            )
            if not status.descriptors:
                raise SourceError("it names no descriptor")
    except (SourceError, *_UNREADABLE) as error:
        raise SourceError(f"{source} cannot be read as MeSH: {error}. What was loaded before stays.") from error
    except sqlite3.OperationalError as error:
        raise LibraryError(
            f"The MeSH vocabulary {target} cannot be written ({error}). What was loaded before stays; "
            "free disk space or give write permission, and run the same command again."
        ) from error
    return status


def _reader(source: Path, columns: Sequence[str] | None) -> Callable[[IO[bytes]], Iterator[Descriptor]]:
    suffix = Path(source.name.removesuffix(".gz")).suffix.lower()
    if suffix == ".xml":
        return _read_xml
    if suffix == ".tsv":
        return partial(_read_table, columns=columns)
    raise SourceError(f"{source} is neither NLM's desc2026.xml nor a .tsv, gzipped or not.")


def _open(source: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(source)) if source.suffix == ".gz" else source.open("rb")


def _counted(descriptors: Iterator[Descriptor], bar: Bar) -> Iterator[Descriptor]:
    for descriptor in descriptors:
        yield descriptor
        bar.update(1)


def _sha256(source: Path) -> str:
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_xml(stream: IO[bytes]) -> Iterator[Descriptor]:
    for _, record in etree.iterparse(
        stream, tag="DescriptorRecord", resolve_entities=False, no_network=True, load_dtd=False
    ):
        ui, name = record.findtext("DescriptorUI"), record.findtext("DescriptorName/String")
        if not ui or not name:
            raise SourceError(f"a descriptor without UI or name (line {record.sourceline})")
        terms = [term.text or "" for term in record.iterfind("ConceptList/Concept/TermList/Term/String")]
        numbers = [number.text or "" for number in record.iterfind("TreeNumberList/TreeNumber")]
        yield _descriptor(ui, name, terms, numbers)
        record.clear()
        while record.getprevious() is not None:
            del record.getparent()[0]


def _read_table(stream: IO[bytes], *, columns: Sequence[str] | None) -> Iterator[Descriptor]:
    lines = (line.decode() for line in stream)
    rows = csv.DictReader(lines, columns, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
        raise SourceError(f"its first line names no column {missing[0]!r}; expected {', '.join(COLUMNS)}")
    for row in rows:
        if not row["ui"] or not row["name"] or row["tree_numbers"] is None:
            raise SourceError(f"line {rows.line_num} does not hold {', '.join(COLUMNS)}")
        yield _descriptor(row["ui"], row["name"], row["entry_terms"].split("|"), row["tree_numbers"].split("|"))


def _descriptor(ui: str, name: str, terms: Sequence[str], numbers: Sequence[str]) -> Descriptor:
    return Descriptor(ui, name, tuple(filter(None, terms)), tuple(filter(None, numbers)))
