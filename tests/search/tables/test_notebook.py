"""The notebook of the docs runs, and the examples of the docstrings are true."""

import doctest
import importlib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from index.library.layout import Library
from search import Searcher
from tests.support.paths import ROOT

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
MODULES = ("search.searcher", "search.results", "search.explore.many_answers", "search.review.bench")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_docstrings_are_true(small_library: Library, name: str):
    module = importlib.import_module(name)
    with Searcher.open(small_library.path) as pubmed:
        found = [test for test in doctest.DocTestFinder().find(module, globs={"pubmed": pubmed}) if test.examples]
        assert found
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        said: list[str] = []
        for test in found:
            runner.run(test, out=said.append)
    assert not runner.summarize(verbose=False).failed, "".join(said)


def test_the_notebook_is_small_and_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert NOTEBOOK.stat().st_size < 10_000
    assert [cell.outputs for cell in notebook.cells if cell.cell_type == "code" and cell.outputs] == []


# The kernel is a process of its own; what its libraries warn of while they start it is theirs.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_notebook_runs(small_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PUBMED_LIBRARY", str(small_library.path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = {cell.id: cell.outputs[0] for cell in notebook.cells if cell.get("outputs")}
    assert "<mark>metformin</mark>" in shown["page"].data["text/html"]
    assert "900000001" in shown["table"].data["text/html"]
    assert "'metformin and cancer': [900000001]" in shown["many"].data["text/plain"]
    assert shown["all"].data["text/plain"].startswith("Counter({")
    assert "most like 900000001 first" in shown["similar"].data["text/html"]
    assert shown["slip"].text == "PubMed has no publication type 'Revieww'. Did you mean 'Review'?\n"
