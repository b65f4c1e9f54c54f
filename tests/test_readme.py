"""What the README shows is what happens."""

import doctest
import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from index.cli import _parser as rebuild_parser
from index.library.layout import Library
from model.cli.main import _parser as model_parser
from search.cli.main import _parser as search_parser
from ui.cli import _parser as ui_parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PARSERS = {
    "rebuild-index": rebuild_parser,
    "pubmed-search": search_parser,
    "pubmed-ui": ui_parser,
    "pubmed-model": model_parser,
}


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def commands() -> list[str]:
    """Every command line of the README's shell blocks."""
    lines = "".join(blocks("sh")).splitlines()
    lines += [line.removeprefix("$ ") for line in "".join(blocks("console")).splitlines() if line.startswith("$ ")]
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.fixture
def beside_the_demo(demo_library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where `make demo` has put its library into data/library."""
    folder = demo_library.path.parent.parent
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PUBMED_LIBRARY", raising=False)
    return folder


@pytest.mark.timeout(1200)
def test_the_python_session_is_real(beside_the_demo: Path):
    sessions = blocks("python")
    assert sessions
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for number, session in enumerate(sessions):
        test = doctest.DocTestParser().get_doctest(session, {}, f"README session {number}", "README.md", 0)
        assert test.examples
        told: list[str] = []
        runner.run(test, out=told.append)
        assert not runner.summarize(verbose=False).failed, "".join(told)


@pytest.mark.timeout(1200)
def test_the_console_session_is_real(beside_the_demo: Path):
    [session] = blocks("console")
    command, _, expected = session.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=beside_the_demo, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert doctest.OutputChecker().check_output(expected, done.stdout, doctest.ELLIPSIS), done.stdout


@pytest.mark.parametrize("line", commands())
def test_every_command_can_be_typed(line: str):
    # What stands behind ">" is the shell's.
    program, *arguments = takewhile(lambda word: word != ">", shlex.split(line, comments=True))
    if program == "make":
        targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(arguments) - {argument for argument in arguments if "=" in argument} <= set(targets)
    elif program in PARSERS:
        PARSERS[program]().parse_args(arguments)
    else:
        assert program in {"git", "cd", ".", "pip"}


def test_every_option_of_rebuild_index_and_pubmed_search_is_in_the_readme():
    for name in ("rebuild-index", "pubmed-search"):
        options = [option for action in PARSERS[name]()._actions for option in action.option_strings]
        told = [option for option in options if not re.search(rf"{option}\b", README)]
        assert set(told) <= {"-h", "--help"}, f"{name} has options that the README does not mention"


def test_the_pictures_are_there():
    for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()
