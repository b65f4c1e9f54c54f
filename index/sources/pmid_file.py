"""PMIDs out of a file that somebody exported elsewhere: NBIB, RIS, CSV, or a plain list."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.core.errors import SourceError
from index.core.formatting import counted
from index.core.printable_path import printable_path
from index.sources.regular_file import read_regular
from index.sources.tagged_records import Kind, TaggedRecord, decoded, tagged_records

_PMID: Final = re.compile(r"0*([1-9]\d{0,9})")
# "PMID: 123", "https://pubmed.ncbi.nlm.nih.gov/123/", "www.ncbi.nlm.nih.gov/pubmed/123", "123 [pmid]".
_NAMED: Final = re.compile(
    r"(?:\bPMID\b[:\s=]*|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/)0*([1-9]\d{0,9})\b"
    r"|\b0*([1-9]\d{0,9})\s*\[(?:pmid|uid)\]",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"\bPMIDs?\b[:\s=]*", re.IGNORECASE)  # before several numbers, too
_COLUMNS: Final = {"pmid", "pubmedid", "pubmedpmid", "pmids", "pubmed"}
_MEDLINE: Final = re.compile(r"pubmed|medline", re.IGNORECASE)
# Fields of RIS that may name other articles than the record's own: abstracts, references, and what was retracted.
_NOT_ITS_OWN: Final = {"AB", "N2", "CR", "TI", "T1"}
_LONGEST_DIGITS: Final = 8  # of a PMID today; an accession number of another database may be as short, but names it


@dataclass(frozen=True, slots=True)
class PmidList:
    """The PMIDs of a file.

    Attributes:
        name: The file's name.
        kind: "NBIB", "RIS", "CSV" or "list".
        records: Records that the file holds; of a list, its entries.
        pmids: Their PMIDs, each once, in the file's order.
        without: Records in which no PMID was found.
    """

    name: str
    kind: str
    records: int
    pmids: tuple[int, ...]
    without: int

    def __str__(self) -> str:
        """Return "refs.ris: 12 PMIDs in 14 records (RIS), 2 without a PMID"."""
        counts = f"{counted(len(self.pmids), 'PMID')} in {counted(self.records, 'record')} ({self.kind})"
        text = f"{printable_path(self.name)}: {counts}"
        return f"{text}, {self.without:,} without a PMID" if self.without else text


def read_pmid_file(path: Path) -> PmidList:
    """Read the PMIDs of a file; what it is, is told by its content.

    Raises:
        SourceError: The file cannot be read, is no regular file, or holds no PMID.
    """
    content = read_regular(path, "a file with PMIDs: NBIB, RIS, CSV or a plain list")
    return pmid_list(path.name, content, shown_as=printable_path(path))


def pmid_list(name: str, content: bytes, *, shown_as: str) -> PmidList:
    """Read the PMIDs of a file's content; what it is, is told by the content.

    Args:
        name: The file's name.
        content: What it holds.
        shown_as: What an error calls it.

    Raises:
        SourceError: It holds no PMID.
    """
    kind, records = _records(decoded(content))
    pmids = [list(dict.fromkeys(record)) for record in records]
    unique = tuple(dict.fromkeys(pmid for record in pmids for pmid in record))
    if not unique:
        raise SourceError(
            f"{shown_as} holds no PMID: read as {kind}, {counted(len(pmids), 'record')}. "
            "Expected NBIB, RIS with the PMID as accession number (AN), CSV with a column PMID, "
            "or a plain list. Export it again with its PMIDs."
        )
    return PmidList(name, kind, len(pmids), unique, sum(not record for record in pmids))


def record_pmid(kind: Kind, record: TaggedRecord) -> int | None:
    """Return the PMID of a record, or None where it has none."""
    return next(iter(_of_ris(record.fields) if kind == "RIS" else _of_nbib(record)), None)


def _records(text: str) -> tuple[str, list[list[int]]]:
    if tagged := tagged_records(text):
        kind, records = tagged
        return kind, [[pmid] if (pmid := record_pmid(kind, record)) else [] for record in records]
    lines = text.splitlines()
    if rows := _table(lines):
        return "CSV", [_bare(row) for row in rows]
    return "list", list(_of_list(lines))


def _of_ris(record: Sequence[tuple[str, str]]) -> list[int]:
    databases = " ".join(value for tag, value in record if tag in ("DB", "DP"))
    numbers = [value for tag, value in record if tag == "AN"]
    ours = _MEDLINE.search(databases) if databases else all(len(number) <= _LONGEST_DIGITS for number in numbers)
    for number in numbers if ours else ():
        if found := _bare(number) or _named(number):
            return found[:1]
    own = [(tag, value) for tag, value in record if tag not in _NOT_ITS_OWN]
    addressed = [pmid for tag, value in own if tag in ("UR", "L2", "LK") for pmid in _named(value)]
    # A note that begins otherwise may name the retraction of the article, or a comment on it.
    noted = [pmid for _, value in own if (match := _NAMED.match(value)) for pmid in _named(match[0])]
    return (addressed or noted)[:1]


def _of_nbib(record: TaggedRecord) -> list[int]:
    return _bare(record.first("PMID"))


def _table(lines: list[str]) -> list[str]:
    """Return the cells under a heading such as PMID; nothing where the first line has no such heading."""
    header = next((line for line in lines if line.strip()), "")
    for delimiter in ",;\t|":
        cells = next(csv.reader([header], delimiter=delimiter), [])
        # "PMID: 900000001, 900000002" is no heading.
        names = ["" if re.search(r"\d", cell) else re.sub(r"[^a-z]", "", cell.lower()) for cell in cells]
        column = next((number for number, name in enumerate(names) if name in _COLUMNS), None)
        if column is not None and (len(names) > 1 or delimiter == ","):
            rows = list(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter))
            return [row[column] if column < len(row) else "" for row in rows[1:] if any(cell.strip() for cell in row)]
    return []


def _of_list(lines: Iterable[str]) -> Iterator[list[int]]:
    for line in lines:
        text = line.partition("#")[0].strip()
        words = re.split(r"[\s,;]+", _LABEL.sub("", text).strip(",; "))
        if all(_PMID.fullmatch(word) for word in words):
            yield from ([int(word)] for word in words)
        elif named := _named(text):
            yield named
        elif text:
            yield []


def _bare(text: str) -> list[int]:
    """Return the number that a cell or a value is, "900000001", "900000001.0" or "PMID: 900000001"."""
    match = re.fullmatch(r"'?0*([1-9]\d{0,9})(?:\.0)?(?:\s.*)?", text.strip())
    return [int(match[1])] if match else _named(text)


def _named(text: str) -> list[int]:
    return [int(first or second) for first, second in _NAMED.findall(text)]
