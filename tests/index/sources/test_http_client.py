import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from urllib3.util import Retry

from index.core.errors import DownloadError, UntrustedError
from index.sources.eutils import E_UTILITIES
from index.sources.http_client import KNOWN_HOSTS, PATIENCE, Client, Server
from index.sources.mirror import NLM_FILES
from tests.support.fakes.nlm_server import Answer, FakeNlm, playing_nlm

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def nlm() -> Iterator[FakeNlm]:
    with playing_nlm() as server:
        server.files["/file"] = CONTENT
        yield server


def fetch(nlm: FakeNlm, part: Path, *, limit: int = 1 << 20) -> int:
    """Fetch /file into `part` and return how many bytes were received."""
    sizes: list[int] = []
    with Client(nlm.server) as client:
        client.fetch("file", part, limit=limit, received=sizes.append)
    return sum(sizes)


def test_a_file_arrives_whole_and_the_request_names_this_program(nlm: FakeNlm, tmp_path: Path) -> None:
    assert fetch(nlm, tmp_path / "file.part") == len(CONTENT)
    assert (tmp_path / "file.part").read_bytes() == CONTENT
    assert nlm.requests[0].headers["User-Agent"] == "pubmed-semantic-search"
    assert nlm.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.fault("S5")
def test_a_cut_connection_is_resumed_with_a_range(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults["/file"] = [Answer(CONTENT, cut=300_000)]
    fetch(nlm, tmp_path / "file.part")
    assert (tmp_path / "file.part").read_bytes() == CONTENT
    ranges = [request.headers.get("Range") for request in nlm.requests]
    assert ranges[0] is None
    assert ranges[1] is not None
    assert 0 < int(ranges[1].removeprefix("bytes=").removesuffix("-")) <= 300_000


@pytest.mark.fault("S5")
def test_a_part_left_by_a_killed_run_is_continued(nlm: FakeNlm, tmp_path: Path) -> None:
    part = tmp_path / "file.part"
    part.write_bytes(CONTENT[:1000])
    assert fetch(nlm, part) == len(CONTENT) - 1000
    assert part.read_bytes() == CONTENT


@pytest.mark.fault("S5")
def test_a_server_without_ranges_sends_the_whole_file_again(nlm: FakeNlm, tmp_path: Path) -> None:
    part = tmp_path / "file.part"
    part.write_bytes(CONTENT[:1000])
    nlm.faults["/file"] = [Answer(CONTENT, ranges=False)]
    assert fetch(nlm, part) == len(CONTENT)
    assert part.read_bytes() == CONTENT


@pytest.mark.fault("S5")
def test_a_part_as_long_as_the_file_starts_over(nlm: FakeNlm, tmp_path: Path) -> None:
    part = tmp_path / "file.part"
    part.write_bytes(b"x" * len(CONTENT))
    fetch(nlm, part)
    assert part.read_bytes() == CONTENT


@pytest.mark.fault("S5")
def test_a_range_other_than_the_one_asked_for_starts_over(nlm: FakeNlm, tmp_path: Path) -> None:
    part = tmp_path / "file.part"
    part.write_bytes(CONTENT[:1000])
    wrong = Answer(CONTENT[7:], status=206, headers={"Content-Range": "bytes 7-9/10"})
    nlm.faults["/file"] = [wrong]
    fetch(nlm, part)
    assert part.read_bytes() == CONTENT


@pytest.mark.fault("S5")
def test_a_file_over_the_cap_is_refused(nlm: FakeNlm, tmp_path: Path) -> None:
    with pytest.raises(UntrustedError, match="longer than the 1,000 bytes"):
        fetch(nlm, tmp_path / "file.part", limit=1000)
    assert (tmp_path / "file.part").stat().st_size <= 1000
    with Client(nlm.server) as client, pytest.raises(UntrustedError, match="longer than the 1,000 bytes"):
        client.read("file", limit=1000)


@pytest.mark.fault("S6")
def test_503_twice_then_the_file(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults["/file"] = [Answer(status=503), Answer(status=503)]
    fetch(nlm, tmp_path / "file.part")
    assert (tmp_path / "file.part").read_bytes() == CONTENT
    assert len(nlm.requests) == 3


@pytest.mark.fault("S6")
def test_429_waits_as_long_as_the_server_asks(nlm: FakeNlm) -> None:
    nlm.faults["/file"] = [Answer(status=429, headers={"Retry-After": "1"})]
    started = time.monotonic()
    with Client(nlm.server) as client:
        assert client.read("file", limit=1 << 20) == CONTENT
    assert 1 <= time.monotonic() - started < 5


@pytest.mark.fault("S6")
def test_a_server_that_goes_on_failing_is_an_error_with_its_status(nlm: FakeNlm) -> None:
    nlm.faults["/file"] = [Answer(status=503)] * 4
    with Client(nlm.server) as client, pytest.raises(DownloadError, match="file: the server answered HTTP 503"):
        client.read("file", limit=1 << 20)
    assert len(nlm.requests) == 4


@pytest.mark.fault("S6")
def test_a_connection_that_always_breaks_is_an_error_and_keeps_what_came(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults["/file"] = [Answer(CONTENT, cut=150_000, ranges=False)] * 4
    with pytest.raises(DownloadError, match="was interrupted too often"):
        fetch(nlm, tmp_path / "file.part")
    assert (tmp_path / "file.part").stat().st_size > 0


@pytest.mark.fault("S6")
def test_a_server_that_is_away_is_an_error_that_names_it() -> None:
    away = Server("http://127.0.0.1:9/", Retry(total=0))
    with Client(away) as client, pytest.raises(DownloadError, match=r"file: 127\.0\.0\.1 could not be reached"):
        client.read("file", limit=10)


@pytest.mark.fault("S6")
def test_the_patience_with_NLM_jitters_and_is_bounded() -> None:
    assert PATIENCE.backoff_jitter > 0
    assert PATIENCE.respect_retry_after_header
    assert PATIENCE.retry_after_max <= 3600
    assert {429, 500, 502, 503, 504} <= set(PATIENCE.status_forcelist)


def test_a_missing_file_is_not_asked_for_again(nlm: FakeNlm) -> None:
    with Client(nlm.server) as client, pytest.raises(DownloadError, match="HTTP 404"):
        client.read("nothing", limit=10)
    assert len(nlm.requests) == 1


@pytest.mark.fault("S5")
@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/file", "http://169.254.169.254/latest/meta-data", "https://ftp.ncbi.nlm.nih.gov/"]
)
def test_a_redirect_to_another_server_is_refused_and_not_followed(nlm: FakeNlm, location: str) -> None:
    nlm.faults["/file"] = [Answer(status=302, headers={"Location": location})]
    with Client(nlm.server) as client, pytest.raises(UntrustedError, match="not the same server"):
        client.read("file", limit=1 << 20)


@pytest.mark.fault("S5")
def test_a_redirect_within_the_server_is_followed_but_not_for_ever(nlm: FakeNlm) -> None:
    nlm.faults["/file"] = [Answer(status=301, headers={"Location": "/moved"})]
    nlm.files["/moved"] = b"here"
    with Client(nlm.server) as client:
        assert client.read("file", limit=10) == b"here"
        nlm.faults["/file"] = [Answer(status=302, headers={"Location": "/file"})] * 9
        with pytest.raises(UntrustedError, match="redirected more than 3 times"):
            client.read("file", limit=10)


@pytest.mark.fault("S5")
@pytest.mark.parametrize(
    "url",
    [
        "http://ftp.ncbi.nlm.nih.gov/pubmed/",
        "https://ftp.ncbi.nlm.nih.gov.example.org/",
        "https://ftp.ncbi.nlm.nih.gov:8443/",
        "https://example.org/pubmed/",
        "https://127.0.0.1/",
        "http://192.168.0.1/",
        "file:///etc/passwd",
        "ftp://ftp.ncbi.nlm.nih.gov/pubmed/",
    ],
)
def test_only_NLM_over_HTTPS_and_the_loopback_are_contacted(url: str) -> None:
    with pytest.raises(ValueError, match="not one of NLM's servers over HTTPS"):
        Client(Server(url))


@pytest.mark.fault("S5")
def test_the_servers_in_use_are_NLMs() -> None:
    for server in (NLM_FILES, E_UTILITIES):
        with Client(server):
            assert server.base_url.startswith("https://")
            assert server.base_url.split("/")[2] in KNOWN_HOSTS
