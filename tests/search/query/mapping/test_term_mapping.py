"""Questions in MeSH's words: which headings they name, how that is said, and what it does to the list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.lexical.everyday_names import EverydayName
from index.lexical.matches import NameKind, Translation
from index.lexical.mesh import Descriptor, Mesh, write_mesh
from search.query.mapping.term_mapping import MAX_WORDS, translate
from search.query.query_reader import read_query
from search.retrieval.candidates import candidates
from tests.support.fakes.fake_index import FakeIndex, article, stems

INFARCTION = Descriptor("D900001", "Myocardial Infarction", ("Heart Attack", "Heart Attacks"))
HEART = Descriptor("D900002", "Heart", ("Hearts",))
ATTACK = Descriptor("D900003", "Attack Rate", ("Attack",))
LUNG = Descriptor("D900004", "Carcinoma, Non-Small-Cell Lung", ("Non-Small-Cell Lung Cancer",))
OF = Descriptor("D900005", "Offspring", ("of", "o1"))
OTHER = Descriptor("D800000", "Another Thing", ("Heart",))
EVERYDAY = (
    EverydayName("Blocked heart vessel", "D900001", "x"),
    EverydayName("Focus", None, "lemonin"),
    EverydayName("Heart", "D900001", "x"),
)


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mesh]:
    path: Path = tmp_path_factory.mktemp("mesh") / "mesh.sqlite"
    write_mesh(
        path,
        iter((INFARCTION, HEART, ATTACK, LUNG, OF, OTHER)),
        source="ours.tsv",
        source_sha256="0",
        everyday_names=EVERYDAY,
    )
    with Mesh.open(path) as loaded:
        yield loaded


def headings(text: str, mesh: Mesh) -> list[tuple[str, str]]:
    return [(translation.words, translation.heading) for translation in translate(text, mesh)]


def test_the_longest_run_of_words_names_the_heading(mesh):
    assert headings("Aspirin after a heart attack", mesh) == [("heart attack", "Myocardial Infarction")]
    assert headings("the heart under attack", mesh) == [("heart", "Heart"), ("attack", "Attack Rate")]


def test_case_accents_and_punctuation_do_not_count(mesh):
    expected = [("non small cell lung cancer", "Carcinoma, Non-Small-Cell Lung")]
    assert headings("NON-SMALL CELL, lung  cáncer?", mesh) == expected
    assert headings("carcinoma non small cell lung", mesh)[0][1] == "Carcinoma, Non-Small-Cell Lung"


def test_a_heading_that_is_named_twice_is_translated_once(mesh):
    assert headings("heart attacks and heart attack", mesh) == [("heart attacks", "Myocardial Infarction")]


def test_a_name_wins_over_the_same_entry_term_of_another_heading(mesh):
    assert headings("heart", mesh) == [("heart", "Heart")]


def test_common_and_very_short_words_name_nothing(mesh):
    assert headings("of o1", mesh) == []


@pytest.mark.fault("Q1", "Q2")
@pytest.mark.parametrize("text", ["", "?!", "\ud800", "word " * MAX_WORDS + "heart", "'; DROP TABLE terms; --"])
def test_what_names_nothing_or_is_far_too_long_is_not_translated(mesh, text):
    assert translate(text, mesh) == ()


def test_without_a_vocabulary_nothing_is_translated():
    assert translate("heart attack", None) == ()


def test_the_reading_says_what_is_called_otherwise_in_words_and_structure(mesh):
    read_as = read_query("aspirin after a heart attack, heart", None, stems, mesh=mesh).read_as
    assert read_as.description == (
        "aspirin, after, heart, attack; by meaning and words; in MeSH heart attack = Myocardial Infarction"
    )
    assert read_as.translations == (
        Translation("heart attack", "Myocardial Infarction", ("Heart Attack", "Heart Attacks")),
        Translation("heart", "Heart", ("Hearts",)),
    )
    assert read_as.to_json()["translations"][1] == {"words": "heart", "heading": "Heart"}


def test_an_article_that_says_it_in_other_words_is_among_the_candidates_by_words(mesh):
    index = FakeIndex([article(1, title="Myocardial infarction"), article(2, title="Something else")])
    query = read_query("heart attack", None, stems, mesh=mesh)
    vector = index.encode(query.plain)
    assert [match.pmid for match in candidates(query, vector, index).matching] == [1]
    untranslated = read_query("heart attack", None, stems)
    assert candidates(untranslated, vector, index).matching == ()


def test_an_everyday_name_is_translated_where_MeSH_has_none_longer_or_the_same(mesh):
    expected = Translation("blocked heart vessel", "Myocardial Infarction", INFARCTION.entry_terms, NameKind.EVERYDAY)
    assert translate("A blocked heart vessel", mesh) == (expected,)
    assert headings("heart", mesh) == [("heart", "Heart")]
    assert translate("focus", mesh) == (Translation("focus", "lemonin", kind=NameKind.EVERYDAY),)


def test_an_ordinary_word_is_no_everyday_name(mesh):
    assert translate("focus on the heart", mesh, lambda words: words == "focus")[0].words == "heart"


def test_the_reading_says_which_everyday_name_means_what(mesh):
    read_as = read_query("heart attack or focus", None, stems, mesh=mesh).read_as
    assert read_as.description.endswith("; in MeSH heart attack = Myocardial Infarction; everyday name focus = lemonin")
