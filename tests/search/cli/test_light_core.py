"""What reads a library imports neither the model's libraries nor txtai: a search from the command line is quick."""

import os
import subprocess
import sys

import pytest

from index.library.layout import Library
from tests.conftest import ROOT

HEAVY = {
    *("torch", "txtai", "transformers", "sentence_transformers", "onnx"),
    *("sklearn", "scipy", "pandas", "huggingface_hub", "requests", "lxml", "lark", "citeproc", "streamlit"),
}
COMMANDS = {
    "a search": "from search.cli.main import main; status = main(['metformin', '--library', library])",
    "similar articles": "from search.cli.main import main; status = main(['similar', pmid, '--library', library])",
    "saved searches": "from search.cli.main import main; status = main(['saved', '--library', library])",
    "the status": "from index.cli import main; status = main(['--status', '--library', library])",
    "the check": "from index.cli import main; status = main(['--verify', '--library', library])",
    "Python": "from search import Searcher; status = not Searcher.open(library).search('metformin').hits",
}


@pytest.mark.parametrize("what", COMMANDS)
def test_nothing_heavy_is_imported_by(small_library: Library, what: str):
    program = f"""
import sys
library, pmid = sys.argv[1:]
{COMMANDS[what]}
print("heavy:", *sorted({HEAVY!r} & set(sys.modules)))
sys.exit(status)
"""
    pmid = "900000101"
    run = subprocess.run(
        [sys.executable, "-c", program, str(small_library.path), pmid],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PUBMED_LIBRARY": str(small_library.path)},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "heavy:"


def test_the_status_says_what_encodes_queries(small_library: Library, capsys: pytest.CaptureFixture[str]):
    from index.cli import main

    assert main(["--status", "--library", str(small_library.path)]) == 0
    assert "\nqueries     encoded by ONNX Runtime\n" in capsys.readouterr().out
