"""Decisions about articles, one line of a file each: only ever appended to, so that no writer undoes another's.

The last line about an article counts; the lines before it are what was decided earlier. Any number of tabs, threads
and processes may append at once: each line is written under the file's lock, flushed, and whole or not there.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import msgspec

from index.core.json_text import parse_json

Stage: TypeAlias = Literal["abstract", "full text"]
Choice: TypeAlias = Literal["include", "exclude", "maybe", "undecided"]
STAGES: tuple[Stage, ...] = get_args(Stage)
CHOICES: tuple[Choice, ...] = get_args(Choice)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one article.

    Attributes:
        pmid: The article.
        stage: By title and abstract, or by the full text.
        choice: "include", "exclude", "maybe"; "undecided" takes an earlier one back.
        reason: Why it is excluded; "" where none was given.
        at: When, ISO 8601 with the offset from UTC.
    """

    pmid: int
    stage: Stage
    choice: Choice
    reason: str
    at: str


def append(path: Path, decision: Decision) -> None:
    """Add a decision to a file, which may not exist yet.

    Raises:
        OSError: It cannot be written; then the file is as it was.
    """
    line = json.dumps(msgspec.to_builtins(decision)).encode() + b"\n"
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        # What a killed writer left half written stays a line of its own, and is reported by who reads it.
        torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        _write(descriptor, b"\n" + line if torn else line, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes, size: int) -> None:
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def read_decisions(path: Path) -> tuple[list[Decision], int]:
    """Return the decisions of a file in order, none where there is no file, and how many lines cannot be read.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # else a line that is being written is seen in part
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return [], 0
    read = [_decision(line) for line in lines if line.strip()]
    decisions = [decision for decision in read if decision]
    return decisions, len(read) - len(decisions)


def last_of_each(decisions: Iterable[Decision], stage: Stage) -> dict[int, Decision]:
    """Return what counts of each article at a stage, by PMID."""
    last = {decision.pmid: decision for decision in decisions if decision.stage == stage}
    return {pmid: decision for pmid, decision in last.items() if decision.choice != "undecided"}


def _decision(line: bytes) -> Decision | None:
    try:
        return msgspec.convert(parse_json(line), Decision)
    except (ValueError, msgspec.ValidationError):
        return None
