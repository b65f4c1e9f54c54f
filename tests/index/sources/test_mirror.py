import gzip
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.core.errors import DownloadError
from index.core.progress import Progress
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.file_transfer import CopyState
from index.sources.mirror import MirrorRequest, MirrorResult, mirror
from index.sources.source_files import find_sources
from tests.support.fakes.nlm_server import Answer, FakeNlm, playing_nlm
from tests.support.records.pubmed_xml import HEAD, TAIL, article_xml


def content(number: int) -> bytes:
    """A gzipped file of our own, too random to shrink below a few chunks."""
    filler = f"<!-- {os.urandom(200_000).hex()} -->"
    return gzip.compress((HEAD + article_xml(900_000_000 + number) + filler + TAIL).encode(), compresslevel=1, mtime=0)


@pytest.fixture
def nlm() -> Iterator[FakeNlm]:
    """Two baseline files and two update files, listed the way NLM lists them."""
    with playing_nlm() as server:
        for number in (1, 2):
            server.publish("baseline", f"pubmed26n{number:04}.xml.gz", content(number))
        for number in (3, 4):
            server.publish("updatefiles", f"pubmed26n{number:04}.xml.gz", content(number))
        server.relist("baseline", modified="2026-01-10 09:00")
        server.relist("updatefiles", modified="2026-02-20 14:05")
        yield server


def run(nlm: FakeNlm, folder: Path, folders: str = "baseline+updates", since: str | None = None) -> MirrorResult:
    request = MirrorRequest.parse(folders, since)
    return mirror(folder, request=MirrorRequest(request.folders, request.since, nlm.server), progress=Progress())


def states(result: MirrorResult) -> dict[str, str]:
    return {file.path.name: file.state.value for file in result.files}


FIRST, SECOND = "pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"
ALL = [FIRST, SECOND, "pubmed26n0003.xml.gz", "pubmed26n0004.xml.gz"]


def test_the_mirror_holds_what_NLM_lists_in_NLMs_order(nlm: FakeNlm, tmp_path: Path) -> None:
    result = run(nlm, tmp_path)
    assert [path.name for path in result.paths] == ALL
    for path in result.paths:
        assert path.read_bytes() == nlm.files[f"/{path.relative_to(tmp_path)}"]
        assert path.with_name(path.name + ".md5").exists()
    assert str(result) == "4 listed · 4 downloaded · 0 already here · 0 missing · 0 refused"
    assert not result.gaps
    assert not list(tmp_path.rglob("*.part"))


def test_what_was_mirrored_is_ingested_with_NLMs_md5_checked(nlm: FakeNlm, tmp_path: Path) -> None:
    library = Library(tmp_path)
    result = run(nlm, library.mirror)
    applied = ingest(library, find_sources(result.paths), progress=Progress())
    assert applied.complete
    assert (applied.new, applied.missing) == (4, ())
    assert [file.name for file in applied.files] == ALL


def test_a_second_run_asks_for_the_listings_only(nlm: FakeNlm, tmp_path: Path) -> None:
    run(nlm, tmp_path)
    nlm.requests.clear()
    result = run(nlm, tmp_path)
    assert [request.path for request in nlm.requests] == ["/baseline/", "/updatefiles/"]
    assert str(result) == "4 listed · 0 downloaded · 4 already here · 0 missing · 0 refused"
    assert [path.name for path in result.paths] == ALL


def test_a_new_update_file_is_the_only_one_downloaded(nlm: FakeNlm, tmp_path: Path) -> None:
    run(nlm, tmp_path)
    nlm.publish("updatefiles", "pubmed26n0005.xml.gz", content(5))
    nlm.relist("updatefiles", modified="2026-02-20 14:05")
    result = run(nlm, tmp_path)
    assert states(result)["pubmed26n0005.xml.gz"] == "downloaded"
    assert str(result).startswith("5 listed · 1 downloaded · 4 already here")


def test_a_file_published_again_under_its_old_name_is_downloaded_again(nlm: FakeNlm, tmp_path: Path) -> None:
    run(nlm, tmp_path)
    nlm.publish("baseline", FIRST, content(77))
    nlm.relist("baseline", modified="2026-03-01 00:00")
    result = run(nlm, tmp_path)
    assert states(result)[FIRST] == "downloaded"
    assert states(result)[SECOND] == "already here"
    assert (tmp_path / "baseline" / FIRST).read_bytes() == nlm.files[f"/baseline/{FIRST}"]


def test_a_copied_mirror_that_lost_its_times_is_checked_and_not_downloaded(nlm: FakeNlm, tmp_path: Path) -> None:
    run(nlm, tmp_path)
    for path in tmp_path.rglob("*.md5"):
        os.utime(path)
    nlm.requests.clear()
    assert str(run(nlm, tmp_path)).startswith("4 listed · 0 downloaded · 4 already here")
    assert not nlm.asked(f"/baseline/{FIRST}")
    assert nlm.asked(f"/baseline/{FIRST}.md5")


def test_a_damaged_copy_whose_md5_was_removed_is_downloaded_again(nlm: FakeNlm, tmp_path: Path) -> None:
    run(nlm, tmp_path)
    damaged = tmp_path / "baseline" / FIRST
    damaged.write_bytes(damaged.read_bytes()[:1000])
    damaged.with_name(FIRST + ".md5").unlink()
    assert states(run(nlm, tmp_path))[FIRST] == "downloaded"
    assert damaged.read_bytes() == nlm.files[f"/baseline/{FIRST}"]


@pytest.mark.parametrize(("folders", "names"), [("baseline", ALL[:2]), ("updates", ALL[2:]), ("baseline+updates", ALL)])
def test_one_folder_or_both_are_copied(nlm: FakeNlm, tmp_path: Path, folders: str, names: list[str]) -> None:
    assert list(states(run(nlm, tmp_path, folders))) == names


@pytest.mark.parametrize(
    ("since", "names"),
    [("2026-02-20", ALL[2:]), ("2026-02-21", []), ("2025-01-01", ALL), ("2", ALL[1:]), ("5", [])],
)
def test_since_takes_later_days_or_higher_numbers(nlm: FakeNlm, tmp_path: Path, since: str, names: list[str]) -> None:
    assert list(states(run(nlm, tmp_path, since=since))) == names


@pytest.mark.parametrize("since", ["0", "-3", "2026-02-30", "yesterday", "123456", ""])
def test_since_that_is_neither_day_nor_number_is_an_error(since: str) -> None:
    with pytest.raises(ValueError, match="expected a day such as 2026-01-31 or a file number such as 1275"):
        MirrorRequest.parse("updates", since)


def test_a_folder_that_NLM_does_not_have_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"found 'all', expected one of: baseline, updates, baseline\+updates"):
        MirrorRequest.parse("all")
    assert MirrorRequest.parse("updates", "2026-01-31").since == date(2026, 1, 31)


@pytest.mark.fault("S5")
def test_a_cut_transfer_is_resumed(nlm: FakeNlm, tmp_path: Path) -> None:
    body = nlm.files[f"/baseline/{FIRST}"]
    nlm.faults[f"/baseline/{FIRST}"] = [Answer(body, cut=len(body) // 2)]
    assert states(run(nlm, tmp_path))[FIRST] == "downloaded"
    first, second = nlm.asked(f"/baseline/{FIRST}")
    assert "Range" not in first.headers
    assert second.headers["Range"].startswith("bytes=")
    assert (tmp_path / "baseline" / FIRST).read_bytes() == body


@pytest.mark.fault("S5")
def test_a_killed_run_is_resumed_from_its_part(nlm: FakeNlm, tmp_path: Path) -> None:
    body = nlm.files[f"/baseline/{FIRST}"]
    (tmp_path / "baseline").mkdir()
    (tmp_path / "baseline" / f"{FIRST}.part").write_bytes(body[:5000])
    assert states(run(nlm, tmp_path))[FIRST] == "downloaded"
    assert nlm.asked(f"/baseline/{FIRST}")[0].headers["Range"] == "bytes=5000-"
    assert (tmp_path / "baseline" / FIRST).read_bytes() == body


@pytest.mark.fault("S5")
def test_the_part_of_an_older_file_is_thrown_away(nlm: FakeNlm, tmp_path: Path) -> None:
    (tmp_path / "baseline").mkdir()
    (tmp_path / "baseline" / f"{FIRST}.part").write_bytes(content(99)[:5000])
    assert states(run(nlm, tmp_path))[FIRST] == "downloaded"
    assert (tmp_path / "baseline" / FIRST).read_bytes() == nlm.files[f"/baseline/{FIRST}"]


@pytest.mark.fault("S5")
def test_another_md5_is_downloaded_once_more_then_refused_by_name(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.publish("baseline", FIRST, content(1), md5="0" * 32)
    result = run(nlm, tmp_path)
    assert states(result) == dict.fromkeys(ALL, "downloaded") | {FIRST: "refused"}
    assert len(nlm.asked(f"/baseline/{FIRST}")) == 2
    [gap] = result.gaps
    assert FIRST in (gap.reason or "")
    assert "the .md5 beside it says 00000000000000000000000000000000" in (gap.reason or "")
    assert not (tmp_path / "baseline" / FIRST).exists()
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.fault("S5")
def test_a_flipped_bit_in_transfer_is_corrected_by_the_second_download(nlm: FakeNlm, tmp_path: Path) -> None:
    body = nlm.files[f"/baseline/{FIRST}"]
    nlm.faults[f"/baseline/{FIRST}"] = [Answer(body[:1000] + bytes([body[1000] ^ 1]) + body[1001:])]
    assert states(run(nlm, tmp_path))[FIRST] == "downloaded"
    assert (tmp_path / "baseline" / FIRST).read_bytes() == body


@pytest.mark.fault("S5")
def test_an_HTML_page_in_the_place_of_a_file_is_refused(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults[f"/baseline/{FIRST}"] = [Answer(b"<html>Please log in</html>")] * 2
    [gap] = run(nlm, tmp_path).gaps
    assert gap.state is CopyState.REFUSED
    assert "not gzip: it starts with b'<h'" in (gap.reason or "")


@pytest.mark.fault("S5")
def test_a_file_that_was_here_stays_when_its_successor_is_refused(nlm: FakeNlm, tmp_path: Path) -> None:
    run(nlm, tmp_path)
    before = (tmp_path / "baseline" / FIRST).read_bytes()
    nlm.publish("baseline", FIRST, content(1), md5="0" * 32)
    nlm.relist("baseline", modified="2026-03-01 00:00")
    assert states(run(nlm, tmp_path))[FIRST] == "refused"
    assert (tmp_path / "baseline" / FIRST).read_bytes() == before


@pytest.mark.fault("S5")
def test_a_redirect_to_another_host_is_refused(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults[f"/baseline/{FIRST}"] = [Answer(status=302, headers={"Location": "http://10.0.0.1/x"})]
    [gap] = run(nlm, tmp_path).gaps
    assert (gap.path.name, gap.state) == (FIRST, CopyState.REFUSED)
    assert "http://10.0.0.1/x" in (gap.reason or "")


@pytest.mark.fault("S5")
def test_names_that_leave_the_folder_are_refused_by_name(nlm: FakeNlm, tmp_path: Path) -> None:
    names = ["../../evil.xml.gz", "%2e%2e/pubmed26n0009.xml.gz", "/etc/pubmed26n0009.xml.gz", "pubmed26n0009.xml.gz/.."]
    links = "".join(f'<a href="{name}">x</a> 2026-01-01 00:00 1K\n' for name in names)
    nlm.files["/baseline/"] += links.encode()
    result = run(nlm, tmp_path / "mirror", "baseline")
    assert [path.name for path in result.paths] == ALL[:2]
    reasons = " ".join(gap.reason or "" for gap in result.gaps)
    assert len(result.gaps) == 3
    for name in ("../../evil.xml.gz", "../pubmed26n0009.xml.gz", "/etc/pubmed26n0009.xml.gz"):
        assert repr(name) in reasons
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mirror"]
    assert not [request for request in nlm.requests if "0009" in request.path or "evil" in request.path]


@pytest.mark.fault("S5", "F3")
def test_a_file_without_its_md5_is_left_for_the_next_run(nlm: FakeNlm, tmp_path: Path) -> None:
    note = nlm.files.pop(f"/baseline/{FIRST}.md5")
    [gap] = run(nlm, tmp_path).gaps
    assert (gap.path.name, gap.state) == (FIRST, CopyState.MISSING)
    assert f"{FIRST}.md5: the server answered HTTP 404" in (gap.reason or "")
    nlm.files[f"/baseline/{FIRST}.md5"] = note
    assert not run(nlm, tmp_path).gaps


@pytest.mark.fault("S5", "F3")
def test_an_md5_file_without_an_md5_is_refused(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.files[f"/baseline/{FIRST}.md5"] = b"<html>try later</html>"
    [gap] = run(nlm, tmp_path).gaps
    assert gap.state is CopyState.REFUSED
    assert "holds b'<html>try later</html>' instead of an MD5" in (gap.reason or "")


@pytest.mark.fault("S6")
def test_a_temporary_error_leaves_no_gap(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults[f"/baseline/{FIRST}"] = [Answer(status=503), Answer(status=503)]
    nlm.faults[f"/baseline/{SECOND}.md5"] = [Answer(status=429, headers={"Retry-After": "0"})]
    nlm.faults["/updatefiles/"] = [Answer(status=500)]
    assert not run(nlm, tmp_path).gaps


@pytest.mark.fault("S6")
def test_a_lasting_error_is_reported_and_the_next_run_closes_the_gap(nlm: FakeNlm, tmp_path: Path) -> None:
    nlm.faults[f"/baseline/{FIRST}"] = [Answer(status=503)] * 4
    result = run(nlm, tmp_path)
    [gap] = result.gaps
    assert (gap.path.name, gap.state) == (FIRST, CopyState.MISSING)
    assert "HTTP 503" in (gap.reason or "")
    assert [path.name for path in result.paths] == ALL[1:]
    assert str(result) == "4 listed · 3 downloaded · 0 already here · 1 missing · 0 refused"
    assert states(run(nlm, tmp_path))[FIRST] == "downloaded"


@pytest.mark.fault("S6")
def test_a_server_that_went_away_is_not_asked_for_every_file(nlm: FakeNlm, tmp_path: Path) -> None:
    for number in range(10, 60):
        nlm.publish("baseline", f"pubmed26n{number:04}.xml.gz", b"never requested")
    nlm.relist("baseline")
    nlm.answer = lambda request: Answer(nlm.files[request.path]) if request.path.endswith("/") else Answer(status=503)
    result = run(nlm, tmp_path, "baseline")
    assert len(result.gaps) == len(result.files) == 52
    assert sum("not tried" in (gap.reason or "") for gap in result.gaps) >= 35
    assert {gap.state for gap in result.gaps} == {CopyState.MISSING}


@pytest.mark.fault("S6")
@pytest.mark.parametrize("page", [b"", b"<html>Maintenance</html>", b'<a href="README.txt">README.txt</a>'])
def test_a_listing_without_files_is_an_error_and_not_an_empty_pubmed(nlm: FakeNlm, tmp_path: Path, page: bytes) -> None:
    nlm.files["/baseline/"] = page
    with pytest.raises(DownloadError, match="baseline/ lists no PubMed files"):
        run(nlm, tmp_path)


@pytest.mark.fault("S6")
def test_a_listing_cut_short_is_read_again(nlm: FakeNlm, tmp_path: Path) -> None:
    page = nlm.files["/baseline/"]
    nlm.faults["/baseline/"] = [Answer(page, cut=len(page) // 2)]
    assert [path.name for path in run(nlm, tmp_path).paths] == ALL
