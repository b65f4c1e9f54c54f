"""The connection under the HTTP client: it ends, however the other side behaves.

A time limit between two reads is no limit: a server that sends a byte now and then holds a transfer for ever. Here the
head of an answer, and each piece of its body, must arrive within a time.
"""

import io
import socket
import time
from http.client import HTTPResponse
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

HEAD_S: Final = 120.0  # NCBI may think for a while before it answers
BODY_S: Final = 30.0
BODY_BYTES: Final = 30_000  # every 30 seconds: slower than any line on which PubMed could be fetched


def new_session() -> requests.Session:
    """Return a session whose requests end, and that neither retries nor follows redirects by itself."""
    session = _Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(max_retries=0))
    return session


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Find none: `requests` would read a redirect's whole body, however long it is."""
        return None


class _WatchedStream(io.RawIOBase):
    """What comes from a socket, until it comes too slowly."""

    def __init__(self, connection: socket.socket, stream: io.RawIOBase) -> None:
        super().__init__()
        self._connection = connection
        self._stream = stream
        self._until = time.monotonic() + HEAD_S
        self._missing: float = float("inf")  # of the head: none of it may come later

    def watch_body(self) -> None:
        """Demand `BODY_BYTES` within the next `BODY_S`, from now on."""
        self._until = time.monotonic() + BODY_S
        self._missing = BODY_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - a buffer of any kind
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("too slow")
        self._connection.settimeout(left_s)
        count: int | None = self._stream.readinto(buffer)
        self._missing -= count or 0
        if self._missing <= 0:
            self.watch_body()
        return count

    def readall(self) -> bytes:
        """Refuse: nobody here reads without a limit, but a chunk of length -1 is read in this way."""
        raise OSError("a part of the answer has a negative length")

    def close(self) -> None:
        self._stream.close()
        super().close()


class _WatchedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(sock, *args, **options)
        self._watched = _WatchedStream(sock, self.fp.detach())
        self.fp = io.BufferedReader(self._watched)

    def begin(self) -> None:
        super().begin()
        self._watched.watch_body()


class _HttpConnection(HTTPConnection):
    response_class = _WatchedResponse


class _HttpsConnection(HTTPSConnection):
    response_class = _WatchedResponse


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPConnectionPool:  # noqa: ANN401
        pool = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = _HttpsConnection if pool.scheme == "https" else _HttpConnection
        return pool
