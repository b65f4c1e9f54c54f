"""Whatever happens to a file of a library: no answer is wrong in silence, and `--verify` names the file."""

import os
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.build.library_check import verify_library
from index.core.errors import LibraryError
from index.core.progress import SILENT
from index.engine.search_index import SearchIndex
from index.library.builds import current_build
from index.library.layout import Library
from tests.support.builds.killed_builds import build, record, small_builds
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.oracles.library_damages import answers, files_of, forge, hold, make_library
from tests.support.records.pubmed_xml import write_articles


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def library(sound: Library, tmp_path: Path) -> Library:
    shutil.copytree(sound.path, tmp_path / "library")
    return Library(tmp_path / "library")


def faults(library: Library) -> str:
    try:
        with small_builds():
            return "\n".join(verify_library(library, SILENT).faults)
    except LibraryError as error:
        return str(error)


def open_index(library: Library) -> SearchIndex:
    return SearchIndex.open(current_build(library), encoder=FakeEncoder())


@pytest.mark.fault("B18")
def test_one_flipped_byte_in_every_file_of_a_build_and_in_every_shard_is_named(library: Library):
    assert faults(library) == ""
    chance = random.Random(18)  # noqa: S311
    named = []
    for path in files_of(library):
        if path.suffix == ".safetensors" or (path.is_relative_to(library.builds) and path.name != "manifest.json"):
            content = path.read_bytes()
            position = chance.randrange(len(content))
            path.write_bytes(content[:position] + bytes([content[position] ^ 0x10]) + content[position + 1 :])
            named.append(path.name if path.suffix == ".safetensors" else path.relative_to(current_folder(library)))
    assert len(named) > 100
    found = faults(library)
    assert [name for name in map(str, named) if name not in found] == []


def current_folder(library: Library) -> Path:
    return library.builds / library.pointer.read_text().split()[0]


@pytest.mark.fault("B18")
def test_random_damages_are_stated_or_found(sound: Library, tmp_path: Path):
    expected = answers(sound)
    outcomes = [hold(sound, expected, seed, tmp_path / "damaged") for seed in range(60)]
    assert sum(outcome.endswith("stated") for outcome in outcomes) > 30


@pytest.mark.fault("B18")
def test_a_build_with_a_damaged_file_is_built_again_though_nothing_is_new(library: Library):
    embeddings = current_build(library) / "embeddings"
    content = embeddings.read_bytes()
    embeddings.write_bytes(content[:-300] + bytes(len(content[-300:])))
    assert build(library).published
    assert faults(library) == ""
    assert not build(library).published


@pytest.mark.fault("B18")
def test_a_large_file_of_another_size_is_noticed_at_opening(library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("index.library.build_files.SMALL_BYTES", 100)
    embeddings = current_build(library) / "embeddings"
    embeddings.write_bytes(embeddings.read_bytes() + b"!")
    with pytest.raises(LibraryError, match="its file embeddings has"):
        open_index(library)


@pytest.mark.fault("B18")
def test_a_changed_manifest_is_refused_by_its_hash(library: Library):
    path = current_build(library) / "manifest.json"
    path.write_text(path.read_text().replace('"articles": 30', '"articles": 31'))
    with pytest.raises(LibraryError, match=r"manifest.json was changed(.|\n)*rebuild-index"):
        open_index(library)


def zeroed(path: Path) -> None:
    np.save(path, np.zeros_like(np.load(path)))


def reversed_rows(path: Path) -> None:
    rows = np.load(path)
    np.save(path, (rows.max(initial=0) - rows).astype(rows.dtype))


def other_vectors(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[200:264], content[264:328] = content[264:328], content[200:264]
    path.write_bytes(content)


FORGED = {
    "years.npy": zeroed,
    "days.npy": zeroed,
    "values/first_author/rows.npy": reversed_rows,
    "values/status/keys.npy": zeroed,
    "embeddings": other_vectors,
}


@pytest.mark.fault("B16", "B18")
@pytest.mark.parametrize("name", FORGED)
def test_a_file_that_disagrees_with_the_store_is_found_though_all_hashes_were_made_again(library: Library, name: str):
    FORGED[name](current_build(library) / name)
    forge(library)
    open_index(library)
    found = faults(library)
    assert "SHA-256" not in found
    assert (name in found) if name != "embeddings" else "vectors of the index are not those in the shards" in found


@pytest.mark.fault("B16", "B18")
@pytest.mark.parametrize(("folder", "kind"), [("exact", "exact words"), ("bm25", "words")])
def test_words_of_other_articles_are_found_though_all_hashes_were_made_again(
    library: Library, tmp_path: Path, folder: str, kind: str
):
    other = make_other_words(tmp_path / "other")
    shutil.rmtree(current_build(library) / folder)
    shutil.copytree(current_build(other) / folder, current_build(library) / folder)
    forge(library)
    open_index(library)
    assert f"of its {kind} are not in the articles that have them in the store" in faults(library)


def make_other_words(folder: Path) -> Library:
    folder.mkdir()
    texts = [record(number, title=f"Nothing of the kind {number}") for number in range(30)]
    library = Library(folder / "library")
    build(library, write_articles(folder / "pubmed21n0001.xml.gz", texts))
    return library


@pytest.mark.fault("B16")
@pytest.mark.parametrize("name", ["embeddings", "years.npy", "bm25", "values/author", "manifest.json"])
def test_a_link_in_the_place_of_a_file_is_not_followed(library: Library, tmp_path: Path, name: str):
    path = current_build(library) / name
    outside = tmp_path / "outside"
    path.rename(outside)
    path.symlink_to(outside)
    with pytest.raises(LibraryError, match="regular file"):
        open_index(library)


@pytest.mark.fault("B16")
@pytest.mark.parametrize("linked", ["the build", "all builds"])
def test_a_build_that_a_link_leads_out_of_the_library_is_not_opened(library: Library, tmp_path: Path, linked: str):
    folder = current_folder(library) if linked == "the build" else library.builds
    folder.rename(tmp_path / "outside")
    folder.symlink_to(tmp_path / "outside")
    with pytest.raises(LibraryError, match="is missing"):
        open_index(library)


@pytest.mark.fault("B16")
@pytest.mark.parametrize("kind", ["pipe", "folder", "not UTF-8", "too long", "a path", "a name of 5,000 letters"])
def test_a_pointer_that_names_no_build_is_a_stated_error(library: Library, kind: str):
    library.pointer.unlink()
    match kind:
        case "pipe":
            os.mkfifo(library.pointer)
        case "folder":
            library.pointer.mkdir()
        case "not UTF-8":
            library.pointer.write_bytes(b"\xff\xfe\x00")
        case "too long":
            library.pointer.write_bytes(b"a" * 10_000_000)
        case "a path":
            library.pointer.write_text("../../etc")
        case _:
            library.pointer.write_text("a" * 400 + "\n")
    with pytest.raises(LibraryError, match="rebuild-index"):
        open_index(library)
