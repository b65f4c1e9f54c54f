"""An HTTP client for NLM's servers, limited to what they are expected to send.

It contacts one origin only, resumes broken transfers, waits as long as the server asks, and never accepts more
bytes than the given limit. What it writes is checked by the caller, who knows the md5.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError
from urllib3.util import Retry

from index.core.errors import DownloadError, UntrustedError

T = TypeVar("T")

KNOWN_HOSTS: Final = frozenset({"ftp.ncbi.nlm.nih.gov", "eutils.ncbi.nlm.nih.gov"})
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
TEMPORARY_ERRORS: Final = frozenset({429, 500, 502, 503, 504})
RANGE_NOT_SATISFIABLE: Final = 416
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
        self._session = requests.Session()
        self._session.trust_env = not local  # an institution's proxy is for NLM, not for this machine
        self._session.headers["User-Agent"] = "pubmed-semantic-search"
        self._session.mount(f"{parts.scheme}://", HTTPAdapter(max_retries=server.patience))

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
                    raise DownloadError(f"{path}: the transfer was interrupted too often ({error})") from error
                retry.sleep()

    def _read(self, path: str, *, limit: int, form: Mapping[str, str] | None) -> bytes:
        body = bytearray()
        with self._open(path, form=form) as response:
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=True):
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
                for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
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
            self._check_origin(path, url)
            response = self._request(path, url, headers, form)
            if not response.is_redirect:
                return _accepted(path, response)
            response.close()
            url = urljoin(url, response.headers["location"])
        raise UntrustedError(f"{path}: redirected more than {MAX_REDIRECTS} times")

    def _request(
        self, path: str, url: str, headers: Mapping[str, str] | None, form: Mapping[str, str] | None
    ) -> requests.Response:
        method = "GET" if form is None else "POST"
        try:
            return self._session.request(
                method, url, data=form, headers=headers, stream=True, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise DownloadError(f"{path}: {self._origin[1]} could not be reached ({type(error).__name__})") from error

    def _check_origin(self, path: str, url: str) -> None:
        if _origin(urlsplit(url)) != self._origin:
            raise UntrustedError(f"{path}: {self.server.base_url} redirected to {url}, which is not the same server")


def _continues(response: requests.Response, offset: int) -> bool:
    if response.status_code != requests.codes.partial:
        return True
    return response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")


def _accepted(path: str, response: requests.Response) -> requests.Response:
    if not response.ok and response.status_code != RANGE_NOT_SATISFIABLE:
        response.close()
        raise DownloadError(f"{path}: the server answered HTTP {response.status_code}")
    return response


def _check_size(path: str, size: int, limit: int) -> None:
    if size > limit:
        raise UntrustedError(f"{path}: longer than the {limit:,} bytes allowed for such a file")
