"""Abbreviations in questions: what they are searched as, what is said, and what stays as it was typed."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from index.lexical.matches import NameKind, Translation
from index.lexical.mesh import Descriptor, Mesh, write_mesh
from search.query.mapping.short_forms import find_abbreviations
from search.query.query import Interpretation
from search.query.query_reader import read_query
from search.retrieval.candidates import candidates
from tests.support.fakes.fake_index import FakeIndex, article, stems
from tests.support.fakes.fake_values import known_abbreviations

LEMON = Descriptor("D900001", "Lemon Juice Test", ("Juice Test, Lemon", "Test of Lemon Juice"))
DOGS = Descriptor("D900002", "Dogs", ("DOG",))
DEFINING = (
    *["The lemon juice test (LJT) was done."] * 3,
    "A test of lemon juice (LJT) was done.",
    *["Sour stem (SS) and sweet sap (SS) in two."] * 2,
    *["Drop of grape (DOG) was seen."] * 2,
    *["Cold apple tea (CAT) was drunk."] * 2,
    "Blue apple cake (BAC)",
    *["Red root (RR) and rare rind (RR)."] * 3,
    *["Red root (RR)."] * 2,
)


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mesh]:
    path: Path = tmp_path_factory.mktemp("mesh") / "mesh.sqlite"
    write_mesh(path, iter((LEMON, DOGS)), source="ours.tsv", source_sha256="0")
    with Mesh.open(path) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def index() -> FakeIndex:
    others = ["LJT in mice", "A lemon juice test in mice", "Lemon in mice", *["The cat sat."] * 30]
    articles = [article(number, title=text) for number, text in enumerate((*DEFINING, *others), 1)]
    return FakeIndex(articles, abbreviations=known_abbreviations(*DEFINING))


@pytest.fixture
def read(index: FakeIndex) -> Callable[..., Interpretation]:
    def reading(text: str, mesh: Mesh | None = None) -> Interpretation:
        known = partial(find_abbreviations, index=index, mesh=mesh)
        return read_query(text, None, stems, mesh=mesh, abbreviations=known).read_as

    return reading


@pytest.mark.parametrize("text", ["LJT in mice", "ljt in mice", "the (LJT) in mice", "LJTs in mice"])
def test_an_abbreviation_is_searched_as_its_long_form_too_and_the_reading_says_so(read, text):
    read_as = read(text)
    [translation] = read_as.translations
    assert (translation.heading, translation.kind) == ("lemon juice test", NameKind.ABBREVIATION)
    assert read_as.description.endswith(f"; abbreviation {translation.words} = lemon juice test")


def test_a_long_form_finds_articles_that_only_have_the_abbreviation(read, index):
    read_as = read("lemon juice test in mice")
    assert read_as.translations == (
        Translation("lemon juice test", "lemon juice test", kind=NameKind.LONG_FORM, short_forms=("LJT",)),
    )
    assert read_as.description.endswith("; abbreviated lemon juice test = LJT")
    query = read_query(
        "lemon juice test", None, stems, abbreviations=partial(find_abbreviations, index=index, mesh=None)
    )
    found = [match.pmid for match in candidates(query, index.encode("x"), index).matching]
    assert len(DEFINING) + 1 in found  # "LJT in mice"


def test_the_names_of_the_heading_that_the_long_form_names_count_too(read, mesh):
    [translation] = read("LJT", mesh).translations
    assert translation == Translation("ljt", "lemon juice test", LEMON.entry_terms, NameKind.ABBREVIATION)
    [long] = read("lemon juice test", mesh).translations
    assert (long.kind, long.short_forms) == (NameKind.MESH, ("LJT",))


def test_an_abbreviation_with_several_meanings_stays_as_typed_and_the_meanings_are_listed(read):
    read_as = read("SS in trees")
    assert read_as.translations == ()
    assert read_as.warnings == (
        "SS can mean Sour stem (2 articles), sweet sap (2 articles). It was searched as typed; write out what you "
        "mean.",
    )


def test_a_meaning_is_clear_where_enough_of_the_articles_agree_however_few_they_are(read):
    assert [one.heading for one in read("BAC").translations] == ["Blue apple cake"]  # 1 of 1
    assert [one.heading for one in read("LJT").translations] == ["lemon juice test"]  # 3 of 4 without MeSH
    assert read("RR").translations == ()  # 5 of 8: 62.5 %


def test_what_is_written_out_beside_its_abbreviation_needs_no_word(read):
    assert read("sour stem SS").warnings == ()
    assert [one.kind for one in read("lemon juice test (LJT)").translations] == [NameKind.LONG_FORM]


def test_in_small_letters_any_other_name_comes_first_in_capitals_the_abbreviation(read, mesh):
    assert [one.heading for one in read("dog food", mesh).translations] == ["Dogs"]
    assert [one.heading for one in read("DOG food", mesh).translations] == ["Drop of grape"]


def test_a_word_that_few_of_its_articles_define_is_an_abbreviation_in_capitals_only(read):
    assert read("my cat").translations == ()
    assert [one.heading for one in read("my CAT").translations] == ["Cold apple tea"]
    assert read("HOW IS MY CAT NOW?").translations == ()
    assert read("cold apple tea").translations == ()  # "CAT" would find the cats


@pytest.mark.parametrize("text", ['"LJT"', "LJT[ti]", '"LJT" AND mice', "LJT AND mice", "LJT[tiab] AND mice[tiab]"])
def test_quoted_tagged_and_required_words_are_never_widened(read, text):
    read_as = read(text)
    assert [one for one in read_as.translations if one.kind is not NameKind.MESH] == []
    assert "abbreviation" not in read_as.description


@pytest.mark.fault("Q1", "Q2")
@pytest.mark.parametrize("text", ["?!", "LJT " * 100, "of the and", "\t\n LJ T"])
def test_what_is_no_abbreviation_or_far_too_long_is_read_as_it_is(read, text):
    assert read(text).translations == ()


def test_an_index_from_before_knows_none(index):
    assert not find_abbreviations("LJT", FakeIndex(index.articles), None)
