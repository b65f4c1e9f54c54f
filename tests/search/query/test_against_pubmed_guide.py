"""The program's reading of queries against a second one, written from PubMed's guide, that looks at every article."""

from collections.abc import Iterator, Sequence

import pytest

from index.lexical.mesh import write_mesh
from index.library.layout import Library
from index.records.article import Article
from index.store.article_store import ArticleStore
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds
from tests.support.oracles.pubmed_guide.evaluator import Guide
from tests.support.oracles.pubmed_guide.mesh_table import MeshTable
from tests.support.oracles.pubmed_guide.random_queries import RandomQueries
from tests.support.oracles.pubmed_guide.records import document
from tests.support.records.pubmed_xml import write_articles
from tests.support.records.rich_articles import DESCRIPTORS, TREE, records

SEED = 20_261_126
INVENTED = 300
INVENTED_MESH = MeshTable([(name, [term], list(numbers)) for name, (_, term, numbers) in TREE.items()])


def disagreements(pubmed: Searcher, articles: Sequence[Article], mesh: MeshTable, *, queries: int) -> list[str]:
    """Return what the program and the guide answer differently, of so many random queries."""
    guide = Guide(map(document, articles), mesh, mapped=False)
    drawn = RandomQueries(articles, mesh, SEED)
    found = []
    answered = 0
    for query in (drawn.query() for _ in range(queries)):
        program, meant = set(pubmed.pmids(query, mapping=False)), set(guide.pmids(query))
        answered += bool(meant) and len(meant) < len(articles)
        if program != meant:
            more, less = sorted(program - meant), sorted(meant - program)
            found.append(f"{query}: {len(program)} and not {len(meant)}; too many {more[:3]}, missing {less[:3]}")
    assert answered > queries / 3, "most queries must mean some articles, not none or all"
    return found


def lost_by_mapping(pubmed: Searcher, articles: Sequence[Article], mesh: MeshTable, *, queries: int) -> list[str]:
    """Return the pairs of untagged terms that, mapped, miss articles that the guide maps them to.

    The program adds plurals and other spellings, which the guide names without saying which: it may find more.
    """
    guide = Guide(map(document, articles), mesh, mapped=True)
    drawn = RandomQueries(articles, mesh, SEED)
    pairs = (f"{drawn.untagged()} AND {drawn.untagged()}" for _ in range(queries))
    return [query for query in pairs if not guide.pmids(query) <= set(pubmed.pmids(query, mapping=True))]


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("guide")
    library = Library(folder / "library")
    build(library, write_articles(folder / "rich.xml.gz", records(INVENTED)))
    write_mesh(library.mesh, iter(DESCRIPTORS), source="our own", source_sha256="")
    return library


@pytest.fixture(scope="module")
def pubmed(invented: Library) -> Iterator[Searcher]:
    with small_builds(), Searcher.open(invented.path) as searcher:
        yield searcher


def test_60_random_queries_find_in_invented_records_what_the_guide_says(invented: Library, pubmed: Searcher):
    with ArticleStore.open(invented.store) as store:
        assert disagreements(pubmed, list(store), INVENTED_MESH, queries=60) == []


def test_60_pairs_of_untagged_terms_find_all_that_the_guide_maps_them_to(invented: Library, pubmed: Searcher):
    with ArticleStore.open(invented.store) as store:
        assert lost_by_mapping(pubmed, list(store), INVENTED_MESH, queries=60) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_long_500_random_queries_find_in_the_real_sample_what_the_guide_says(
    sample: Searcher, sample_articles: list[Article], mesh_table: MeshTable
):
    assert disagreements(sample, sample_articles, mesh_table, queries=500) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_long_500_pairs_of_untagged_terms_find_in_the_real_sample_all_that_the_guide_maps_them_to(
    sample: Searcher, sample_articles: list[Article], mesh_table: MeshTable
):
    assert lost_by_mapping(sample, sample_articles, mesh_table, queries=500) == []
