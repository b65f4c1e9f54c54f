"""Filters as keyword arguments: one list of them, and slips refused with the nearest spelling."""

import inspect
from dataclasses import fields

import pytest

from index.core.errors import QueryError
from index.records.article import Author, Journal, MeshHeading
from search import Searcher
from search.filters.filters import Filters, FilterValues
from search.filters.validation import nearest
from tests.support.fakes.fake_index import article, stand_in

LIBRARY = [
    article(900000001, title="Bees", types=("Journal Article", "Sample Report"), languages=("xyz",),
            authors=(Author("Okafor", "Ngozi", "N"),), journal=Journal(title="Journal of Samples"),
            mesh=(MeshHeading("D000001", "Calcimycin"),)),
]  # fmt: skip
METHODS = ("search", "search_many", "iter_all", "similar", "facets", "topics", "total", "pmids", "export", "record")


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, LIBRARY)
    with Searcher.open("anywhere") as searcher:
        yield searcher


def test_there_is_one_list_of_filters():
    assert FilterValues.__annotations__.keys() == {field.name for field in fields(Filters)}


@pytest.mark.parametrize("name", METHODS)
def test_every_search_lists_the_filters_in_its_signature(name: str):
    parameters = inspect.signature(getattr(Searcher, name)).parameters
    assert FilterValues.__annotations__.keys() <= parameters.keys()
    assert "single_filters" not in parameters


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"types": ["Revieww"]}, "PubMed has no publication type 'Revieww'. Did you mean 'Review'?"),
        ({"types": "rct"}, "PubMed has no publication type 'rct'. Did you mean 'Randomized Controlled Trial'?"),
        ({"types": ["Review", "qqqq"]}, "PubMed has no publication type 'qqqq'."),
        ({"languages": ["Englsh"]}, "PubMed has no language 'Englsh'. Did you mean 'English'?"),
        ({"sex": ["femal"]}, "sex must be one of female, male, not 'femal'. Did you mean 'female'?"),
        ({"pmids": ["33x"]}, "33x is not a PMID: give a number such as 33990091."),
    ],
)
def test_a_slip_is_refused_with_the_nearest_spelling(pubmed, filters, message):
    for ask in (
        lambda: pubmed.search("bees", **filters),
        lambda: pubmed.search_many(["bees"], **filters),
        lambda: pubmed.iter_all("bees", **filters),
        lambda: pubmed.total("", **filters),
        lambda: pubmed.facets("", **filters),
        lambda: pubmed.pmids("bees", **filters),
    ):
        with pytest.raises(QueryError) as raised:
            ask()
        assert str(raised.value) == message


def test_similar_articles_refuse_the_same_slips(pubmed):
    with pytest.raises(QueryError, match="Did you mean 'Review'"):
        pubmed.similar([900000001], types=["Revieww"])


def test_the_name_of_a_filter_is_checked(pubmed):
    with pytest.raises(TypeError, match=r"there is no filter named type\. Did you mean 'types'\?"):
        pubmed.search("bees", type=["Review"])


@pytest.mark.parametrize(
    "filters",
    [
        {"types": ["sample report"]},  # of the library, unknown to PubMed's list
        {"types": ["journal article"]},
        {"languages": ["xyz"]},
        {"languages": ["english", "xyz"]},
        {"mesh": ["Calcimycin"]},
        {"journals": ["journal of samples"], "authors": ["Okafor"]},
        {"authors": ["Ngozi Okafor"]},
    ],
)
def test_what_an_article_has_is_neither_refused_nor_warned_of(pubmed, filters):
    page = pubmed.search("bees", **filters)
    assert (len(page), page.query.read_as.warnings) == (1, ())


@pytest.mark.parametrize(
    ("filters", "warning"),
    [
        ({"types": ["Guideline"]}, "No article of this library has the type 'Guideline'."),
        (
            {"journals": ["Journal of Semples"]},
            "No article of this library is in the journal 'Journal of Semples'. Did you mean 'Journal of Samples'?",
        ),
        ({"authors": ["Okafer"]}, "No article of this library has the author 'Okafer'. Did you mean 'Okafor N'?"),
        (
            {"mesh": ["Calcimicin"]},
            "No article of this library has the heading 'Calcimicin'. Did you mean 'Calcimycin'?",
        ),
    ],
)
def test_what_may_be_right_elsewhere_is_warned_of(pubmed, filters, warning):
    page = pubmed.search("bees", **filters)
    assert (page.total, page.query.read_as.warnings) == (0, (warning,))


def test_an_offset_behind_the_list_says_where_it_ends(pubmed):
    page = pubmed.search("bees", offset=7)
    assert page.query.read_as.warnings == ("The list ends after 1 articles, before the offset 7.",)
    assert "The list ends after 1 articles" in page._repr_html_()
    assert pubmed.search("bees", offset=0).query.read_as.warnings == ()


def test_the_nearest_of_values_needs_only_their_first_words_and_of_equal_ones_is_the_first():
    assert nearest("Lancett", ["Lance", "Lancet (London, England)"]) == "Lancet (London, England)"
    assert nearest("Diabetis", ["Diuretics", "Diabetes Mellitus", "Diabetes Insipidus"]) == "Diabetes Mellitus"
    assert nearest("Smiht J", ["Smith J", "Smitz J"]) == "Smith J"
    assert nearest("zzz", ["Lancet"]) is None
