"""Over real records: every name, number, date and word that is shown finds its article."""

from pathlib import Path

import pytest

from index.library.layout import Library
from index.store.article_store import ArticleStore
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds
from tests.support.oracles.displayed import Findings, look_up_identifiers, look_up_names, look_up_words


def look_everything_up(library: Library, *, every: int) -> list[Findings]:
    """Look up all that the articles of a library show; of words, one in `every`."""
    with small_builds(), Searcher.open(library.path) as pubmed, ArticleStore.open(library.store) as store:
        articles = list(store)
        assert len(articles) == pubmed.count
        with pubmed._serving() as serving:
            return [
                look_up_names(articles, serving.index),
                look_up_identifiers(articles, serving.index),
                look_up_words(articles, serving.index, every=every),
            ]


def assert_found(findings: list[Findings]) -> None:
    assert [found.missed for found in findings] == [[], [], []], [found.share() for found in findings]
    assert all(count for found in findings for count in found.asked.values())
    assert {"au", "ta", "dp", "identifier", "word of title", "word by plain search"} <= {
        kind for found in findings for kind in found.asked
    }


@pytest.mark.fault("R16", "R18")
def test_whatever_a_few_real_records_show_finds_them(shared_data: Path, tmp_path: Path):
    library = Library(tmp_path / "library")
    build(library, shared_data / "xml" / "biopython", shared_data / "xml" / "misc")
    assert_found(look_everything_up(library, every=1))


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["sample_file", "baseline_file"])
def test_long_whatever_a_whole_file_shows_finds_its_articles(request: pytest.FixtureRequest, tmp_path: Path, name: str):
    library = Library(tmp_path / "library")
    build(library, request.getfixturevalue(name))
    findings = look_everything_up(library, every=10)
    print([found.share() for found in findings])  # noqa: T201 - the share is the result
    assert_found(findings)
