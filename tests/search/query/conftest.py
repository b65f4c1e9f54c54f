"""The real sample as one library, and the same articles as PubMed's guide sees them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.core.progress import SILENT
from index.lexical.mesh_loader import load_mesh
from index.library.layout import Library
from index.records.article import Article
from index.store.article_store import ArticleStore
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds
from tests.support.oracles.pubmed_guide.mesh_table import MeshTable


@pytest.fixture(scope="session")
def mesh_table(shared_data: Path) -> MeshTable:
    return MeshTable.read(shared_data / "mesh" / "mesh_descriptors.tsv.gz")


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory, sample_file: Path, shared_data: Path) -> Library:
    """All of the real sample, with the fake encoder and MeSH: minutes, once a suite; treat it as read-only."""
    library = Library(tmp_path_factory.mktemp("sample") / "library")
    build(library, sample_file)
    load_mesh(shared_data / "mesh" / "mesh_descriptors.tsv.gz", library.mesh, progress=SILENT)
    return library


@pytest.fixture(scope="session")
def sample(sample_library: Library) -> Iterator[Searcher]:
    with small_builds(), Searcher.open(sample_library.path) as searcher:
        yield searcher


@pytest.fixture(scope="session")
def sample_articles(sample_library: Library) -> list[Article]:
    with ArticleStore.open(sample_library.store) as store:
        return list(store)
