"""References of a file from another database: what tells whether an article of the library is the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import SourceError
from index.core.printable_path import printable_path
from index.core.readable_text import readable
from index.core.text_normalization import compact, folded_value
from index.records.identifiers import doi_key
from index.sources.pmid_file import record_pmid
from index.sources.regular_file import read_regular
from index.sources.tagged_records import Kind, TaggedRecord, decoded, tagged_records

_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")


@dataclass(frozen=True, slots=True)
class Reference:
    """One record of a file.

    Attributes:
        number: Its place in the file, from 1.
        title: As written; "" where it has none.
        pmid: Its PMID, or None.
        doi: Its DOI as DOIs are compared, or "".
        year: Its year, or None.
        surname: Of the first author, folded, or "".
        text: The record as it stands in the file.
    """

    number: int
    title: str
    pmid: int | None
    doi: str
    year: int | None
    surname: str
    text: str

    @property
    def title_key(self) -> str:
        """The letters and digits of the title, as titles are compared."""
        return title_key(self.title)


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """A file of references.

    Attributes:
        name: Its name.
        kind: "RIS" or "NBIB".
        references: Its records, in order.
    """

    name: str
    kind: Kind
    references: tuple[Reference, ...]


def title_key(title: str) -> str:
    """Return the letters and digits of a title, folded."""
    return compact(readable(title))


def read_reference_file(path: Path) -> ReferenceFile:
    """Read a file of references.

    Raises:
        SourceError: The file cannot be read, is no regular file, or is neither RIS nor NBIB.
    """
    content = read_regular(path, "a file of RIS or NBIB records")
    return references_of(path.name, content, shown_as=printable_path(path))


def references_of(name: str, content: bytes, *, shown_as: str) -> ReferenceFile:
    """Read the content of a file of references.

    Args:
        name: The file's name.
        content: What it holds.
        shown_as: What an error calls it.

    Raises:
        SourceError: It is neither RIS nor NBIB.
    """
    read = tagged_records(decoded(content))
    if read is None:
        raise SourceError(
            f"{shown_as} holds neither RIS nor NBIB records: expected lines such as 'TY  - JOUR' or "
            "'PMID- 33990091'. Export it in one of these formats."
        )
    kind, records = read
    references = (_reference(number, kind, record) for number, record in enumerate(records, 1))
    return ReferenceFile(name, kind, tuple(references))


def _reference(number: int, kind: Kind, record: TaggedRecord) -> Reference:
    is_ris = kind == "RIS"
    year = _YEAR.search(record.first("PY", "Y1", "DA") if is_ris else record.first("DP", "DEP"))
    authors = record.values("AU", "A1") if is_ris else record.values("FAU") or _without_initials(record)
    return Reference(
        number=number,
        title=record.first("TI", "T1") if is_ris else record.first("TI", "BTI", "TT"),
        pmid=record_pmid(kind, record),
        doi=next(_dois(record, is_ris=is_ris), ""),
        year=int(year[0]) if year else None,
        surname=folded_value(authors[0].partition(",")[0]) if authors else "",
        text="\n".join(record.lines) + "\n",
    )


def _without_initials(record: TaggedRecord) -> list[str]:
    return [author.rpartition(" ")[0] or author for author in record.values("AU")]


def _dois(record: TaggedRecord, *, is_ris: bool) -> Iterator[str]:
    if is_ris:
        values = [*record.values("DO"), *(value for tag in ("M3", "UR", "L3", "LK") for value in record.values(tag))]
    else:
        values = [value for tag in ("LID", "AID") for value in record.values(tag) if value.endswith("[doi]")]
    yield from (doi_key(match[0]) for value in values if (match := _DOI.search(value)))
