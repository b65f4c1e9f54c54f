"""A node's copies of releases: equal, checked whole, and kept as long as somebody reads them."""

import shutil
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.library.builds import current_build
from index.library.layout import Library
from search.service.cluster.copies import PIECE_BYTES, Copies
from search.service.cluster.release import Listing
from search.service.served_library import ServedLibrary


class Other:
    """Another node, from which copies are fetched."""

    def __init__(self, copies: Copies, listing: Listing) -> None:
        self.copies = copies
        self._listing = listing
        self.pieces: list[tuple[str, int]] = []

    def listing(self, name: str) -> bytes:
        return self._listing.encoded()

    def piece(self, name: str, file: str, offset: int) -> bytes:
        self.pieces.append((file, offset))
        return self.copies.piece(name, file, offset)


@pytest.fixture
def other(small_library: Library, tmp_path: Path) -> Other:
    copies = Copies(tmp_path / "other")
    return Other(copies, copies.make(small_library))


@pytest.fixture
def here(tmp_path: Path) -> Copies:
    return Copies(tmp_path / "here")


def test_a_release_of_a_library_that_did_not_change_is_the_same_one(small_library, other, here):
    listing = here.make(small_library)
    assert listing == other.copies.make(small_library)
    assert listing.name.startswith(f"{current_build(small_library).name}-")


def test_a_fetched_release_is_a_library_that_answers_alike(small_library, other, here):
    name = other._listing.name
    here.fetch(name, other)
    with here.held(name) as copy, ServedLibrary.open(copy.path) as served:
        found = served.search("sleep", limit=5).to_json()
    with ServedLibrary.open(small_library.path) as original:
        assert original.search("sleep", limit=5).to_json() == found


def test_a_release_is_fetched_once(other, here):
    here.fetch(other._listing.name, other)
    asked = len(other.pieces)
    assert asked == sum(file.size > 0 for file in other._listing.files.values())
    here.fetch(other._listing.name, other)
    assert len(other.pieces) == asked


def test_a_file_that_arrives_changed_is_refused_by_its_name(other, here, monkeypatch):
    name, right = other._listing.name, other.copies.piece

    def changed(name: str, file: str, offset: int) -> bytes:
        return right(name, file, offset) if file != "articles.sqlite" else right(name, file, offset)[:-1] + b"!"

    monkeypatch.setattr(other.copies, "piece", changed)
    with pytest.raises(LibraryError, match=r"articles\.sqlite was changed"):
        here.fetch(name, other)
    with pytest.raises(FileNotFoundError), here.held(name):
        pass


def test_a_file_that_arrives_cut_is_refused(other, here, monkeypatch):
    monkeypatch.setattr(other.copies, "piece", lambda name, file, offset: b"")
    with pytest.raises(LibraryError, match="bytes, its manifest says"):
        here.fetch(other._listing.name, other)


def test_a_list_of_other_files_is_refused(other, here):
    files = {"../outside": next(iter(other._listing.files.values()))}
    other._listing, name = Listing("a-build", files), other._listing.name
    for asked in (name, other._listing.name):
        with pytest.raises(LibraryError, match="not the list of files"):
            here.fetch(asked, other)


def test_a_damaged_build_gives_no_release(small_library, here, tmp_path):
    library = Library(tmp_path / "library")
    shutil.copytree(small_library.path, library.path)
    embeddings = current_build(library) / "embeddings"
    embeddings.write_bytes(embeddings.read_bytes()[:-1] + b"!")
    with pytest.raises(LibraryError, match="embeddings was changed"):
        here.make(library)


def test_a_release_that_is_read_is_not_removed(small_library, here):
    name = here.make(small_library).name
    with here.held(name) as copy:
        here.remove_others(())
        assert copy.store.exists()
    here.remove_others((name,))
    assert copy.store.exists()
    here.remove_others(())
    assert not copy.path.exists()


def test_a_large_file_comes_in_pieces(other, here, monkeypatch):
    monkeypatch.setattr("search.service.cluster.copies.PIECE_BYTES", 1000)
    here.fetch(other._listing.name, other)
    assert len(other.pieces) > len(other._listing.files)
    assert PIECE_BYTES > 1000
