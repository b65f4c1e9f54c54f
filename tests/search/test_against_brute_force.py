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
from tests.support.oracles.brute_force_filter import counted, texts, words
from tests.support.oracles.random_queries import AGES, Joined, asked, below, filters, has_heading, passes, queries
from tests.support.records.pubmed_xml import write_articles
from tests.support.records.rich_articles import COUNT, DESCRIPTORS, TREE, records

PAGE = 50
RANKED = 20
"""Candidates of each ranking: fewer than the articles, so that results go on behind them."""

FILTERED = {"mesh": "mesh", "author": "authors"}
OF_WHOM = {"species": ("humans", "animals"), "sex": ("female", "male"), "age": tuple(AGES)}

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=3000)


class Held(list[Article]):
    """The store's articles; a failure does not print them all."""

    def __repr__(self) -> str:
        return f"<{len(self)} articles>"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("rich")
    library = Library(folder / "library")
    build(library, write_articles(folder / "rich.xml.gz", records()))
    write_mesh(library.mesh, iter(DESCRIPTORS), source="our own", sha256="")
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
        held = Held(store)
    assert len(held) == COUNT
    return held


def pages(pubmed: Searcher, text: str, **facts) -> tuple[list[int], set[int]]:
    """Return the PMIDs of all pages joined, and the totals that they stated."""
    listed, totals = [], set()
    for offset in range(0, COUNT + PAGE, PAGE):
        page = pubmed.search(text, limit=PAGE, offset=offset, **facts)
        listed += [hit.article.pmid for hit in page.hits]
        totals.add(page.total)
        if not page.hits:
            break
    return listed, totals


def by_day(articles: list[Article], *, newest: bool) -> list[int]:
    """Order articles by the first day of their date, those of one day by PMID, those without a date last."""
    dated = sorted((one.published.first, one.pmid) for one in articles if one.published.first)
    undated = sorted(one.pmid for one in articles if not one.published.first)
    step = -1 if newest else 1
    return [pmid for _, pmid in dated[::step]] + undated[::step]


def agree(pubmed: Searcher, articles: list[Article], query: Joined, facts: dict) -> None:
    expected = [one for one in articles if passes(facts, one) and asked(query, one)]
    listed, totals = pages(pubmed, query.text, **facts)
    assert sorted(listed) == sorted(one.pmid for one in expected), query.text
    assert totals == {len(expected)}
    assert list(pubmed.pmids(query.text, **facts)) == listed
    assert list(pubmed.pmids(query.text, sort="newest", **facts)) == by_day(expected, newest=True)
    assert list(pubmed.pmids(query.text, sort="oldest", **facts)) == by_day(expected, newest=False)
    for facet in pubmed.facets(query.text, Filters.of(**facts), size=1000):
        assert {one.value: one.articles for one in facet.counts} == left_by_each(facet, expected)


def left_by_each(facet: Facet, expected: list[Article]) -> dict[str, int]:
    """Return how many articles filtering by each value of a facet leaves, by a look at each of them."""
    if facet.field in OF_WHOM:
        return {each: number for each in OF_WHOM[facet.field] if (number := left_by(facet.field, each, expected))}
    name = FILTERED.get(facet.field)
    labels = {one.value: one.label for one in facet.counts}
    held = Counter(found for one in expected for found in counted(one, facet.field))
    return {found: left_by(name, labels[found], expected) if name else number for found, number in held.items()}


def left_by(name: str, value: str, expected: list[Article]) -> int:
    return sum(passes({name: (value,)}, one) for one in expected)


@pytest.mark.fault("Q8")
@QUICK
@given(query=queries(), facts=filters())
def test_any_query_and_filters_keep_count_and_page_through_exactly_what_every_record_says(
    pubmed: Searcher, articles: list[Article], query: Joined, facts: dict
):
    agree(pubmed, articles, query, facts)


@pytest.mark.fault("Q8")
@pytest.mark.long
@LONG
@given(query=queries(), facts=filters())
def test_long_any_query_and_filters_keep_exactly_what_every_record_says(
    pubmed: Searcher, articles: list[Article], query: Joined, facts: dict
):
    agree(pubmed, articles, query, facts)


@pytest.mark.fault("Q8")
@QUICK
@example(facts={})
@given(facts=filters())
def test_a_plain_question_ranks_and_leaves_none_of_the_filtered_out(
    pubmed: Searcher, articles: list[Article], facts: dict
):
    expected = sorted(one.pmid for one in articles if passes(facts, one))
    page = pubmed.search("honey bees in the garden", limit=10, **facts)
    assert page.total == len(expected)
    assert len(page.hits) == min(10, len(expected))
    assert sorted(pubmed.pmids("honey bees in the garden", **facts)) == expected


@pytest.mark.fault("Q8")
@QUICK
@given(data=st.data())
def test_a_selection_of_any_size_comes_back_whole(pubmed: Searcher, articles: list[Article], data: st.DataObject):
    chosen = data.draw(st.sets(st.sampled_from([one.pmid for one in articles]), min_size=1))
    text = f"honey AND {' '.join(map(str, chosen))}[pmid]"
    ranked = f"dry eyes {' '.join(map(str, chosen))}[pmid]"
    honey = {one.pmid for one in articles if one.pmid in chosen and "honey" in _words(one)}
    assert set(pages(pubmed, text)[0]) == honey
    listed, totals = pages(pubmed, ranked)
    assert (set(listed), len(listed), totals) == (chosen, len(chosen), {len(chosen)})


def _words(article: Article) -> set[str]:
    return {word for text in texts(article, "all") for word in words(text)}


def with_heading(articles: list[Article], *names: str) -> set[int]:
    return {one.pmid for one in articles if has_heading(set(names), one)}


def found(pubmed: Searcher, text: str, **facts) -> set[int]:
    return set(pubmed.pmids(text, **facts))


@pytest.mark.parametrize("written", ["Fruit", "fruit", "D910001", "Produce, Sweet", "produce,  sweet"])
def test_a_heading_by_name_entry_term_or_number_brings_all_narrower_ones(pubmed, articles, written):
    below_fruit = with_heading(articles, "Fruit", "Citrus Fruit", "Lemon", "Orange", "Apple")
    assert found(pubmed, f"{written}[mh]") == below_fruit > with_heading(articles, "Fruit")
    assert found(pubmed, f"{written}[mh:noexp]") == with_heading(articles, "Fruit")
    assert found(pubmed, "eyes", mesh=[written]) == below_fruit


def test_a_heading_in_two_places_of_the_tree_is_below_both_and_a_like_number_is_below_none(pubmed, articles):
    assert found(pubmed, "Yellow Things[mh]") == with_heading(articles, "Yellow Things", "Lemon")
    assert with_heading(articles, "Fruition") > found(pubmed, "Fruit[mh] AND Fruition[mh]")
    assert found(pubmed, "Lemon[mh]") == with_heading(articles, "Lemon")


def test_a_main_topic_is_one_by_itself_or_by_a_qualifier_and_explodes_too(pubmed, articles):
    by_itself, by_qualifier = set(), set()
    for one in articles:
        for heading in one.mesh:
            if heading.name in below("Fruit"):
                by_itself |= {one.pmid} if heading.major else set()
                by_qualifier |= {one.pmid} if any(qualifier.major for qualifier in heading.qualifiers) else set()
    assert found(pubmed, "Fruit[majr]") == by_itself | by_qualifier < found(pubmed, "Fruit[mh]")
    assert by_itself - by_qualifier
    assert by_qualifier - by_itself
    assert found(pubmed, "Lemon[majr:noexp]") < found(pubmed, "Fruit[majr]")


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"species": ["humans"]}, ["Humans"]), ({"species": ["animals"]}, ["Animals"]),
        ({"species": ["Humans", "ANIMALS"]}, ["Humans", "Animals"]), ({"sex": ["female"]}, ["Female"]),
        ({"sex": "male"}, ["Male"]), ({"age": ["adult"]}, ["Adult"]), ({"age": ["middle aged"]}, ["Middle Aged"]),
        ({"age": ["80 and over", "newborn"]}, ["Aged, 80 and over", "Infant, Newborn"]),
    ],
)  # fmt: skip
def test_species_age_and_sex_go_by_the_indexers_check_tags(pubmed, articles, facts, names):
    expected = with_heading(articles, *names)
    assert found(pubmed, "eyes", **facts) == expected
    assert 0 < len(expected) < COUNT
    assert pubmed.search("eyes", **facts).total == len(expected)


def test_filters_of_different_kinds_all_hold_and_values_of_one_kind_need_only_one(pubmed, articles):
    both = with_heading(articles, "Humans") & with_heading(articles, "Female", "Male")
    assert found(pubmed, "eyes", species=["humans"], sex=["female", "male"]) == both
    assert both


def test_a_heading_that_MeSH_does_not_have_is_warned_of_and_still_compared_by_name(pubmed):
    page = pubmed.search("Nonsense[mh] OR Lemon[mh]")
    assert "MeSH has no heading 'Nonsense'." in page.query.read_as.warnings
    assert page.total == len(found(pubmed, "Lemon[mh]"))


def test_the_reading_says_that_narrower_headings_count(pubmed):
    clause = pubmed.search("Fruit[mh] AND Lemon[mh:noexp]").query.read_as.clause
    assert [part.description for part in clause.parts] == ["MeSH Fruit and narrower", "MeSH Lemon"]


def test_the_tree_of_the_test_and_the_loaded_one_are_the_same(pubmed):
    for heading, (ui, _, _) in TREE.items():
        exploded = pubmed._generation.mesh.explode(ui)
        assert exploded == {TREE[each][0] for each in below(heading)}
