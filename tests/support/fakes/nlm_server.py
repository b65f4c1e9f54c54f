"""A small HTTP server on this machine that acts as NLM, faults included."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from urllib3.util import Retry

from index.sources.http_client import TEMPORARY_ERRORS, Server

# The same rules as for NLM itself, with waits that a test can afford.
IMPATIENT = Retry(
    total=3,
    status_forcelist=TEMPORARY_ERRORS,
    allowed_methods={"GET", "POST"},
    backoff_factor=0.001,
    raise_on_status=False,
)


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What the server answers: `cut` closes the connection after that many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    cut: int | None = None


class FakeNlm:
    """Serves `files`; `faults[path]` is a list of answers given first, one for each request."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, list[Answer]] = {}
        self.answer: Callable[[Request], Answer] | None = None
        self.requests: list[Request] = []
        self.port = 0

    @property
    def server(self) -> Server:
        return Server(f"http://127.0.0.1:{self.port}/", IMPATIENT)

    def publish(self, folder: str, name: str, content: bytes, *, md5: str | None = None) -> None:
        """Put a file and its `.md5` in a folder."""
        digest = md5 or hashlib.md5(content).hexdigest()  # noqa: S324 - NLM's own choice
        self.files[f"/{folder}/{name}"] = content
        self.files[f"/{folder}/{name}.md5"] = f"MD5({name})= {digest}\n".encode()

    def relist(self, folder: str, *, modified: str = "2026-01-15 10:16") -> None:
        """Write the folder's listing, the way NLM's server writes it."""
        rows = [
            f'<a href="{path.rpartition("/")[2]}">{path.rpartition("/")[2]}</a>   {modified}  {_rounded(len(content))}'
            for path, content in sorted(self.files.items())
            if path.startswith(f"/{folder}/") and not path.endswith("/")
        ]
        head = '<pre>Name  Last modified  Size  <hr><a href="/pubmed/">Parent Directory</a>   -'
        self.files[f"/{folder}/"] = "\n".join([head, *rows, "<hr></pre>"]).encode()

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        if faults := self.faults.get(request.path):
            return faults.pop(0)
        if self.answer:
            return self.answer(request)
        content = self.files.get(request.path)
        return Answer(status=404) if content is None else Answer(content)


def _rounded(size: int) -> str:
    return str(size) if size < 1024 else f"{size / 1024:.1f}K"


class _Handler(BaseHTTPRequestHandler):
    nlm: FakeNlm

    def do_GET(self) -> None:
        self._respond({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._respond({name: values[0] for name, values in parse_qs(body).items()})

    def _respond(self, form: dict[str, str]) -> None:
        answer = self.nlm.respond(Request(self.path, dict(self.headers), form))
        status, headers, body = answer.status, dict(answer.headers), answer.body
        range_header = self.headers.get("Range")
        if range_header and answer.ranges and status == 200:
            start = int(range_header.removeprefix("bytes=").removesuffix("-"))
            status = 206 if start < len(body) else 416
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            body = body[start:]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if answer.cut is None else body[: answer.cut])

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def playing_nlm() -> Iterator[FakeNlm]:
    """Run the server for the length of a test."""
    nlm = FakeNlm()
    handler = type("Handler", (_Handler,), {"nlm": nlm})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        nlm.port = http.server_port
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield nlm
        finally:
            http.shutdown()
            thread.join()
