"""`pubmed-search` as a process of its own: what it loads, how it ends, what a terminal gets."""

import os
import subprocess
import sys
import tomllib

from search.export.formats import FORMATS
from tests.support.paths import ROOT

HEAVY = {"torch", "txtai", "faiss", "tantivy", "transformers", "sentence_transformers", "numpy", "streamlit"}


def run(program: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )


OPTIONS = (
    *(
        "--limit",
        "--years",
        "--library",
        "--json",
        "--all",
        "--record",
        "--replay",
        "--recency",
        "--rerank",
        "--no-mapping",
        "--sentences",
    ),
    *(f"--{name}" for name in FORMATS),
)


def test_help_names_every_option_and_loads_nothing_heavy():
    program = """
import sys
from search import Searcher
from search.cli.main import main
import search.cli.terminal
try:
    main(["--help"])
finally:
    print(*sys.modules, file=sys.stderr)
"""
    ended = run(program)
    assert all(option in ended.stdout for option in OPTIONS)
    assert {"search.searcher", "search.cli.terminal"} <= set(ended.stderr.split())
    assert HEAVY.isdisjoint(ended.stderr.split()), "seconds that --help must not pay"


def test_a_reader_that_leaves_early_is_no_error():
    program = (
        "import sys; from search.cli.main import main; import search.cli.main as c;"
        "c._run = lambda arguments: c.print_out('x' * 10_000_000) or 0;"
        "sys.exit(main(['bees']))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=-1, stderr=-1) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_an_ascii_terminal_gets_replacement_characters_instead_of_a_crash():
    program = (
        "import search.cli.main as c; from search.results import Page; from search.query.query import *;"
        "from search.cli.terminal import page_text;"
        "page = Page(Query('', '', Interpretation((), None, 'β')), (), 0, 0, 'exact', 0, 'b', 'm', 0.0);"
        "from search.cli.asked import Asked;"
        "Asked.answer = lambda self, pubmed: iter([page_text(page, self.terminal)]);"
        "c.ask_service = lambda library, asked: asked.answer(None); c.main(['bees'])"
    )
    assert run(program, PYTHONIOENCODING="ascii").stdout.startswith("Read as: ?")


def test_the_command_is_installed_under_its_name():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts["pubmed-search"] == "search.cli.main:main"
