"""The door by which `pubmed-search` asks a `pubmed-serve` of the same user, library and program.

A socket file in a folder that only its owner can enter: no other user and no other machine reaches it. A message is one
byte of kind, four of length, and so many of content.
"""

import hashlib
import json
import os
import socket
import stat
import struct
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from enum import Enum
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from index.core.errors import Proposal, PubmedError, QuerySyntaxError, ResourceError
from index.core.json_text import parse_json
from index.library.builds import read_pointer
from index.library.layout import Library
from search.cli.asked import Asked

CONNECT_S, ANSWER_S = 1.0, 30.0
"""How long a service may take to take the call, and between two pieces of its answer."""
MOST_BYTES = 1 << 30
_HEAD = struct.Struct(">cI")


class Kind(Enum):
    """What a message is."""

    QUESTION = b"?"
    TEXT = b"t"
    BYTES = b"b"
    REFUSED = b"r"
    FAILED = b"f"
    DECLINED = b"d"
    DONE = b"."


def door_of(library: Library) -> Path:
    """Return the path of a library's socket; its folder may be absent."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(library.path))).hexdigest()[:16]
    return _runtime_folder() / f"{name}.socket"


def is_private(folder: Path) -> bool:
    """Whether a folder is this user's, and nobody else can enter it."""
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o077


def program_stamp() -> str:
    """Return what differs where another program, or another state of its source, would answer otherwise."""
    root = Path(__file__).resolve().parent.parent.parent
    parts = [f"{root} {sys.prefix} {sys.version}"]
    for package in ("index", "search"):
        for path in sorted((root / package).rglob("*.py")):
            status = path.stat()
            parts.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()


def message(kind: Kind, content: bytes = b"") -> bytes:
    """Return a message."""
    return _HEAD.pack(kind.value, len(content)) + content


def read_message(stream: BufferedIOBase) -> tuple[Kind, bytes]:
    """Read a message.

    Raises:
        OSError: The other side has gone, or says something else.
    """
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise ConnectionResetError
    kind, size = _HEAD.unpack(head)
    if size > MOST_BYTES:
        raise ConnectionError(f"a message of {size:,} bytes")
    content = stream.read(size)
    if len(content) < size:
        raise ConnectionResetError
    try:
        return Kind(kind), content
    except ValueError as error:
        raise ConnectionError(str(error)) from error


def ask_service(library_path: str | None, asked: Asked) -> Iterator[str | bytes] | None:
    """Ask the service of a library.

    Returns:
        The answer as `Asked.answer` gives it, raising what it raises; None where no service gives one: none runs, it
        is of another program or build, or it has enough to do.
    """
    with ExitStack() as opened:
        try:
            library = Library.locate(library_path)
            build = read_pointer(library)[0].name
            question = {"program": program_stamp(), "build": build, "asked": asked.to_json()}
            connection = opened.enter_context(_connected(door_of(library)))
            connection.sendall(message(Kind.QUESTION, json.dumps(question).encode()))
            stream = opened.enter_context(connection.makefile("rb"))
            first = read_message(stream)
        except (OSError, PubmedError):
            return None
        return None if first[0] is Kind.DECLINED else _answer(first, stream, opened.pop_all())


def refusal_json(error: QuerySyntaxError) -> dict[str, Any]:
    """Return a refused query with what can be searched instead."""
    proposals = [{"label": each.label, "text": each.text, "remarks": list(each.remarks)} for each in error.proposals]
    return {"refused": str(error), "position": error.position, "proposals": proposals}


def _connected(path: Path) -> socket.socket:
    if not is_private(path.parent):
        raise ConnectionRefusedError
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(CONNECT_S)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    connection.settimeout(ANSWER_S)
    return connection


def _answer(first: tuple[Kind, bytes], stream: BufferedIOBase, opened: ExitStack) -> Iterator[str | bytes]:
    with opened:
        kind, content = first
        while kind is not Kind.DONE:
            yield _piece(kind, content)
            try:
                kind, content = read_message(stream)
            except OSError as error:
                raise ResourceError(
                    "pubmed-serve stopped while it answered: what is printed is not complete. Run the same command "
                    "again, or without it: --no-server"
                ) from error


def _piece(kind: Kind, content: bytes) -> str | bytes:
    if kind is Kind.BYTES:
        return content
    if kind is Kind.TEXT:
        return content.decode(errors="surrogatepass")
    if kind is Kind.REFUSED:
        values: Any = parse_json(content)
        proposals = [Proposal(**(each | {"remarks": tuple(each["remarks"])})) for each in values["proposals"]]
        raise QuerySyntaxError(values["refused"], values["position"], tuple(proposals))
    raise PubmedError(content.decode(errors="surrogatepass"))


def _runtime_folder() -> Path:
    own = os.environ.get("XDG_RUNTIME_DIR")
    return Path(own) / "pubmed-semantic-search" if own else Path(tempfile.gettempdir()) / f"pubmed-{os.getuid()}"
