"""The door of `pubmed-search`: the library that is open here answers the command line of the same user too."""

import json
import logging
import os
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from index.command_line.boundary import explain, panics_as_errors
from index.core.errors import QuerySyntaxError
from index.core.json_text import parse_json
from index.library.layout import Library
from search.cli.asked import Asked
from search.cli.door import (
    ANSWER_S,
    CONNECT_S,
    Kind,
    door_of,
    is_private,
    message,
    program_stamp,
    read_message,
    refusal_json,
)
from search.service.served_library import ServedLibrary

AT_ONCE = 4
"""Commands answered at once; the next one loads the library itself."""
COMMAND = "pubmed-search"

_log = logging.getLogger(__name__)


@contextmanager
def command_door(library: ServedLibrary, place: Library) -> Iterator[None]:
    """Answer the command line until the block ends, then let the answers under way end.

    Where another service answers for this library, or the door cannot be made, a line in the log says so.
    """
    try:
        door = _Door(library, door_of(place))
    except OSError as error:
        _log.warning("pubmed-search will load the library itself: %s", error)
        yield
        return
    thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.1}, name="door", daemon=True)
    thread.start()
    try:
        yield
    finally:
        door.end()


class _Door(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, library: ServedLibrary, path: Path) -> None:
        self.library = library
        self.program = program_stamp()
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        self._path = path
        with suppress(FileExistsError):
            path.parent.mkdir(mode=0o700)
        if not is_private(path.parent):
            raise PermissionError(f"{path.parent} is not a folder that only you can enter")
        if _is_answered(path):
            raise FileExistsError("another pubmed-serve answers it for this library")
        # Moved to its name when it listens: nobody meets one that does not answer yet, and one left over is replaced.
        aside = path.with_suffix(f".{os.getpid()}")
        super().__init__(str(aside), _Conversation)
        aside.chmod(0o600)
        self._inode = aside.stat().st_ino
        aside.replace(path)

    def end(self) -> None:
        """Take no more calls, and wait for the answers under way."""
        with suppress(OSError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()
        self.shutdown()
        deadline = time.monotonic() + ANSWER_S
        for _ in range(AT_ONCE):
            self.slots.acquire(timeout=max(0.0, deadline - time.monotonic()))
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - as its base has it
        """Pass over a caller who left."""
        _log.debug("a call ended early", exc_info=True)


class _Conversation(socketserver.StreamRequestHandler):
    timeout = ANSWER_S
    server: _Door

    def handle(self) -> None:
        """Answer one question, or decline it."""
        kind, content = read_message(self.rfile)
        if kind is not Kind.QUESTION or not self.server.slots.acquire(blocking=False):
            self.wfile.write(message(Kind.DECLINED))
            return
        try:
            _answer(self.server, parse_json(content), self.wfile)
        finally:
            self.server.slots.release()


def _answer(door: _Door, question: Any, out: BufferedIOBase) -> None:  # noqa: ANN401 - as it came
    started = time.perf_counter()
    if question["program"] != door.program or question["build"] != door.library.manifest().build:
        out.write(message(Kind.DECLINED))
        return
    try:
        with panics_as_errors():
            for piece in Asked.from_json(question["asked"]).answer(door.library):
                if isinstance(piece, bytes):
                    out.write(message(Kind.BYTES, piece))
                else:
                    out.write(message(Kind.TEXT, piece.encode(errors="surrogatepass")))
    except (BrokenPipeError, ConnectionError, TimeoutError):
        return  # whoever asked has gone
    except QuerySyntaxError as error:
        out.write(message(Kind.REFUSED, json.dumps(refusal_json(error)).encode()))
    except Exception as error:  # noqa: BLE001 - the boundary: said there as the command itself would say it
        out.write(message(Kind.FAILED, explain(COMMAND, error).encode(errors="surrogatepass")))
    else:
        out.write(message(Kind.DONE))
    _log.info("%s %.0f ms", COMMAND, (time.perf_counter() - started) * 1000)


def _is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(CONNECT_S)
        try:
            caller.connect(str(path))
        except OSError:
            return False
        return True
