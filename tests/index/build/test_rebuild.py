"""A library is brought up to date: only what is new is encoded, and nothing half-made is ever in service."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.build import index_job
from index.cli import main
from index.core.errors import LibraryError, ModelError, SourceError
from index.embedding.model_files import ModelReference
from index.embedding.shard import Shard
from index.engine.search_index import SearchIndex
from index.library.builds import current_build, current_manifest, rollback
from index.library.layout import Library
from tests.support.builds import killed_builds
from tests.support.builds.killed_builds import COUNT, build, record, records
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.records.pubmed_xml import FIRST_PMID, deletion_xml, write_articles


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "pubmed21n0001.xml.gz", records())


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "a library")


def opened(library: Library) -> SearchIndex:
    folder = current_build(library)
    manifest = current_manifest(library)
    return SearchIndex.open(folder, encoder=FakeEncoder(killed_builds.MODELS[manifest.model], manifest.precision))


def pmids(library: Library) -> list[int]:
    return opened(library).pmids.tolist()


def file_states(library: Library) -> dict[Path, tuple[int, bytes]]:
    files = [path for path in library.path.rglob("*") if path.is_file() and path != library.lock]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files} | {
        library.lock: (0, library.lock.read_bytes())
    }


def test_a_build_indexes_every_article_of_its_sources(library: Library, source: Path):
    result = build(library, source)
    assert result.ingest.read == COUNT
    assert (result.encoded, result.published, result.manifest.articles) == (COUNT, True, COUNT)
    assert pmids(library) == [FIRST_PMID + number for number in reversed(range(COUNT))]
    assert opened(library).matching("number7", 5).matches[0].pmid == FIRST_PMID + 7
    assert result.manifest.newest == "2021-02-02"


def test_vectors_go_with_their_articles(library: Library, source: Path):
    build(library, source)
    index = opened(library)
    for number in (0, 8, 29):
        text = f"The story of number{number} among topic{number % 4} We saw number{number} at place{number % 7}."
        match = index.nearest(index.encode(f"{text} It was there again."), 1)[0]
        assert (match.pmid, match.score) == (FIRST_PMID + number, pytest.approx(1, abs=3e-3))


def test_words_come_from_title_abstract_keywords_mesh_and_authors(library: Library, tmp_path: Path):
    fields = {
        "keywords": ["kappa"],
        "mesh": [("D1", "Lambda")],
        "authors": ["Mubarak, Nu"],
        "title": "Xi",
        "abstract": "Pi",
    }
    build(library, write_articles(tmp_path / "a.xml", [record(1, **fields), record(2)]))
    index = opened(library)
    for word in ("kappa", "lambda", "mubarak", "xi", "pi"):
        assert [match.pmid for match in index.matching(word, 5).matches] == [FIRST_PMID + 1], word


@pytest.mark.fault("R4")
def test_an_article_without_abstract_is_found_by_its_title(library: Library, tmp_path: Path):
    build(library, write_articles(tmp_path / "a.xml", [record(1, abstract=None), record(2), record(3)]))
    index = opened(library)
    assert index.matching("number1", 5).matches[0].pmid == FIRST_PMID + 1
    assert index.nearest(index.encode("The story of number1 among topic1"), 1)[0].pmid == FIRST_PMID + 1


@pytest.mark.fault("R5")
def test_an_article_without_any_text_can_be_indexed(library: Library, tmp_path: Path):
    build(library, write_articles(tmp_path / "a.xml", [record(1, title=None, abstract=None), record(2)]))
    assert len(pmids(library)) == 2


@pytest.mark.fault("B15")
def test_nothing_new_changes_no_byte_and_loads_no_model(library: Library, source: Path):
    first = build(library, source)
    before = file_states(library)
    loaded: list[FakeEncoder] = []
    for sources in ((source,), ()):
        again = build(library, *sources, encoders=loaded)
        assert (again.published, again.encoded, again.manifest) == (False, 0, first.manifest)
    assert file_states(library) == before
    assert loaded == []


def test_a_limit_indexes_so_many_and_a_later_run_encodes_only_the_rest(library: Library, source: Path):
    loaded: list[FakeEncoder] = []
    first = build(library, source, limit=4, encoders=loaded)
    assert (first.encoded, first.ingest.stored, first.manifest.limit) == (4, COUNT, 4)
    assert pmids(library) == [FIRST_PMID + number for number in range(29, 25, -1)]
    second = build(library, source, encoders=loaded)
    assert (second.encoded, second.manifest.articles) == (COUNT - 4, COUNT)
    assert build(library, limit=4).encoded == 0
    assert len(pmids(library)) == 4


def test_an_update_encodes_only_new_texts_and_applies_deletions(library: Library, source: Path, tmp_path: Path):
    build(library, source)
    changed = record(3, title="Something else entirely", revised="2022-01-01")
    retyped = record(4, keywords=["freshword"], revised="2022-01-01")
    update = [changed, retyped, record(COUNT), deletion_xml([FIRST_PMID + 5])]
    result = build(library, write_articles(tmp_path / "pubmed21n0002.xml.gz", update))
    assert result.encoded == 2
    assert result.manifest.articles == COUNT
    assert FIRST_PMID + 5 not in pmids(library)
    index = opened(library)
    assert index.matching("entirely", 5).matches[0].pmid == FIRST_PMID + 3
    assert [match.pmid for match in index.matching("freshword", 5).matches] == [FIRST_PMID + 4]


def answers(library: Library) -> list[object]:
    index = opened(library)
    questions = ["number7 of topic3", "place2 again", "story"]
    return [
        [index.pmids.tolist(), index.facets("year")],
        *(index.nearest(index.encode(text), 40) for text in questions),
        *(index.matching(text, 40) for text in questions),
    ]


@pytest.mark.fault("B10")
def test_an_update_equals_a_rebuild(library: Library, source: Path, tmp_path: Path):
    update = write_articles(
        tmp_path / "pubmed21n0002.xml.gz",
        [record(3, title="Something else entirely", revised="2022-01-01"), deletion_xml([FIRST_PMID + 5]), record(40)],
    )
    build(library, source)
    build(library, update)
    rebuilt = Library(tmp_path / "rebuilt")
    build(rebuilt, source, update)
    assert answers(library) == answers(rebuilt)


def test_the_articles_of_a_store_are_indexed_without_naming_sources(library: Library, source: Path):
    first = build(library, source)
    shutil.rmtree(library.builds)
    result = build(library)
    assert (result.ingest, result.encoded, result.published) == (None, 0, True)
    assert result.manifest.articles == first.manifest.articles


def test_a_lost_or_damaged_shard_is_encoded_again(library: Library, source: Path):
    build(library, source)
    shard = sorted(library.vectors.rglob("*.safetensors"))[1]
    shard.write_bytes(shard.read_bytes()[:-5])
    shutil.rmtree(library.builds)
    assert build(library).encoded == 8
    assert len(pmids(library)) == COUNT


def test_another_model_is_used_only_on_request(library: Library, source: Path):
    build(library, source)
    switched = build(library, model="other")
    assert (switched.encoded, switched.switched_from, switched.manifest.model) == (COUNT, "fake", "other")
    unchanged = build(library)
    assert (unchanged.published, unchanged.manifest.model) == (False, "other")
    back = build(library, model="fake")
    assert (back.encoded, back.switched_from) == (0, "other")


@pytest.mark.fault("B11")
def test_a_model_whose_files_changed_is_refused_until_it_is_requested(
    library: Library, source: Path, monkeypatch: pytest.MonkeyPatch
):
    build(library, source)
    changed = ModelReference("fake", Path("nowhere"), "ef" * 32)
    monkeypatch.setitem(killed_builds.MODELS, "fake", changed)
    with pytest.raises(ModelError, match=r"have changed(.|\n)*rebuild-index --model fake"):
        build(library)
    assert build(library, model="fake").encoded == COUNT


def test_the_librarys_precision_is_kept_on_every_machine(library: Library, source: Path):
    build(library, source, limit=10)
    manifest = current_manifest(library)
    half = FakeEncoder(killed_builds.MODELS["fake"], "bf16")
    for shard in library.vectors.rglob("*.safetensors"):
        old = Shard.read(shard)
        folder = library.vectors / half.fingerprint[:16]
        folder.mkdir(exist_ok=True)
        Shard(half.fingerprint, "fake", old.vectors, old.pmids, old.text_hashes).write(folder, int(shard.name[:6]))
    shutil.rmtree(library.vectors / manifest.fingerprint[:16])
    shutil.rmtree(library.builds)
    result = build(library, source)
    assert result.manifest.precision == "bf16"
    assert result.encoded == COUNT - 10


def test_the_model_of_a_first_build_that_was_stopped_is_kept(
    library: Library, source: Path, monkeypatch: pytest.MonkeyPatch
):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(index_job.IndexJob, "publish", stop)
        with pytest.raises(KeyboardInterrupt):
            build(library, source, model="other")
    result = build(library, source)
    assert (result.manifest.model, result.encoded, result.switched_from) == ("other", 0, None)


def test_from_scratch_keeps_vectors_and_forgets_what_the_sources_do_not_hold(
    library: Library, source: Path, tmp_path: Path
):
    build(library, source, write_articles(tmp_path / "extra.xml", [record(50)]))
    assert len(pmids(library)) == COUNT + 1
    result = build(library, source, from_scratch=True)
    assert (result.ingest.new, result.encoded, result.published) == (COUNT, 0, True)
    assert len(pmids(library)) == COUNT
    assert {path.name for path in library.path.iterdir()} == {
        "articles.sqlite", "build.lock", "current", "index", "vectors"
    }  # fmt: skip


@pytest.mark.fault("B12")
def test_from_scratch_repairs_a_store_that_cannot_be_read(library: Library, source: Path):
    build(library, source)
    library.store.write_bytes(b"no database at all")
    with pytest.raises(LibraryError):
        build(library, source)
    assert len(pmids(library)) == COUNT, "the index in service answers all the while"
    result = build(library, source, from_scratch=True)
    assert (result.ingest.articles, result.encoded) == (COUNT, 0)


def as_format_2_left_it(library: Library) -> None:
    """Make the build in service look as the last program before format 3 wrote it: class paths, another folder."""
    folder = current_build(library)
    (folder / "bm25").rename(folder / "scoring")
    (folder / "config.json").write_text('{"method": "index.plugins.EncoderVectors", "backend": "index.plugins.Faiss"}')
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 2}))
    library.pointer.write_text(f"{folder.name}\n")


@pytest.mark.fault("B12")
def test_a_library_of_the_last_format_names_the_command_which_encodes_nothing_again(
    library: Library, source: Path, capsys
):
    build(library, source, model="other", limit=20)
    as_format_2_left_it(library)
    expected = r"format 2, this one reads 5(.|\n)*vectors are kept:\n  rebuild-index --limit 20"
    with pytest.raises(LibraryError, match=expected):
        SearchIndex.open(current_build(library))
    assert main(["--status", "--library", str(library.path)]) == 0
    assert "rebuild-index --limit 20" in capsys.readouterr().out
    result = build(library, limit=20)
    assert (result.encoded, result.published, result.manifest.model) == (0, True, "other")
    assert len(pmids(library)) == 20


def test_from_scratch_with_nothing_in_the_sources_changes_nothing(library: Library, source: Path, tmp_path: Path):
    build(library, source)
    bad = tmp_path / "bad.xml.gz"
    bad.write_bytes(b"<html>no such page</html>")
    with pytest.raises(LibraryError, match="hold no article"):
        build(library, bad, from_scratch=True)
    assert build(library, source).published is False


def test_a_store_without_articles_cannot_be_indexed(library: Library, tmp_path: Path):
    with pytest.raises(LibraryError, match=r"no article to index(.|\n)*rebuild-index"):
        build(library, write_articles(tmp_path / "empty.xml", []))


def test_a_library_that_is_not_there_names_the_command(library: Library):
    with pytest.raises(LibraryError, match="rebuild-index --sample"):
        build(library)


@pytest.mark.fault("F4")
def test_a_missing_source_is_named_and_makes_no_library(library: Library, tmp_path: Path):
    with pytest.raises(SourceError, match="nowhere"):
        build(library, tmp_path / "nowhere")
    assert not library.path.exists()


def test_the_next_build_replaces_a_rollback(library: Library, source: Path):
    build(library, source, limit=10)
    build(library, source)
    assert rollback(library).articles == 10
    assert len(pmids(library)) == 10
    assert (build(library).published, len(pmids(library))) == (True, COUNT)


@pytest.mark.fault("B14")
def test_a_library_moves_with_its_folder(library: Library, source: Path, tmp_path: Path):
    build(library, source)
    moved = Library(tmp_path / "Bücherei über 1")
    library.path.rename(moved.path)
    assert len(pmids(moved)) == COUNT
    assert build(moved, source).published is False
    text = "".join(path.read_text() for path in moved.builds.rglob("*.json"))
    assert "a library" not in text


def test_the_manifest_says_what_the_index_is(library: Library, source: Path):
    manifest = build(library, source).manifest
    written = json.loads((current_build(library) / "manifest.json").read_text())
    assert written["model"] == "fake"
    assert written["articles"] == COUNT
    assert written["vectors"] == "IDMap,SQ8"
    assert manifest.size_bytes > 0
    assert np.load(current_build(library) / "pmids.npy")[0] == FIRST_PMID + COUNT - 1
