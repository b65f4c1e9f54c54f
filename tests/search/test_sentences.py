"""Sentences rank and are quoted; an index from before, without them, is searched as it was."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from index.embedding.sentence_codes import code_cosines, encode_codes
from index.library.build_files import list_files
from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import Manifest, manifest_hash
from index.records.passages import encoded_sentences
from search import Searcher
from search.query.query_reader import read_query
from search.retrieval import candidates as ranking
from search.retrieval.candidates import candidates
from tests.support.builds.killed_builds import build, record, small_builds
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.fakes.fake_index import FakeIndex, article
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles

LONG = " ".join(f"Nothing of note was seen on day{number} in place{number}." for number in range(30))
RECORDS = [
    record(0, title="Notes from a pond", abstract=f"{LONG} Frogs cured gout quickly."),
    record(1, title="Other notes", abstract=f"{LONG} Toads slept in mud always."),
    record(2, title=None, abstract="Newts swam. They were seen."),
]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", RECORDS))
    return library


def without_sentences(library: Library) -> None:
    """Make the build in service one from before sentences."""
    folder = current_build(library)
    shutil.rmtree(folder / "sentences")
    replace(Manifest.read(folder), files=list_files(folder)).write(folder)
    library.pointer.write_text(f"{folder.name} {manifest_hash(folder)}\n")


@pytest.mark.parametrize("has_sentences", [True, False])
def test_a_question_finds_the_article_one_sentence_of_which_answers_it(library: Library, has_sentences: bool):
    if not has_sentences:
        without_sentences(library)
    with small_builds(), Searcher.open(library.path) as pubmed:
        hit = pubmed.search("frogs cured gout quickly", whole=True).hits[0]
        assert (hit.article.pmid, hit.evidence.text) == (FIRST_PMID, "Frogs cured gout quickly.")
        with pubmed._serving() as serving:
            assert (serving.index.sentences is not None) == has_sentences
        assert pubmed.similar([FIRST_PMID]).hits


def test_without_sentences_one_that_shares_no_word_is_not_quoted(library: Library):
    without_sentences(library)
    with small_builds(), Searcher.open(library.path) as pubmed:
        assert [hit.evidence for hit in pubmed.search("gladiolus", whole=True).hits] == [None] * 3


def test_the_index_holds_the_sentences_of_each_article_title_first(library: Library):
    with small_builds(), Searcher.open(library.path) as pubmed, pubmed._serving() as serving:
        vector = FakeEncoder().encode(["toads slept"])[0]
        for found in serving.store.articles([FIRST_PMID, FIRST_PMID + 1, FIRST_PMID + 2]).values():
            [cosines] = serving.index.sentence_cosines([found.pmid], vector)
            expected = encode_codes(FakeEncoder().encode(encoded_sentences(found)))
            assert cosines == pytest.approx(code_cosines(expected, vector))


def test_a_missing_title_is_stood_in_for_by_the_first_sentence():
    assert encoded_sentences(article(1, title=None, abstract="Newts swam. They left.")) == (
        "Newts swam.",
        "Newts swam.",
        "They left.",
    )
    assert encoded_sentences(article(1, title="Newts")) == ("Newts",)
    assert encoded_sentences(article(1, title=None)) == ()


def test_article_sentence_and_title_are_added_as_worked_by_hand(monkeypatch):
    monkeypatch.setattr(ranking, "move_towards_best", lambda vector, *_: vector)
    records = [article(1, title="qq", abstract="aa. ab."), article(2, title="ab", abstract="zz. zz.")]
    index = FakeIndex(records, ranks_by_sentences=True)
    query, vector = read_query("ab", None, index.stems), index.encode("ab")
    scores = {match.pmid: match.score for match in candidates(query, vector, index).refined}
    # Whole 4/sqrt(28) and 1/3; best sentence 1 and 1, title 0 and 1.
    assert scores == {1: pytest.approx(0.5 * 4 / 28**0.5 + 0.5), 2: pytest.approx(0.5 / 3 + 0.5 + 0.25)}
    plain = {match.pmid: match.score for match in candidates(query, vector, FakeIndex(records)).refined}
    assert plain == {1: pytest.approx(4 / 28**0.5), 2: pytest.approx(1 / 3)}
