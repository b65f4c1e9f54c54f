"""Pairs made of a library: the same again, fresh in each pass, at most so many, nothing of a test set."""

from collections import Counter
from pathlib import Path

import pytest

from index.core.errors import DataError, LibraryError
from index.core.progress import SILENT
from index.lexical.mesh import Descriptor, write_mesh
from index.library.layout import Library
from model.training_data.library_pairs import library_pairs
from model.training_data.pair_request import PairRequest, read_excluded
from tests.support.builds.store_helpers import apply
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

COUNT = 12


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("pairs")
    words = [[f"topic{n % 3}", f"place{n}", "story", "number"] for n in range(COUNT)]
    records = [article_xml(FIRST_PMID + n, title=f"Story {n}.", keywords=words[n]) for n in range(COUNT)]
    library = Library(folder / "library")
    apply(library, write_articles(folder / "pubmed26n0001.xml.gz", records))
    names = [Descriptor(f"D90000{n}", f"topic{n}", (f"subject{n}",)) for n in range(3)]
    write_mesh(library.mesh, iter(names), source="ours", source_sha256="00")
    return library


def test_the_same_request_gives_the_same_pairs(library: Library) -> None:
    request = PairRequest({"keywords": 100, "title": 100, "synonym": 100}, seed=3)
    pairs = library_pairs(library, request, SILENT)
    assert pairs == library_pairs(library, request, SILENT)
    assert Counter(pair.kind for pair in pairs) == {"keywords": COUNT, "title": COUNT, "synonym": 3}


def test_every_pass_draws_afresh(library: Library) -> None:
    pairs = library_pairs(library, PairRequest({"keywords": 100}, passes=2), SILENT)
    assert Counter(Counter(pair.positive for pair in pairs).values()) == {2: COUNT}
    assert len({pair.anchor for pair in pairs}) > 1.5 * COUNT


def test_of_more_pairs_a_fair_sample_is_kept(library: Library) -> None:
    drawn: Counter[str] = Counter()
    for seed in range(200):
        pairs = library_pairs(library, PairRequest({"title": 3}, seed=seed), SILENT)
        assert len(pairs) == 3
        drawn.update(pair.anchor for pair in pairs)
    assert len(drawn) == COUNT
    assert min(drawn.values()) > 20  # 50 each are expected
    assert max(drawn.values()) < 90


def test_headings_go_by_the_names_of_the_loaded_vocabulary(library: Library) -> None:
    pairs = library_pairs(library, PairRequest({"mesh": 100}, passes=5), SILENT)
    assert {pair.anchor for pair in pairs} == {f"{name}{n}" for name in ("topic", "subject") for n in range(3)}


def test_articles_of_a_test_set_are_left_out_by_PMID_and_by_title(library: Library, tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text(f"{FIRST_PMID + 1}\n\n  story  2\n")
    excluded = read_excluded(tmp_path / "test.txt")
    pairs = library_pairs(library, PairRequest({"title": 100}, excluded=excluded), SILENT)
    assert {pair.anchor for pair in pairs} == {f"Story {n}." for n in range(COUNT) if n not in (1, 2)}


def test_what_cannot_be_made_is_said(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no kind rhyme; there are title, question"):
        library_pairs(library, PairRequest({"rhyme": 1}), SILENT)
    with pytest.raises(DataError, match="no pair of the kinds question"):
        library_pairs(library, PairRequest({"question": 5}), SILENT)
    with pytest.raises(LibraryError):
        library_pairs(Library(tmp_path / "none"), PairRequest({"title": 5}), SILENT)
    with pytest.raises(DataError, match="cannot be read"):
        read_excluded(tmp_path / "none.txt")
