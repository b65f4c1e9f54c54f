"""The core without the extra `ui`: every other command works, and the page's says what to install."""

import os
import socket
import subprocess
import sys

from index.library.layout import Library
from tests.support.paths import ROOT

HIDING = """
import sys
from importlib.abc import MetaPathFinder

class Hidden(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == "streamlit":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", HIDING + program, *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=120, check=False)


def test_the_page_says_in_a_sentence_what_to_type() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    page = run("from ui.cli import main; sys.exit(main(sys.argv[1:]))", "--port", str(port), "--no-browser")
    assert page.returncode == 1
    assert page.stderr == (
        "pubmed-ui: streamlit is not installed: the page needs the extra `ui`.\n"
        "  pip install --constraint constraints.txt --editable '.[sample,ui]'\n"
    )
    assert page.stdout == ""


def test_everything_else_works(small_library: Library) -> None:
    program = """
import pkgutil, importlib, index, search, model
for package in (index, search, model):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.startswith("search.integrations.") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from search.cli.main import main
sys.exit(main(["sertraline", "--no-server", "--library", sys.argv[1]]))
"""
    searched = run(program, str(small_library.path))
    assert searched.returncode == 0, searched.stderr
    assert "PMID" in searched.stdout
