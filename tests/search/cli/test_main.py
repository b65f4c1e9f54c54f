"""`pubmed-search`: what it prints, its exit status, and what it does not load."""

import contextlib
import json

import pytest

import search.cli.outputs
from index.core.control_characters import safe
from index.core.errors import LibraryError, Proposal, QueryError, QuerySyntaxError
from search.cli.main import main
from search.export.formats import FORMATS
from search.filters.filters import Filters
from search.query.query import Interpretation, Query
from search.recording.record_files import write_record
from search.recording.replay import Replay
from search.results import Page
from tests.search.recording.test_search_record import listing


class FakeSearcher:
    """Records what it is asked and gives an empty page, or raises `error`."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.error: BaseException | None = None

    @contextlib.contextmanager
    def open(self, path, *, reranker):
        self.asked.append((path, reranker) if reranker else (path,))
        yield self

    def search(self, text, *, limit, offset, sort, recency, filters, mapping, whole):
        order = () if sort == "relevance" and recency is None else (sort, recency)
        self.asked.append(
            (
                text,
                limit,
                filters,
                *order,
                *([offset] if offset else []),
                *([] if mapping else ["as typed"]),
                *(["whole"] if whole else []),
            )
        )
        if self.error:
            raise self.error
        query = Query(text, text, Interpretation((), None, "read\x1b[31m"))
        return Page(query, (), offset, 3, "exact", 3, "build", "model", 0.01)


@pytest.fixture
def searcher(monkeypatch) -> FakeSearcher:
    fake = FakeSearcher()
    monkeypatch.setattr("search.searcher.Searcher", fake)
    return fake


def test_the_words_need_no_quotes_and_the_options_reach_the_search(searcher):
    assert main(["metformin", "cancer", "--limit", "3", "--years", "-2021", "--library", "lib"]) == 0
    assert searcher.asked == [("lib",), ("metformin cancer", 3, Filters(years=(None, 2021)))]


def test_without_options_ten_results_of_all_years_of_the_default_library(searcher):
    assert main(["bees"]) == 0
    assert searcher.asked == [(None,), ("bees", 10, Filters())]


def test_what_changes_the_order_reaches_the_search(searcher):
    assert main(["bees", "--sort", "oldest", "--recency", "2.5", "--rerank", "some/folder"]) == 0
    assert searcher.asked == [(None, "some/folder"), ("bees", 10, Filters(), "oldest", 2.5)]


def test_without_mapping_untagged_words_are_searched_as_typed(searcher):
    assert main(["bees", "AND", "wasps", "--no-mapping"]) == 0
    assert searcher.asked == [(None,), ("bees AND wasps", 10, Filters(), "as typed")]


def test_the_whole_list_is_an_option(searcher):
    assert main(["bees", "--whole"]) == 0
    assert searcher.asked == [(None,), ("bees", 10, Filters(), "whole")]


def test_json_is_one_object_and_nothing_else(searcher, capsys):
    assert main(["bees", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["total"] == 3
    assert printed.err == ""
    assert printed.out.isascii()
    assert "\x1b" not in printed.out


def test_people_get_text_without_escape_sequences_when_it_is_no_terminal(searcher, capsys):
    assert main(["bees"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Read as: read")
    assert "\x1b" not in printed.out


@pytest.mark.parametrize(
    "error", [LibraryError("No library. Build one:\n  rebuild-index --sample"), QueryError("Type")]
)
def test_a_stated_error_goes_to_stderr_and_exits_1(searcher, capsys, error):
    searcher.error = error
    assert main(["bees"]) == 1
    assert capsys.readouterr() == ("", f"pubmed-search: {error}\n")


REFUSED = QuerySyntaxError(
    "This bracket is never closed",
    0,
    (Proposal("Close it", "(bees)", ("One remark\x1b[31m.",)), Proposal("Both lines", "#1 bees\n#2 #1 OR ants")),
)


def test_a_refused_query_is_printed_with_what_can_be_searched_instead(searcher, capsys):
    searcher.error = REFUSED
    assert main(["(bees"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.replace("\x1b", "ESC").splitlines() == [
        "pubmed-search: This bracket is never closed",
        "Instead: Close it: (bees)",
        "  Note: " + safe("One remark\x1b[31m."),
        "Instead: Both lines:",
        "  #1 bees",
        "  #2 #1 OR ants",
    ]


def test_json_gives_what_can_be_searched_instead_as_objects(searcher, capsys):
    searcher.error = REFUSED
    assert main(["(bees", "--json"]) == 1
    printed = capsys.readouterr()
    refused = json.loads(printed.out)
    assert refused["refused"] == "This bracket is never closed"
    assert refused["position"] == 0
    assert refused["proposals"][0] == {"label": "Close it", "text": "(bees)", "remarks": ["One remark\x1b[31m."]}
    assert "\x1b" not in printed.out
    assert printed.err == "pubmed-search: This bracket is never closed\n"


def test_an_interrupt_ends_it_without_a_traceback(searcher, capsys):
    searcher.error = KeyboardInterrupt()
    assert main(["bees"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: question"),
        (["bees", "--all"], "--all goes with --record or a format"),
        (["bees", "--ris", "--csv"], "not allowed with argument"),
        (["bees", "--ris", "--json"], "not allowed with argument"),
        (["bees", "--replay", "x.json"], "--replay repeats the search that the file holds"),
        (["--replay", "x.json", "--years", "2015"], "--replay repeats the search that the file holds"),
        (["--replay", "x.json", "--recency", "5"], "--replay repeats the search that the file holds"),
        (["--replay", "x.json", "--no-mapping"], "--replay repeats the search that the file holds"),
        (["bees", "--recency", "0"], "'0' is not a number of years: give one above 0"),
        (["bees", "--recency", "soon"], "'soon' is not a number of years"),
        (["bees", "--recency", "nan"], "'nan' is not a number of years"),
        (["--replay", "x.json", "--all"], "--replay repeats the search that the file holds"),
        (["bees", "--limit", "0"], "expected a whole number from 1"),
        (["bees", "--limit", "-1"], "expected a whole number from 1"),
        (["bees", "--limit", "many"], "expected a whole number from 1"),
        (["bees", "--years", "2021-2015"], "Did you mean 2015-2021?"),
        (["bees", "--years", "99999"], "not a year"),
        (["bees", "--years", "lately"], "Write 2015-2021"),
        (["bees", "--colour"], "unrecognized arguments"),
        (["bees", "--species", "human"], "Did you mean 'humans'?"),
        (["bees", "--sort", "newst"], "Did you mean 'newest'?"),
        (["bees", "--retracted", "hidden"], "Did you mean 'hide'?"),
        (["bees", "--sentences", "--whole"], "it does not go with --whole"),
        (["bees", "--sentences", "--sort", "newest"], "--sentences lists the best first"),
        (["bees", "--sentences", "--recency", "5"], "--sentences lists the best first"),
        (["bees", "--sentences", "--rerank", "some/model"], "--sentences lists the best first"),
        (["bees", "--sentences", "--record", "x"], "--record writes down a search for articles"),
        (["bees", "--sentences", "--all"], "--all goes with --record or a format"),
        (["bees", "--sentences", "--offset", "3", "--csv"], "--offset goes with a list of results"),
        (["--replay", "x.json", "--sentences"], "--replay repeats the search that the file holds"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(searcher, capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert searcher.asked == []


def test_a_library_that_is_not_there_is_named_with_the_command_that_makes_one(tmp_path, capsys):
    assert main(["bees", "--library", str(tmp_path / "nowhere")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert str(tmp_path / "nowhere") in printed.err
    assert "rebuild-index --sample" in printed.err


@pytest.fixture
def recorder(searcher, monkeypatch):
    """A searcher that lists three articles, or others once `pmids` is changed."""
    searcher.pmids = (3, 2, 1)

    def export(selection, into, *, limit=None, filters=None, **_):
        searcher.asked.append(
            ("export", selection, into, limit, filters.years.pair if filters and filters.years else None)
        )
        yield from ("β\r\n", "\ud800")

    def record(text, *, limit, sort, recency, filters, mapping, whole):
        searcher.asked.append(("record", text, limit, filters.years and filters.years.pair))
        return listing(*searcher.pmids)

    searcher.export, searcher.record = export, record
    searcher.replay = lambda written: Replay(written, listing(*searcher.pmids))
    return searcher


@pytest.mark.parametrize("into", FORMATS)
def test_an_export_is_the_file_and_nothing_else_in_utf_8_with_its_own_line_ends(recorder, capfdbinary, into):
    assert main(["honey", "bees", f"--{into}", "--years", "2015-"]) == 0
    assert capfdbinary.readouterr() == ("β\r\n?".encode(), b"")
    assert recorder.asked[1:] == [("export", "honey bees", into, 10, (2015, None))], "no page is made that nobody sees"


def test_all_exports_past_the_limit(recorder, capfd):
    assert main(["bees", "--ris", "--all", "--limit", "3"]) == 0
    assert recorder.asked[1:] == [("export", "bees", "ris", None, None)]


def test_the_options_name_the_formats_there_are():
    assert {name: entry.label for name, entry in FORMATS.items()} == search.cli.outputs.FORMATS


def test_a_record_is_written_beside_the_answer_and_says_where(recorder, tmp_path, capsys):
    assert main(["bees", "--record", str(tmp_path / "bees"), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["total"] == 3
    assert printed.err == (
        f"recorded    3 of 2,143 articles in {tmp_path / 'bees.md'} and {tmp_path / 'bees.json'}\n"
        f"repeat      pubmed-search --replay {tmp_path / 'bees.json'}\n"
    )
    assert recorder.asked[1:] == [("record", "bees", 10, None), ("bees", 10, Filters())]


def test_what_is_exported_beside_a_record_is_the_list_recorded(recorder, tmp_path, capfd):
    assert main(["bees", "--record", str(tmp_path / "bees"), "--ris", "--all"]) == 0
    assert recorder.asked[1:] == [("record", "bees", None, None), ("export", (3, 2, 1), "ris", None, None)]


def test_a_replay_exits_0_where_the_list_is_the_same_and_1_where_it_is_not(recorder, tmp_path, capsys):
    _, path = write_record(listing(3, 2, 1), tmp_path / "bees")
    assert main(["--replay", str(path)]) == 0
    assert "\nlist        the same articles in the same order\n" in capsys.readouterr().out
    recorder.pmids = (1, 2, 3)
    assert main(["--replay", str(path)]) == 1
    assert "\nlist        the same articles in another order\n" in capsys.readouterr().out
    recorder.pmids = (4, 3)
    assert main(["--replay", str(path), "--json"]) == 1
    replay = json.loads(capsys.readouterr().out)
    assert (replay["verdict"], replay["added"], replay["removed"]) == ("different", [4], [2, 1])


@pytest.mark.parametrize("before", [[], ["--pmid", "3"]])
def test_a_file_of_pmids_is_a_filter_and_says_which_records_have_none(recorder, tmp_path, capfd, before):
    (tmp_path / "review.csv").write_text("PMID,Title\n3,Bees\n,Ants\n1,Wasps\n")
    asked = []
    recorder.export = lambda selection, into, *, limit, filters, **order: asked.append(filters.pmids) or iter(())
    assert main(["bees", "--ris", *before, "--pmid-file", str(tmp_path / "review.csv")]) == 0
    assert asked == [(3, 1)]
    assert capfd.readouterr().err == "pmids       review.csv: 2 PMIDs in 3 records (CSV), 1 without a PMID\n"


def test_a_file_without_pmids_is_refused(recorder, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("none here")
    assert main(["bees", "--pmid-file", str(tmp_path / "notes.txt")]) == 1
    assert "notes.txt holds no PMID" in capsys.readouterr().err


def test_a_file_that_is_no_record_is_refused_before_the_library_is_opened(recorder, tmp_path, capsys):
    assert main(["--replay", str(tmp_path / "none.json")]) == 1
    assert "none.json cannot be read" in capsys.readouterr().err
    assert recorder.asked == []
