"""`pubmed-search saved` and `--save`: what is saved, listed, run, written as a feed, removed and refused."""

import json
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from index.library.layout import Library
from search import Searcher
from search.cli.main import main
from search.recording.feed import ATOM
from tests.support.fakes.fake_index import article, stand_in

ARTICLES = [article(900000000 + number, title=f"Sleep in cohort {number} \x1b[31m") for number in range(1, 4)]
LATER = article(900000009, title="Sleep of shift workers")
BROWSER = "00000000000000aa"


@dataclass
class Saved:
    """A library in which two searches were saved, one of them by a browser, before an article was added."""

    path: Path
    id: str
    of_browser: str


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Saved:
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    stand_in(monkeypatch, ARTICLES)
    assert main(["sleep[ti]", "--years", "2020", "--save", "--limit", "1"]) == 0
    id_ = capsys.readouterr().err.split()[1]
    with Searcher.open() as pubmed:
        of_browser = pubmed.saved.of_browser(BROWSER).keep(pubmed.record("cohort[ti]")).id
    stand_in(monkeypatch, [*ARTICLES, LATER])
    return Saved(tmp_path, id_, of_browser)


def test_a_saved_search_is_listed_with_what_it_found(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["saved"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{saved.id}  sleep[ti] · 2020"
    assert lines[1].startswith(" " * 18 + "3 articles when last viewed, 20")
    assert lines[2] == f"{saved.of_browser}  cohort[ti]"
    assert lines[3].endswith(f" UTC · of browser {BROWSER}")
    assert main(["saved", saved.id, "--json"]) == 0
    [listed] = json.loads(capsys.readouterr().out)["searches"]
    assert (listed["query"], listed["filters"], listed["browser"]) == ("sleep[ti]", {"years": [2020, 2020]}, None)


def test_of_a_plain_question_the_best_are_what_is_watched(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads((Library(saved.path).searches / f"{saved.id}.json").read_text())
    with Searcher.open() as pubmed:
        plain = pubmed.saved.keep(pubmed.record("sleep", limit=2)).id
    assert main(["saved", plain, saved.id]) == 0
    counts = [line.split(" when")[0].strip() for line in capsys.readouterr().out.splitlines()[1::2]]
    assert sorted(counts) == ["3 articles", "the best 2 of 4 articles"]
    assert record["request"]["limit"] is None


def test_a_run_names_what_is_new_once(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["saved", "--run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].strip().startswith("1 new article, since 20")
    assert lines[2] == "  PMID 900000009  Sleep of shift workers · 2020"
    assert lines[4].strip().startswith("nothing new, since 20")
    assert main(["saved", "--run"]) == 0
    assert "new article" not in capsys.readouterr().out


def test_a_run_as_json_has_the_pmids_of_one_search(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["saved", saved.of_browser, "--run", "--json"]) == 0
    [run] = json.loads(capsys.readouterr().out)["searches"]
    assert (run["id"], run["browser"], run["added"], run["removed"]) == (saved.of_browser, BROWSER, [], [])
    assert main(["saved", saved.id, "--run", "--json"]) == 0
    [run] = json.loads(capsys.readouterr().out)["searches"]
    assert (run["added"], run["total"]) == ([900000009], 4)


def test_the_feed_keeps_what_earlier_runs_found(saved: Saved, tmp_path: Path) -> None:
    feed = tmp_path / "news.atom"
    assert main(["saved", "--run", "--feed", str(feed)]) == 0
    first = feed.read_bytes()
    assert main(["saved", "--run", "--feed", str(feed)]) == 0
    assert feed.read_bytes() == first
    root = ET.fromstring(first)  # noqa: S314 - our own
    assert [entry.findtext(f"{{{ATOM}}}id") for entry in root.iter(f"{{{ATOM}}}entry")] == [LATER.url]


def test_what_cannot_be_written_stays_new(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["saved", "--run", "--feed", str(saved.path / "nowhere" / "news.atom")]) == 1
    assert "cannot be written: No such file or directory" in capsys.readouterr().err
    assert main(["saved", "--run"]) == 0
    assert "1 new article" in capsys.readouterr().out


def test_a_search_that_cannot_be_repeated_is_said_and_the_others_run(
    saved: Saved, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Library(saved.path).searches / BROWSER / f"{saved.of_browser}.json"
    content = json.loads(file.read_text())
    file.write_text(json.dumps(content | {"request": content["request"] | {"filters": {"moon": "full"}}}))
    assert main(["saved", "--run"]) == 1
    output = capsys.readouterr()
    assert f"pubmed-search: {saved.of_browser}: The recorded search cannot be repeated" in output.err
    assert "1 new article" in output.out


def test_a_removed_search_is_gone_from_wherever_it_was(saved: Saved, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["saved", "--remove", saved.id, saved.of_browser]) == 0
    assert main(["saved"]) == 0
    assert "No search is saved in this library." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["saved", "by", "the", "bell"], "No search is saved as by, the, bell"),
        (["saved", "--library", "/nowhere"], "There is no library at /nowhere"),
    ],
)
def test_what_is_not_there_is_a_stated_error(
    saved: Saved, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["saved", "--feed", "x.atom"], "--feed writes what --run finds"),
        (["saved", "--remove"], "--remove takes the IDs"),
        (["saved", "0123456789abcdef", "--remove", "--run"], "--remove takes the IDs"),
        (["sleep", "--save", "--recency", "3"], "--save keeps a search as the page can show it"),
        (["sleep", "--save", "--sentences"], "--save keeps a search as the page can show it"),
        (["--replay", "x.json", "--save"], "--replay repeats"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_no_control_character_of_a_record_reaches_the_terminal(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, [*ARTICLES, article(900000010, title="Sleep \x1b]0;owned\x07")])
    assert main(["saved", "--run"]) == 0
    output = capsys.readouterr().out
    assert "1 new article" in output
    assert not {"\x1b", "\x07"} & set(output)
