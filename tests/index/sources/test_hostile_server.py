"""NLM's server, or who acts as it, sends what it never should: a stated error in bounded time, never a traceback."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.core.errors import DownloadError, PubmedError, UntrustedError
from index.core.progress import Progress
from index.sources import eutils, http_transport, mirror
from index.sources.directory_listing import read_listing
from index.sources.eutils import Pace
from index.sources.http_client import Client, Server
from index.sources.mirror import MirrorRequest
from index.sources.query_download import QueryDownloadRequest, fetch_topic
from tests.support.fakes.nlm_server import IMPATIENT, Answer, FakeNlm, playing_nlm
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml

NAME = "pubmed26n0001.xml.gz"
OK = b"HTTP/1.1 200 OK\r\n"
pytestmark = [pytest.mark.fault("S10"), pytest.mark.timeout(60)]


@pytest.fixture
def nlm(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNlm]:
    monkeypatch.setattr(Pace, "wait", lambda pace: None)
    with playing_nlm() as server:
        server.files["/file"] = b"content"
        yield server


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of time, as short as a test can afford."""
    monkeypatch.setattr(http_transport, "HEAD_S", 0.6)
    monkeypatch.setattr(http_transport, "BODY_S", 0.4)


Script = Callable[[socket.socket], object]


@contextmanager
def saying(script: Script) -> Iterator[Server]:
    """Run a server that sends, after each request, what `script` sends on its connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(1 << 16)
                    script(connection)
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}/", IMPATIENT)
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def slowly(head: bytes, piece: bytes = b"x") -> Script:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(400):
            connection.sendall(piece)
            time.sleep(0.05)

    return send


def at_once(answer: bytes) -> Script:
    return lambda connection: connection.sendall(answer)


def without_end(head: bytes, piece: bytes) -> Script:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return send


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "a body": slowly(OK + b"Content-Length: 100000\r\n\r\n"),
    "a body without a length": slowly(OK + b"\r\n"),
    "a body in chunks": slowly(OK + CHUNKED, b"1\r\nx\r\n"),
    "the length of a chunk": slowly(OK + CHUNKED, b"0"),
    "a status line": slowly(b"HTTP/1.1 2"),
    "a header": slowly(OK + b"X: "),
    "many headers": slowly(OK, b"X: y\r\n"),
    "nothing": slowly(b"", b""),
    "nothing after the head": slowly(OK + b"Content-Length: 9\r\n\r\n", b""),
    "Continue for ever": without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("what", SLOW)
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(what: str, tmp_path: Path) -> None:
    with saying(SLOW[what]) as server, Client(server) as client:
        started = time.monotonic()
        with pytest.raises(DownloadError, match=r"could not be reached|interrupted too often|than the 4,096 bytes"):
            client.read("file", limit=4096)
        with pytest.raises(DownloadError, match=r"could not be reached|interrupted too often"):
            client.fetch("file", tmp_path / "part", limit=4096, received=lambda size: None)
        assert time.monotonic() - started < 20


def test_the_limits_of_time_let_a_slow_line_pass_and_a_trickle_not() -> None:
    assert 200 < http_transport.BODY_BYTES / http_transport.BODY_S < 10_000  # bytes a second
    assert http_transport.HEAD_S <= 120
    assert http_transport.BODY_S <= 60


@pytest.mark.usefixtures("hasty")
def test_a_line_that_is_slow_but_fast_enough_brings_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_transport, "BODY_BYTES", 3)

    def send(connection: socket.socket) -> None:
        connection.sendall(OK + b"Content-Length: 30\r\n\r\n")
        for _ in range(30):
            connection.sendall(b"x")
            time.sleep(0.03)

    with saying(send) as server, Client(server) as client:
        assert client.read("file", limit=4096) == b"x" * 30


ENDLESS = {
    "an endless body": without_end(OK + b"\r\n", b"x" * 65536),
    "an endless redirect": without_end(b"HTTP/1.1 302 Found\r\nLocation: /file\r\n\r\n", b"x" * 65536),
    "an endless error": without_end(b"HTTP/1.1 503 No\r\n\r\n", b"x" * 65536),
    "an endless 404": without_end(b"HTTP/1.1 404 No\r\n\r\n", b"x" * 65536),
    "an endless chunk": without_end(OK + CHUNKED + b"ffffffffffff\r\n", b"x" * 65536),
    "a chunk of length -1": without_end(OK + CHUNKED + b"-1\r\n", b"x" * 65536),
    "a chunk of length -5": at_once(OK + CHUNKED + b"-5\r\nx"),
    "headers without end": without_end(OK, b"X-Y: z\r\n"),
    "a header without end": without_end(OK + b"X: ", b"x" * 65536),
    "no HTTP": at_once(b"220 ftp.example ready\r\n"),
    "a length far too great": at_once(OK + b"Content-Length: 99999999999999999999\r\n\r\nx"),
    "two lengths": at_once(OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nx"),
    "a broken encoding": at_once(OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde"),
    "a redirect to no address": at_once(b"HTTP/1.1 302 Found\r\nLocation: http://[::1/\r\n\r\n"),
    "a redirect to no port": at_once(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999999/\r\n\r\n"),
    "a redirect of no text": at_once(b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n"),
    "a status of nothing": at_once(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "a status that is none": at_once(b"HTTP/1.1 999 What\r\n\r\n"),
    "a part that was not asked for": at_once(b"HTTP/1.1 206 Part\r\nContent-Length: 1\r\n\r\nx"),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("what", ENDLESS)
def test_an_answer_that_cannot_be_is_a_stated_error_in_bounded_memory(what: str, tmp_path: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with saying(ENDLESS[what]) as server, Client(server) as client, pytest.raises(DownloadError):
        client.read("file", limit=1 << 20)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 << 10  # kB


@pytest.mark.parametrize("length", ["-1", "-99999", "soon", "", "9" * 5000, "9" * 60_000])
def test_a_length_that_is_none_is_passed_over(nlm: FakeNlm, length: str) -> None:
    nlm.faults["/file"] = [Answer(b"content", headers={"Content-Length": length, "Connection": "close"})]
    with Client(nlm.server) as client:
        assert client.read("file", limit=100) == b"content"


WAITS = ["soon", "-1", "", "1e9", "9" * 5000, "Fri, 31 Feb 99999 00:00:00 GMT", "Mon, 01 Xyz 2026", "nan", "\x01"]


@pytest.mark.fault("S6")
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_that_cannot_be_read_is_the_usual_one(nlm: FakeNlm, wait: str, status: int, monkeypatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(sleep=slept.append, time=time.time))
    nlm.faults["/file"] = [Answer(status=status, headers={"Retry-After": wait})]
    with Client(nlm.server) as client:
        assert client.read("file", limit=100) == b"content"
    assert sum(slept) <= 21_600 if wait.startswith("9") else sum(slept) < 1


def listed(row: str) -> str:
    return f'<pre><a href="{NAME}">{NAME}</a> {row}\n<a href="pubmed26n0002.xml.gz">2</a> 2026-01-02 03:04 7M\n</pre>'


@pytest.mark.parametrize(
    "row",
    ["2026-13-45 99:99  19M", "2026-02-30 10:16 19M", "0000-00-00 00:00 19M", "9999-12-31 23:59 19M"],
)
def test_an_impossible_time_is_none_and_the_file_counts_as_new(row: str) -> None:
    first, second = read_listing(listed(row))
    assert (first.number, first.modified, second.size) == (1, None, int(7.5 * 2**20))
    assert first.is_since(date(2026, 1, 1))


@pytest.mark.parametrize("size", ["-5", "9" * 400, "99999999G", "1e300", "NaN", "1" * 50_000 + "M", "2G"])
def test_an_impossible_size_is_none_shown(size: str) -> None:
    assert read_listing(listed(f"2026-01-02 03:04  {size}"))[0].size == 0


PAGES = [
    "<a ",
    "<a href",
    '<a href="x" ',
    '<a href="x',
    "<a href=",
    "<a>",
    "<a href='x'> 1",
    "1 ",
    " 2026-01-02",
    "href = ",
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", PAGES)
def test_a_listing_of_sixteen_megabytes_of_anything_is_read_in_linear_time(piece: str) -> None:
    # A quadratic scan takes hours.
    assert read_listing("<a href='x.xml.gz'>" + piece * ((4 << 20) // len(piece))) is not None


def test_a_listing_of_a_million_names_is_refused(nlm: FakeNlm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "LISTING_LIMIT", 64 << 20)
    page = "".join(f'<a href="pubmed{n // 100000 + 10}n{n % 100000:05}.xml.gz">x</a>\n' for n in range(400_000))
    nlm.files["/baseline/"] = page.encode()
    request = MirrorRequest(("baseline",), None, nlm.server)
    with pytest.raises(UntrustedError, match="lists 400,000 files, more than the 20,000"):
        mirror.mirror(tmp_path, request=request, progress=Progress(shown=False))
    monkeypatch.undo()
    nlm.files["/baseline/"] = page.encode() * 2
    with pytest.raises(UntrustedError, match="longer than the 16,777,216 bytes"):
        mirror.mirror(tmp_path, request=request, progress=Progress(shown=False))


def search_result(**fields: object) -> bytes:
    return json.dumps({"esearchresult": {"count": "1", "idlist": ["1"], **fields}}).encode()


WRONG_JSON = [
    b"[" * 200_000,
    b'{"esearchresult":' * 100_000,
    b'{"esearchresult": {"count": ' + b"9" * 5000 + b', "idlist": []}}',
    b'{"esearchresult": {"count": Infinity, "idlist": []}}',
    b'{"esearchresult": {"count": NaN, "idlist": []}}',
    search_result(count=-1),
    search_result(count=10**30),
    search_result(idlist="12345"),
    search_result(idlist={"1": 2}),
    search_result(idlist=[[1]]),
    search_result(idlist=["-4"]),
    search_result(idlist=[True]),
    search_result(querytranslation={"deep": 1}),
    b'{"esearchresult": []}',
    b'{"esearchresult": "count"}',
    b"null",
    b"\xff\xfe\x00",
    b"",
]


@pytest.mark.parametrize("body", WRONG_JSON, ids=lambda body: repr(body[:60]))
def test_a_search_result_of_the_wrong_kind_is_a_stated_error(nlm: FakeNlm, tmp_path: Path, body: bytes) -> None:
    nlm.files["/esearch.fcgi"] = body
    with pytest.raises(DownloadError, match="expected a search result"):
        fetch_topic(tmp_path, QueryDownloadRequest("lemons", None, nlm.server), progress=Progress(shown=False))


ENTITIES = "<!DOCTYPE a [<!ENTITY b0 'haha'>" + "".join(f"<!ENTITY b{n} '{f'&b{n - 1};' * 10}'>" for n in range(1, 9))
WRONG_XML = {
    "deep": b"<PubmedArticleSet>" + b"<a>" * 100_000,
    "entities in attributes": (ENTITIES + "]><PubmedArticleSet><PubmedArticle a='&b8;'/>" + TAIL).encode(),
    "an endless PMID": (HEAD + article_xml(FIRST_PMID).replace(str(FIRST_PMID), "9" * 6000) + TAIL).encode(),
    "an encoding that is none": (HEAD.replace("utf-8", "hex") + article_xml(FIRST_PMID) + TAIL).encode(),
    "an error page": b"<html><body>sorry",
    "JSON": search_result(),
}


@pytest.mark.parametrize("what", WRONG_XML)
def test_records_of_the_wrong_kind_are_a_stated_error(nlm: FakeNlm, tmp_path: Path, what: str) -> None:
    nlm.files["/esearch.fcgi"] = search_result(idlist=[str(FIRST_PMID)])
    nlm.files["/efetch.fcgi"] = WRONG_XML[what]
    with pytest.raises(PubmedError):
        fetch_topic(tmp_path, QueryDownloadRequest("lemons", None, nlm.server), progress=Progress(shown=False))


def test_a_search_whose_parts_never_become_smaller_ends(nlm: FakeNlm, tmp_path: Path) -> None:
    answers = 0

    def answer(request):
        nonlocal answers
        answers += 1
        days = request.form.get("mindate") == request.form.get("maxdate") and "mindate" in request.form
        listed = [str(FIRST_PMID)] if days else []
        return Answer(search_result(count=1 if days else eutils.SEARCH_LIMIT + 1, idlist=listed))

    nlm.answer = answer
    with pytest.raises(DownloadError, match="parts never end"):
        fetch_topic(tmp_path, QueryDownloadRequest("lemons", None, nlm.server), progress=Progress(shown=False))
    assert answers < 500
