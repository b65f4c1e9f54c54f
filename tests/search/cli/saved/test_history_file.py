"""`--history`: searches of the command line numbered in a file, and used by later ones."""

from pathlib import Path

import pytest

from search.cli.main import main
from tests.support.fakes.fake_index import article, stand_in

ARTICLES = [
    article(900000001, title="Sleep and memory"),
    article(900000002, title="Sleep of rats"),
    article(900000003, title="Memory of rats"),
]


@pytest.fixture
def history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    stand_in(monkeypatch, ARTICLES)
    return tmp_path / "review.txt"


def ask(history: Path, *words: str) -> int:
    return main([*words, "--history", str(history), "--no-server", "--nbib", "--all"])


def test_searches_are_numbered_in_a_file_and_later_ones_use_them(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(history, "sleep[ti]") == ask(history, "rats[ti]") == 0
    assert capsys.readouterr().err == f"history     #1 in {history}\nhistory     #2 in {history}\n"
    assert ask(history, "#1 NOT #2") == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("PMID-")] == ["PMID- 900000001"]
    assert ask(history, "#3 OR memory[ti]") == 0
    assert history.read_text() == "#1 sleep[ti]\n#2 rats[ti]\n#3 #1 NOT #2\n#4 #3 OR memory[ti]\n"
    capsys.readouterr()
    assert main([history.read_text(), "--no-server", "--json"]) == 0
    assert '"total": 2,' in capsys.readouterr().out


def test_the_same_search_keeps_its_number_and_a_refused_one_gets_none(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(history, "sleep[ti]") == ask(history, "sleep[ti]") == 0
    assert ask(history, "#7", "AND", "sleep[ti]") == ask(history, "(sleep[ti]") == 1
    assert history.read_text() == "#1 sleep[ti]\n"
    assert "#7" in capsys.readouterr().err


def test_a_file_written_by_hand_is_continued(history: Path) -> None:
    history.write_bytes("\ufeff#2 sleep[ti]\r\n\r\n#5  rats[ti]".encode())
    assert ask(history, "#2 AND\n #5") == 0
    assert history.read_text(encoding="utf-8-sig").split("\n")[-3:] == ["#5  rats[ti]", "#6 #2 AND #5", ""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"#1 sleep\nrats\n", "Line 2 of {path} is no numbered search: 'rats'. A history has one search a line:"),
        (b"#1 sleep\n#1 rats\n", "Line 2 of {path} has the number #1 a second time"),
        (b"#1 \xff\n", "The history {path} cannot be read"),
        (b"#999 sleep\n", "{path} has searches up to #999"),
    ],
)
def test_what_is_no_history_is_a_stated_error_and_stays(
    history: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    history.write_bytes(content)
    assert ask(history, "memory[ti]") == 1
    assert message.format(path=history) in capsys.readouterr().err
    assert history.read_bytes() == content


@pytest.mark.fault("B2")
def test_a_file_that_cannot_be_written_is_named(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(history.parent / "nowhere" / "review.txt", "memory[ti]") == 1
    assert "review.txt cannot be written: No such file or directory." in capsys.readouterr().err
