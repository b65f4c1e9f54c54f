"""Exactness from end to end: what is found, counted and paged through is what a look at every record keeps."""

from collections import Counter
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.lexical.mesh import write_mesh
from index.library.layout import Library
from index.records.article import Article
from index.store.article_store import ArticleStore
from search import Searcher
from search.filters.filters import Filters
from search.results import Facet
from tests.support.builds.killed_builds import build, small_builds
from tests.support.oracles.brute_force_filter import counted, printed, texts, words
from tests.support.oracles.random_queries import (
    AGES,
    Joined,
    below,
    filters,
    has_heading,
    passes,
    queries,
    query_matches,
)
from tests.support.records.pubmed_xml import write_articles
from tests.support.records.rich_articles import COUNT, DESCRIPTORS, TREE, records

PAGE = 50
RANKED = 20
"""Candidates of each ranking: fewer than the articles, so that results go on behind them."""

FILTER_OF_FACET = {"mesh": "mesh", "author": "authors"}
CHECK_TAG_FILTERS = {"species": ("humans", "animals"), "sex": ("female", "male"), "age": tuple(AGES)}

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=3000)


class Articles(list[Article]):
    """The store's articles; a failure does not print them all."""

    def __repr__(self) -> str:
        return f"<{len(self)} articles>"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("rich")
    library = Library(folder / "library")
    build(library, write_articles(folder / "rich.xml.gz", records()))
    write_mesh(library.mesh, iter(DESCRIPTORS), source="our own", source_sha256="")
    return library


@pytest.fixture(scope="module")
def pubmed(library: Library) -> Iterator[Searcher]:
    with (
        small_builds(),
        mock.patch("search.retrieval.candidates.CANDIDATES", RANKED),
        Searcher.open(library.path) as searcher,
    ):
        yield searcher


@pytest.fixture(scope="module")
def articles(library: Library) -> list[Article]:
    with ArticleStore.open(library.store) as store:
        stored = Articles(store)
    assert len(stored) == COUNT
    return stored


def pages(pubmed: Searcher, text: str, **filter_values) -> tuple[list[int], set[int]]:
    """Return the PMIDs of all pages joined, and the totals that they stated."""
    listed, totals = [], set()
    for offset in range(0, COUNT + PAGE, PAGE):
        page = pubmed.search(text, limit=PAGE, offset=offset, mapping=False, whole=True, **filter_values)
        listed += [hit.article.pmid for hit in page.hits]
        totals.add(page.total)
        if not page.hits:
            break
    return listed, totals


def by_day(articles: list[Article], *, newest: bool) -> list[int]:
    """Order articles by the first day of their date, those of one day by PMID, those without a date last."""
    dated = sorted((printed(article), article.pmid) for article in articles if article.published.first)
    undated = sorted(article.pmid for article in articles if not article.published.first)
    step = -1 if newest else 1
    return [pmid for _, pmid in dated[::step]] + undated[::step]


def agree(pubmed: Searcher, articles: list[Article], query: Joined, filter_values: dict) -> None:
    expected = [article for article in articles if passes(filter_values, article) and query_matches(query, article)]
    listed, totals = pages(pubmed, query.text, **filter_values)
    assert sorted(listed) == sorted(article.pmid for article in expected), query.text
    assert totals == {len(expected)}
    assert list(pubmed.pmids(query.text, mapping=False, **filter_values)) == listed
    assert list(pubmed.pmids(query.text, sort="newest", mapping=False, **filter_values)) == by_day(
        expected, newest=True
    )
    assert list(pubmed.pmids(query.text, sort="oldest", mapping=False, **filter_values)) == by_day(
        expected, newest=False
    )
    for facet in pubmed.facets(query.text, Filters.of(**filter_values), size=1000, mapping=False):
        assert {count.value: count.articles for count in facet.counts} == count_by_value(facet, expected)


def count_by_value(facet: Facet, expected: list[Article]) -> dict[str, int]:
    """Return how many articles filtering by each value of a facet leaves, by a look at each of them."""
    if facet.field in CHECK_TAG_FILTERS:
        return {
            value: number
            for value in CHECK_TAG_FILTERS[facet.field]
            if (number := count_left(facet.field, value, expected))
        }
    name = FILTER_OF_FACET.get(facet.field)
    labels = {count.value: count.label for count in facet.counts}
    counts = Counter(value for article in expected for value in counted(article, facet.field))
    return {value: count_left(name, labels[value], expected) if name else number for value, number in counts.items()}


def count_left(name: str, value: str, expected: list[Article]) -> int:
    return sum(passes({name: (value,)}, article) for article in expected)


@pytest.mark.fault("Q8")
@QUICK
@given(query=queries(), filter_values=filters())
def test_any_query_and_filters_keep_count_and_page_through_exactly_what_every_record_says(
    pubmed: Searcher, articles: list[Article], query: Joined, filter_values: dict
):
    agree(pubmed, articles, query, filter_values)


@pytest.mark.fault("Q8")
@pytest.mark.long
@LONG
@given(query=queries(), filter_values=filters())
def test_long_any_query_and_filters_keep_exactly_what_every_record_says(
    pubmed: Searcher, articles: list[Article], query: Joined, filter_values: dict
):
    agree(pubmed, articles, query, filter_values)


@pytest.mark.fault("Q8")
@QUICK
@example(filter_values={})
@given(filter_values=filters())
def test_the_whole_list_of_a_plain_question_leaves_none_of_the_filtered_out(
    pubmed: Searcher, articles: list[Article], filter_values: dict
):
    expected = sorted(article.pmid for article in articles if passes(filter_values, article))
    page = pubmed.search("honey bees in the garden", limit=10, whole=True, **filter_values)
    assert page.total == len(expected)
    assert len(page.hits) == min(10, len(expected))
    assert sorted(pubmed.pmids("honey bees in the garden", whole=True, **filter_values)) == expected


@pytest.mark.fault("Q8")
@QUICK
@given(data=st.data())
def test_a_selection_of_any_size_comes_back_whole(pubmed: Searcher, articles: list[Article], data: st.DataObject):
    chosen = data.draw(st.sets(st.sampled_from([article.pmid for article in articles]), min_size=1))
    text = f"honey AND {' '.join(map(str, chosen))}[pmid]"
    ranked = f"dry eyes {' '.join(map(str, chosen))}[pmid]"
    honey = {article.pmid for article in articles if article.pmid in chosen and "honey" in _words(article)}
    assert set(pages(pubmed, text)[0]) == honey
    listed, totals = pages(pubmed, ranked)
    assert (set(listed), len(listed), totals) == (chosen, len(chosen), {len(chosen)})


def _words(article: Article) -> set[str]:
    return {word for text in texts(article, "all") for word in words(text)}


def with_heading(articles: list[Article], *names: str) -> set[int]:
    return {article.pmid for article in articles if has_heading(set(names), article)}


def find_pmids(pubmed: Searcher, text: str, **filter_values) -> set[int]:
    return set(pubmed.pmids(text, whole=True, **filter_values))


@pytest.mark.parametrize("written", ["Fruit", "fruit", "D910001", "Produce, Sweet", "produce,  sweet"])
def test_a_heading_by_name_entry_term_or_number_brings_all_narrower_ones(pubmed, articles, written):
    below_fruit = with_heading(articles, "Fruit", "Citrus Fruit", "Lemon", "Orange", "Apple")
    assert find_pmids(pubmed, f"{written}[mh]") == below_fruit > with_heading(articles, "Fruit")
    assert find_pmids(pubmed, f"{written}[mh:noexp]") == with_heading(articles, "Fruit")
    assert find_pmids(pubmed, "eyes", mesh=[written]) == below_fruit


def test_a_heading_in_two_places_of_the_tree_is_below_both_and_a_like_number_is_below_none(pubmed, articles):
    assert find_pmids(pubmed, "Yellow Things[mh]") == with_heading(articles, "Yellow Things", "Lemon")
    assert with_heading(articles, "Fruition") > find_pmids(pubmed, "Fruit[mh] AND Fruition[mh]")
    assert find_pmids(pubmed, "Lemon[mh]") == with_heading(articles, "Lemon")


def test_a_main_topic_is_one_by_itself_or_by_a_qualifier_and_explodes_too(pubmed, articles):
    by_itself, by_qualifier = set(), set()
    for article in articles:
        for heading in article.mesh:
            if heading.name in below("Fruit"):
                by_itself |= {article.pmid} if heading.major else set()
                by_qualifier |= {article.pmid} if any(qualifier.major for qualifier in heading.qualifiers) else set()
    assert find_pmids(pubmed, "Fruit[majr]") == by_itself | by_qualifier < find_pmids(pubmed, "Fruit[mh]")
    assert by_itself - by_qualifier
    assert by_qualifier - by_itself
    assert find_pmids(pubmed, "Lemon[majr:noexp]") < find_pmids(pubmed, "Fruit[majr]")


@pytest.mark.parametrize(
    ("filter_values", "names"),
    [
        ({"species": ["humans"]}, ["Humans"]), ({"species": ["animals"]}, ["Animals"]),
        ({"species": ["Humans", "ANIMALS"]}, ["Humans", "Animals"]), ({"sex": ["female"]}, ["Female"]),
        ({"sex": "male"}, ["Male"]), ({"age": ["adult"]}, ["Adult"]), ({"age": ["middle aged"]}, ["Middle Aged"]),
        ({"age": ["80 and over", "newborn"]}, ["Aged, 80 and over", "Infant, Newborn"]),
    ],
)  # fmt: skip
def test_species_age_and_sex_go_by_the_indexers_check_tags(pubmed, articles, filter_values, names):
    expected = with_heading(articles, *names)
    assert find_pmids(pubmed, "eyes", **filter_values) == expected
    assert 0 < len(expected) < COUNT
    assert pubmed.search("eyes", **filter_values).passing == len(expected)


def test_filters_of_different_kinds_all_hold_and_values_of_one_kind_need_only_one(pubmed, articles):
    both = with_heading(articles, "Humans") & with_heading(articles, "Female", "Male")
    assert find_pmids(pubmed, "eyes", species=["humans"], sex=["female", "male"]) == both
    assert both


def test_a_heading_that_MeSH_does_not_have_is_warned_of_and_still_compared_by_name(pubmed):
    page = pubmed.search("Nonsense[mh] OR Lemon[mh]")
    assert "MeSH has no heading 'Nonsense'." in page.query.read_as.warnings
    assert page.total == len(find_pmids(pubmed, "Lemon[mh]"))


def test_the_reading_says_that_narrower_headings_count(pubmed):
    clause = pubmed.search("Fruit[mh] AND Lemon[mh:noexp]").query.read_as.clause
    assert [part.description for part in clause.parts] == ["MeSH Fruit and narrower", "MeSH Lemon"]


def test_the_tree_of_the_test_and_the_loaded_one_are_the_same(pubmed):
    for heading, (ui, _, _) in TREE.items():
        exploded = pubmed._generation.mesh.explode(ui)
        assert exploded == {TREE[narrower][0] for narrower in below(heading)}
