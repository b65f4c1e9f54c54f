"""Records of RIS and NBIB files: lines that begin with a tag, one record after the other."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["RIS", "NBIB"]

_TAGGED: Final = re.compile(r"([A-Z][A-Z0-9]{1,3}) *-(?: (.*))?")
_END: Final = "ER"


@dataclass(frozen=True, slots=True)
class TaggedRecord:
    """One record.

    Attributes:
        lines: As they stand in the file, blank ones around the record left out.
        fields: Tags with their values in the file's order; a value on several lines is joined by spaces.
    """

    lines: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    def values(self, *tags: str) -> list[str]:
        """Return the values of the first of these tags that has any."""
        found = ([value for name, value in self.fields if name == tag and value] for tag in tags)
        return next((values for values in found if values), [])

    def first(self, *tags: str) -> str:
        """Return the first value of these tags, or ""."""
        return next(iter(self.values(*tags)), "")


def decoded(content: bytes) -> str:
    """Return the text of a file that another program wrote: UTF-8, or UTF-16 with a mark."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def tagged_records(text: str) -> tuple[Kind, list[TaggedRecord]] | None:
    """Return the kind of a text, told by its tags, and its records; None where it is neither RIS nor NBIB."""
    lines = text.splitlines()
    tags = {match[1] for line in lines if (match := _TAGGED.match(line))}
    if "TY" in tags:
        return "RIS", [_record(block) for block in _ris_blocks(lines)]
    if tags & {"PMID", "OWN"}:
        return "NBIB", [_record(block) for block in _nbib_blocks(lines)]
    return None


def _ris_blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines of each record, from one TY to the next; what stands between a record's end and that is none."""
    block: list[str] = []
    ended = True
    for line in lines:
        match = _TAGGED.match(line)
        if match and match[1] == "TY":
            if block:
                yield block
            block, ended = [], False
        if not ended:
            block.append(line)
        ended = ended or bool(match and match[1] == _END)
    if block:
        yield block


def _nbib_blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines of each record: it begins with a PMID, or after a blank line."""
    block: list[str] = []
    for line in lines:
        if (not line.strip() or line.startswith("PMID")) and block:
            yield block
            block = []
        if line.strip() and (block or _TAGGED.match(line)):
            block.append(line)
    if block:
        yield block


def _record(lines: Sequence[str]) -> TaggedRecord:
    fields: list[tuple[str, str]] = []
    for line in lines:
        if match := _TAGGED.match(line):
            fields.append((match[1], (match[2] or "").strip()))
        elif fields and line.strip():
            tag, value = fields[-1]
            fields[-1] = (tag, f"{value} {line.strip()}".strip())
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return TaggedRecord(tuple(lines), tuple(fields))
