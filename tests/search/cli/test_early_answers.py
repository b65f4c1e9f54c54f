"""What the command line says before it opens a library, and the place in the list from which it prints."""

import pytest

from index.command_line.version import program_version
from search.cli.main import main
from search.filters.filters import Filters
from search.service.cli import main as serve
from tests.search.cli.test_main import FakeSearcher


@pytest.fixture
def searcher(monkeypatch) -> FakeSearcher:
    fake = FakeSearcher()
    monkeypatch.setattr("search.searcher.Searcher", fake)
    return fake


def test_better_hits_are_skipped_and_only_in_a_list(searcher, capsys):
    assert main(["bees", "--offset", "20"]) == 0
    assert searcher.asked == [(None,), ("bees", 10, Filters(), 20)]
    assert "the list has 3 articles" in " ".join(capsys.readouterr().out.split())
    for other in (["--ris"], ["--record", "x"]):
        with pytest.raises(SystemExit) as exit_:
            main(["bees", "--offset", "20", *other])
        assert exit_.value.code == 2


def test_what_is_wrong_with_the_filters_is_said_before_the_library_is_opened(searcher, capsys):
    assert main(["bees", "--pmid-file", "nothing.ris"]) == 1
    assert "nothing.ris" in capsys.readouterr().err
    assert searcher.asked == []


@pytest.mark.parametrize("command", ["pubmed-search", "pubmed-serve"])
def test_the_version_is_printed(capsys, command):
    run = main if command == "pubmed-search" else serve
    with pytest.raises(SystemExit) as exit_:
        run(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"{command} {program_version()}\n"
