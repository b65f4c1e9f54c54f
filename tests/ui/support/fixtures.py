"""One browser and one server over the library in memory for all tests of pages that share them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.ui.support.server_process import Served, free_port, served


@pytest.fixture(scope="session")
def memory_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library in memory, where searches are saved."""
    return tmp_path_factory.mktemp("memory") / "library"


@pytest.fixture(scope="session")
def memory_server(tmp_path_factory: pytest.TempPathFactory, memory_folder: Path) -> Iterator[Served]:
    """The page over `tests.ui.support.memory_library.ARTICLES`."""
    port = free_port()
    program = [str(ROOT / "tests" / "ui" / "support" / "serve_memory_app.py"), str(port)]
    environment = {"PUBMED_LIBRARY": str(memory_folder)}
    with served(program, tmp_path_factory.mktemp("page"), port, environment=environment) as running:
        yield running
