"""Screenings: kept in the library's folder, decided on by many at once, counted, exported."""

import csv
import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from index.core.errors import LibraryError, QueryError
from index.library.layout import Library
from search import Searcher
from search.recording.record_files import read_record
from search.recording.search_record import SearchRecord, digest
from search.review import decisions
from search.review.prisma_flow import PrismaFlow, flow_svg
from search.review.screening import Screening, Screenings
from search.review.text_width import text_width
from tests.search.recording.test_search_record import RECORD
from tests.support.fakes.fake_index import article, stand_in

PMIDS = tuple(range(900000001, 900000011))
REASON_OF_ALL_KINDS = "Größe, Ωμέγα, Ширина, 研究デザインが違う, \U0001f9ea\U0001f9ea, " * 5


def record(text: str = "sleep[ti]") -> SearchRecord:
    listed = replace(RECORD.listed, pmids=PMIDS, total=len(PMIDS), digest=digest(PMIDS))
    return replace(RECORD, request=replace(RECORD.request, text=text), listed=listed)


@pytest.fixture
def screenings(tmp_path: Path) -> Screenings:
    return Screenings(Library(tmp_path / "library"))


@pytest.fixture
def begun(screenings: Screenings) -> Screening:
    return screenings.begin(record())


def now(screenings: Screenings, screening: Screening) -> Screening:
    found = screenings.get(screening.id)
    assert found
    return found


def decided(screenings: Screenings, begun: Screening) -> Screening:
    """Nine of ten by abstract, six of seven by full text."""
    by_abstract = ["include"] * 4 + ["maybe"] * 3 + ["exclude"] * 2
    for pmid, choice in zip(PMIDS, by_abstract, strict=False):
        screenings.decide(begun.id, pmid, "abstract", choice, "Wrong population")
    reasons = ["", "Not retrieved", "Wrong <design> & more", "Wrong <design> & more", "", ""]
    by_text = ["include", "exclude", "exclude", "exclude", "exclude", "maybe"]
    for pmid, choice, reason in zip(PMIDS, by_text, reasons, strict=False):
        screenings.decide(begun.id, pmid, "full text", choice, reason)
    return now(screenings, begun)


def test_the_last_decision_counts_and_can_be_taken_back(screenings: Screenings, begun: Screening) -> None:
    first, second = PMIDS[:2]
    screenings.decide(begun.id, first, "abstract", "include")
    screenings.decide(begun.id, first, "abstract", "exclude", "  Wrong \n population ")
    screenings.decide(begun.id, second, "abstract", "maybe", "no reason of an exclusion")
    screening = now(screenings, begun)
    assert screening.choice("abstract", first) == "exclude"
    assert screening.reasons("abstract") == {"Wrong population": 1}
    assert screening.decided["abstract"][second].reason == ""
    assert screening.counts("abstract") == {"include": 0, "exclude": 1, "maybe": 1, "undecided": 8}
    assert screening.pmids("full text") == (second,)
    screenings.decide(begun.id, first, "abstract", "undecided")
    assert now(screenings, begun).counts("abstract")["undecided"] == 9


def test_a_screening_that_was_begun_goes_on_with_its_articles_and_decisions(
    screenings: Screenings, begun: Screening, tmp_path: Path
) -> None:
    screenings.decide(begun.id, PMIDS[0], "abstract", "include")
    grown = record()
    again = screenings.begin(replace(grown, at="2027-01-01T00:00:00+00:00"))
    assert (again.record, again.counts("abstract")["include"]) == (begun.record, 1)
    other = screenings.begin(replace(record("memory"), at="2027-01-01T00:00:00+00:00"))
    assert [screening.id for screening in screenings.all()] == [other.id, begun.id]
    assert read_record(Library(tmp_path / "library").screenings / f"{begun.id}.json") == begun.record


def decide_often(folder: Path, screening: str, variant: int) -> None:
    for _ in range(25):
        Screenings(Library(folder)).decide(screening, PMIDS[variant], "abstract", "include")


@pytest.mark.fault("B19")
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_eight_who_decide_at_once_lose_nothing(
    screenings: Screenings, begun: Screening, tmp_path: Path, kind: str
) -> None:
    pool = ThreadPoolExecutor(8) if kind == "threads" else ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))
    with pool:
        writers = [pool.submit(decide_often, tmp_path / "library", begun.id, variant) for variant in range(8)]
        while not all(writer.done() for writer in writers):
            assert now(screenings, begun).unreadable == 0
        for writer in writers:
            writer.result()
    lines, unreadable = decisions.read_decisions(Library(tmp_path / "library").screenings / f"{begun.id}.jsonl")
    assert (len(lines), unreadable) == (200, 0)
    assert now(screenings, begun).counts("abstract")["include"] == 8


@pytest.mark.fault("B19")
def test_a_line_that_a_killed_writer_left_is_counted_and_the_next_one_stands_by_itself(
    screenings: Screenings, begun: Screening, tmp_path: Path
) -> None:
    path = Library(tmp_path / "library").screenings / f"{begun.id}.jsonl"
    screenings.decide(begun.id, PMIDS[0], "abstract", "include")
    path.write_bytes(path.read_bytes() + b'{"pmid": 9000')
    screenings.decide(begun.id, PMIDS[1], "abstract", "maybe")
    screening = now(screenings, begun)
    assert (screening.unreadable, screening.counts("abstract")["include"], screening.choice("abstract", PMIDS[1])) == (
        1, 1, "maybe",
    )  # fmt: skip


@pytest.mark.fault("B2")
def test_a_full_disk_leaves_the_decisions_as_they_were(
    screenings: Screenings, begun: Screening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screenings.decide(begun.id, PMIDS[0], "abstract", "include")
    path = Library(tmp_path / "library").screenings / f"{begun.id}.jsonl"
    before, real = path.read_bytes(), decisions.os.write

    def full(descriptor: int, content: bytes) -> int:
        if len(content) < 50:
            raise OSError(28, "No space left on device")
        return real(descriptor, content[:60])

    monkeypatch.setattr(decisions.os, "write", full)
    with pytest.raises(LibraryError, match="No space left on device"):
        screenings.decide(begun.id, PMIDS[1], "abstract", "maybe")
    assert path.read_bytes() == before


def test_what_is_not_of_the_screening_is_refused(screenings: Screenings, begun: Screening) -> None:
    with pytest.raises(QueryError, match="not among the articles"):
        screenings.decide(begun.id, 900000099, "abstract", "include")
    with pytest.raises(QueryError, match="There is no screening"):
        screenings.decide("../../../etc/passwd", PMIDS[0], "abstract", "include")
    nothing = record()
    with pytest.raises(QueryError, match="nothing to screen"):
        screenings.begin(replace(nothing, listed=replace(nothing.listed, pmids=())))
    assert screenings.get("0" * 16) is None


def test_a_damaged_screening_hides_no_other_and_is_never_begun_over(
    screenings: Screenings, begun: Screening, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    screenings.begin(record("memory"))
    (Library(tmp_path / "library").screenings / f"{begun.id}.json").write_text("{")
    assert [each.record.request.text for each in screenings.all()] == ["memory"]
    assert f"{begun.id}.json" in caplog.text
    with pytest.raises(LibraryError, match="is damaged: its decisions stay"):
        screenings.begin(record())


def test_the_flow_diagram_has_the_numbers_of_the_screening(screenings: Screenings, begun: Screening) -> None:
    flow = PrismaFlow.of(decided(screenings, begun))
    assert (flow.identified, flow.screened, flow.excluded) == (10, 9, 2)
    assert (flow.sought, flow.not_retrieved, flow.assessed, flow.included) == (7, 1, 5, 1)
    assert flow.reasons == (("Wrong <design> & more", 2), ("No reason given", 1))
    assert flow.waiting == (
        "not screened yet (n = 1)", "full text not assessed yet (n = 1)", "full text read, undecided (n = 1)",
    )  # fmt: skip
    assert flow.screened == flow.excluded + flow.sought
    assert flow.assessed == sum(count for _, count in flow.reasons) + flow.included + 1


def test_the_diagram_is_a_whole_svg_in_which_boxes_hold_their_text_and_do_not_overlap(
    screenings: Screenings, begun: Screening
) -> None:
    tree = etree.fromstring(flow_svg(PrismaFlow.of(decided(screenings, begun))).encode())
    space = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in tree.iter(f"{space}text")]
    for line in ("Records screened (n = 9)", "Reports not retrieved (n = 1)", "Wrong <design> & more (n = 2)",
                 "Studies included in review (n = 1)", "Not final: not screened yet (n = 1)"):  # fmt: skip
        assert line in texts
    sides = ("x", "y", "width", "height")
    rects = [[float(rect.get(side)) for side in sides] for rect in tree.iter(f"{space}rect") if rect.get("x")]
    for number, (x, y, width, height) in enumerate(rects):
        for other_x, other_y, other_width, other_height in rects[:number]:
            apart = x >= other_x + other_width or other_x >= x + width
            assert apart or y >= other_y + other_height or other_y >= y + height
        assert x + width <= float(tree.get("width"))
        assert y + height <= float(tree.get("height"))


def test_a_number_of_the_diagram_stays_with_its_n_and_every_line_is_as_narrow_as_its_box(
    screenings: Screenings, begun: Screening
) -> None:
    flow = PrismaFlow.of(decided(screenings, begun))
    for length in range(60):
        reasons = (("W" * length + " of " + "ill" * length, 1_234_567), (REASON_OF_ALL_KINDS[: 3 * length], 116))
        drawn = replace(flow, identified=116, source="local library " + "x" * length, reasons=reasons)
        texts = [text.text or "" for text in etree.fromstring(flow_svg(drawn).encode()).iter("{*}text")]
        assert sum("(n = 116)" in text for text in texts) == 2
        assert sum("(n = 1,234,567)" in text for text in texts) == 1
        assert [text for text in texts if text.count("(") != text.count(")")] == []
        boxed = [text for text in texts if not text.startswith(("Identification of", "Not final"))]
        assert max(text_width(text, 13) for text in boxed) <= 276


def test_the_table_has_every_article_with_both_decisions(
    screenings: Screenings, begun: Screening, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, [article(pmid, title=f"=Sleep {pmid}") for pmid in PMIDS[1:]])
    screening = decided(screenings, begun)
    with Searcher.open("anywhere") as pubmed:
        text = "".join(pubmed.decision_table(screening))
    header, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert header[:8] == [
        "PMID", "Abstract: decision", "Abstract: reason", "Abstract: decided at",
        "Full text: decision", "Full text: reason", "Full text: decided at", "Title",
    ]  # fmt: skip
    assert [row[0] for row in rows] == [str(pmid) for pmid in PMIDS]
    assert {len(row) for row in rows} == {len(header)}
    assert rows[0][7] == "Not in the library any more"
    assert (rows[2][1], rows[2][4], rows[2][5], rows[2][7]) == (
        "include", "exclude", "Wrong <design> & more", f"'=Sleep {PMIDS[2]}",
    )  # fmt: skip
    assert rows[9][1:7] == [""] * 6
