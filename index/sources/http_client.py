"""An HTTP client for NLM's servers, limited to what they are expected to send.

It contacts one origin only, resumes broken transfers, waits as long as the server asks but never for ever, and never
accepts more bytes than the given limit. What it writes is checked by the caller, who knows the md5.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.util import Retry

from index.core.errors import DownloadError, UntrustedError
from index.sources import http_transport

T = TypeVar("T")

KNOWN_HOSTS: Final = frozenset({"ftp.ncbi.nlm.nih.gov", "eutils.ncbi.nlm.nih.gov"})
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
TEMPORARY_ERRORS: Final = frozenset({429, 500, 502, 503, 504})
RANGE_NOT_SATISFIABLE: Final = 416
WHOLE_ANSWERS: Final = frozenset({200})
RANGE_ANSWERS: Final = frozenset({200, 206, RANGE_NOT_SATISFIABLE})
MAX_REDIRECTS: Final = 3
CHUNK_BYTES: Final = 1 << 17
TIMEOUT_S: Final = (20.0, 120.0)  # to connect, between two reads
# Without a maximum a server could stop a run for a day with one header.
PATIENCE: Final = Retry(
    total=6,
    status_forcelist=TEMPORARY_ERRORS,
    allowed_methods={"GET", "POST"},
    backoff_factor=1.0,
    backoff_max=60.0,
    backoff_jitter=1.0,
    retry_after_max=600,
    raise_on_status=False,
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server from which files are downloaded.

    Attributes:
        base_url: HTTPS and one of `KNOWN_HOSTS`, ending in "/"; plain HTTP on the loopback only.
        patience: How often a temporary error is retried, and how long to wait in between.
    """

    base_url: str
    patience: Retry = PATIENCE


class _TemporaryError(HTTPError):
    """What a retry may help against; the message tells what it was, should no retry help."""

    def __init__(self, message: str, response: requests.Response | None = None) -> None:
        super().__init__(message)
        self.response = response


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port


class Client:
    """A connection to one server; not shared between threads."""

    def __init__(self, server: Server) -> None:
        """Prepare to contact `server`.

        Raises:
            ValueError: The server is not one of NLM's over HTTPS.
        """
        parts = urlsplit(server.base_url)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not local and not (parts.scheme == "https" and parts.hostname in KNOWN_HOSTS and parts.port is None):
            raise ValueError(f"{server.base_url} is not one of NLM's servers over HTTPS: {', '.join(KNOWN_HOSTS)}")
        self.server = server
        self._origin = _origin(parts)
        self._session = http_transport.new_session()
        self._session.trust_env = not local  # an institution's proxy is for NLM, not for this machine
        self._session.headers["User-Agent"] = "pubmed-semantic-search"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def read(self, path: str, *, limit: int, form: Mapping[str, str] | None = None) -> bytes:
        """Return a body of at most `limit` bytes; `form` is sent by POST, which keeps it out of logs.

        Raises:
            DownloadError: The server could not be reached, or kept failing.
            UntrustedError: Another server answered, or the answer has more than `limit` bytes.
        """
        return self.retrying(path, lambda: self._read(path, limit=limit, form=form))

    def fetch(self, path: str, part: Path, *, limit: int, received: Callable[[int], None]) -> None:
        """Download a file into `part`, continuing after the bytes that it already holds.

        Args:
            path: Relative to the server's base URL.
            part: The file to write; flushed to disk at the end.
            limit: The most bytes that the file may have.
            received: Called with the size of each piece, in bytes. It may raise, to stop the transfer.

        Raises:
            DownloadError: The server could not be reached, or kept failing; `part` keeps the bytes received.
            UntrustedError: Another server answered, or the answer has more than `limit` bytes.
        """
        self.retrying(path, lambda: self._append(path, part, limit=limit, received=received))

    def retrying(self, path: str, attempt: Callable[[], T]) -> T:
        """Call `attempt` until it raises no urllib3 error, waiting longer each time.

        Raises:
            DownloadError: All retries of `Server.patience` are used up.
        """
        retry = self.server.patience
        while True:
            try:
                return attempt()
            except HTTPError as error:
                try:
                    retry = retry.increment("GET", path, error=ProtocolError(str(error)))
                except MaxRetryError:
                    raise DownloadError(f"{path}: {_last_words(error)}") from error
                _wait(retry, error)

    def _read(self, path: str, *, limit: int, form: Mapping[str, str] | None) -> bytes:
        body = bytearray()
        with self._open(path, form=form) as response:
            for chunk in _pieces(response, decode=True):
                body += chunk
                _check_size(path, len(body), limit)
        return bytes(body)

    def _append(self, path: str, part: Path, *, limit: int, received: Callable[[int], None]) -> None:
        offset = part.stat().st_size if part.exists() else 0
        # NLM's files are gzip themselves: a transport encoding on top would shift every offset.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
        with self._open(path, headers=headers) as response:
            if response.status_code == RANGE_NOT_SATISFIABLE or not _continues(response, offset):
                part.unlink(missing_ok=True)
                raise ProtocolError("the rest was refused; restarting")
            with part.open("ab" if response.status_code == requests.codes.partial else "wb") as out:
                for chunk in _pieces(response, decode=False):
                    _check_size(path, out.tell() + len(chunk), limit)
                    out.write(chunk)
                    received(len(chunk))
                out.flush()
                os.fsync(out.fileno())

    def _open(
        self, path: str, *, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> requests.Response:
        url = urljoin(self.server.base_url, path)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._request(url, headers, form)
            if not response.is_redirect:
                return _accepted(path, response, RANGE_ANSWERS if headers else WHOLE_ANSWERS)
            response.close()
            url = self._redirected(path, url, response.headers["location"])
        raise UntrustedError(f"{path}: redirected more than {MAX_REDIRECTS} times")

    def _request(
        self, url: str, headers: Mapping[str, str] | None, form: Mapping[str, str] | None
    ) -> requests.Response:
        method = "GET" if form is None else "POST"
        try:
            return self._session.request(
                method, url, data=form, headers=headers, stream=True, timeout=TIMEOUT_S, allow_redirects=False
            )
        # Not only their own errors: a hostile head makes both libraries stumble.
        except (requests.RequestException, HTTPError, HTTPException, ValueError, OSError) as error:
            raise _TemporaryError(f"{self._origin[1]} could not be reached ({type(error).__name__})") from error

    def _redirected(self, path: str, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
            same = _origin(urlsplit(target)) == self._origin
        except ValueError:
            same = False
        if not same:
            raise UntrustedError(
                f"{path}: {self.server.base_url} redirected to {location[:80]!r}, which is not the same server"
            )
        return target


def _wait(retry: Retry, error: HTTPError) -> None:
    """Wait as long as the server asked, or as long as is usual where it asked for what cannot be understood."""
    response = error.response if isinstance(error, _TemporaryError) else None
    try:
        retry.sleep(response.raw if response is not None else None)
    except (HTTPError, ValueError, OverflowError):
        retry.sleep()


def _last_words(error: HTTPError) -> str:
    return str(error) if isinstance(error, _TemporaryError) else f"the transfer was interrupted too often ({error})"


def _pieces(response: requests.Response, *, decode: bool) -> Iterator[bytes]:
    """Yield the body.

    Raises:
        HTTPError: It broke off, came too slowly, or is no valid answer.
    """
    try:
        yield from response.raw.stream(CHUNK_BYTES, decode_content=decode)
    except ReadTimeoutError as error:
        raise ProtocolError(
            f"fewer than {http_transport.BODY_BYTES:,} bytes came in {http_transport.BODY_S:g} s"
        ) from error
    except (ValueError, OSError, HTTPException) as error:
        raise ProtocolError(str(error)) from error


def _continues(response: requests.Response, offset: int) -> bool:
    if response.status_code != requests.codes.partial:
        return True
    return response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")


def _accepted(path: str, response: requests.Response, answers: frozenset[int]) -> requests.Response:
    status = response.status_code
    if status in answers:
        return response
    response.close()  # unread: it may have no end
    if status in TEMPORARY_ERRORS:
        raise _TemporaryError(f"the server answered HTTP {status}", response)
    raise DownloadError(f"{path}: the server answered HTTP {status}")


def _check_size(path: str, size: int, limit: int) -> None:
    if size > limit:
        raise UntrustedError(f"{path}: longer than the {limit:,} bytes allowed for such a file")
