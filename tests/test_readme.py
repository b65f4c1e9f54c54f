"""What the README and the pages of docs/ show is what happens."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

import pytest

from index.cli import _parser as rebuild_parser
from index.library.layout import Library
from model.cli.main import _parser as model_parser
from search.cli.evaluate import parser as evaluate_parser
from search.cli.main import _parser as search_parser
from search.cli.review import duplicates as duplicates_command
from search.cli.review import recall as recall_command
from search.cli.saved import command as saved_command
from search.cli.similar import read_options
from search.service.cli import _parser as serve_parser
from tests.support.paths import ROOT
from ui.cli import _parser as ui_parser

NOT_OURS = {"data/library", "data/mirror", "data/datasets", "data/runs", "runs"}
SESSIONS = ("README.md", "docs/python.md", "docs/search.md")
PARSERS = {
    "rebuild-index": rebuild_parser,
    "pubmed-search": search_parser,
    "pubmed-serve": serve_parser,
    "pubmed-ui": ui_parser,
    "pubmed-model": model_parser,
}


def pages() -> Iterator[Path]:
    """Every Markdown file of the repository; folders that begin with a dot are tools' own."""
    for folder, below, names in os.walk(ROOT):
        place = Path(folder).relative_to(ROOT)
        below[:] = sorted(name for name in below if name[0] != "." and (place / name).as_posix() not in NOT_OURS)
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(".md"))


PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in pages()}
WRITTEN = {name: text for name, text in PAGES.items() if not name.startswith("data/")}


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)
    return [text for kind, text in found if kind == language]


def console_sessions() -> Iterator[tuple[str, str]]:
    """Each command of a console block with what it prints."""
    for page in SESSIONS:
        for block in blocks(page, "console"):
            for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, expected = session.partition("\n")
                yield command, expected


def commands() -> list[str]:
    """Every command line of the shell blocks."""
    lines = [line for page in WRITTEN for block in blocks(page, "sh") for line in block.splitlines()]
    lines += [command for command, _ in console_sessions()]
    return [line for line in dict.fromkeys(lines) if line.strip() and not line.startswith("#")]


def links() -> list[tuple[str, str]]:
    """Every relative link of a page, those in blocks of code left out."""
    found = []
    for page, text in PAGES.items():
        prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
        targets = re.findall(r"\]\(([^()\s]+)\)", prose)
        found += [(page, target) for target in targets if not re.match(r"[a-z]+:", target)]
    return found


def anchors(text: str) -> set[str]:
    """The names by which a page's headings are linked to."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture
def beside_the_demo(demo_library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where `make demo` has put its library into data/library."""
    folder = demo_library.path.parent.parent
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PUBMED_LIBRARY", raising=False)
    return folder


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("page", [page for page in SESSIONS if blocks(page, "python")])
def test_the_python_session_is_real(beside_the_demo: Path, page: str):
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for number, session in enumerate(blocks(page, "python")):
        test = doctest.DocTestParser().get_doctest(session, {}, f"{page} session {number}", page, 0)
        assert test.examples
        told: list[str] = []
        runner.run(test, out=told.append)
        assert not runner.summarize(verbose=False).failed, "".join(told)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("command", "expected"), list(console_sessions()))
def test_the_console_session_is_real(beside_the_demo: Path, command: str, expected: str):
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=beside_the_demo, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert doctest.OutputChecker().check_output(expected, done.stdout, doctest.ELLIPSIS), done.stdout


def test_each_page_with_sessions_has_some():
    assert [page for page in SESSIONS if not blocks(page, "python") and not blocks(page, "console")] == []


@pytest.mark.parametrize("line", commands())
def test_every_command_can_be_typed(line: str):
    # What stands behind ">" is the shell's.
    program, *arguments = takewhile(lambda word: word != ">", shlex.split(line, comments=True))
    if program == "make":
        targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(arguments) - {argument for argument in arguments if "=" in argument} <= set(targets)
    elif (program, *arguments[:1]) == ("pubmed-search", "similar"):
        read_options(arguments[1:])
    elif (program, *arguments[:1]) == ("pubmed-search", "saved"):
        saved_command.read_options(arguments[1:])
    elif (program, *arguments[:1]) == ("pubmed-search", "recall"):
        recall_command.read_options(arguments[1:])
    elif (program, *arguments[:1]) == ("pubmed-search", "duplicates"):
        duplicates_command.read_options(arguments[1:])
    elif (program, *arguments[:1]) == ("pubmed-search", "evaluate"):
        evaluate_parser().parse_args(arguments[1:])
    elif program in PARSERS:
        PARSERS[program]().parse_args(arguments)
    else:
        assert program in {"git", "cd", "export", ".", "pip", "grep", "pre-commit", "ray", ".venv/bin/pytest"}


def test_every_option_of_the_commands_for_users_is_in_the_readme_or_the_docs():
    text = "\n".join(WRITTEN.values())
    for name in ("rebuild-index", "pubmed-search", "pubmed-serve"):
        options = [option for action in PARSERS[name]()._actions for option in action.option_strings]
        missing = [option for option in options if not re.search(rf"{option}\b", text)]
        assert set(missing) <= {"-h", "--help"}, f"{name} has options that no page mentions"


def test_the_pictures_are_there():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGES["README.md"])
    assert pictures
    for path in pictures:
        assert (ROOT / path).is_file()


def test_every_relative_link_leads_to_a_file_and_a_heading():
    assert links()
    broken = []
    for page, target in links():
        name, _, anchor = unquote(target).partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            broken.append((page, target))
    assert broken == []


def test_the_readme_is_short():
    assert len(PAGES["README.md"].split()) < 900
