"""In which order the page has its sentences chosen by meaning."""

from pathlib import Path

import pytest

from search import Searcher
from tests.ui.support.memory_library import ARTICLES, searcher_in_memory
from ui.state.result_cache import IN_SIGHT, with_refined_evidence


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    return searcher_in_memory(tmp_path)


@pytest.mark.parametrize("pages", ["results", "similar"])
def test_the_hits_in_sight_come_first_and_all_are_those_of_the_whole_page_with_refined_evidence(
    searcher: Searcher, pages: str
) -> None:
    page = searcher.search("sleep memory") if pages == "results" else searcher.similar([ARTICLES[0].pmid])
    first, rest = with_refined_evidence(searcher, page)
    assert len(first.hits) == IN_SIGHT
    assert first.hits + rest.hits == searcher.refine_evidence(page).hits


def test_no_sentence_out_of_sight_is_read_before_the_first_ones_are_there(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    refined: list[int] = []
    refine = searcher.refine_evidence
    monkeypatch.setattr(searcher, "refine_evidence", lambda part: refined.append(len(part.hits)) or refine(part))
    page = searcher.search("sleep memory")
    parts = with_refined_evidence(searcher, page)
    next(parts)
    assert refined == [IN_SIGHT]
    list(parts)
    assert refined == [IN_SIGHT, len(page.hits) - IN_SIGHT]


def test_an_empty_page_has_nothing_to_choose(searcher: Searcher) -> None:
    assert list(with_refined_evidence(searcher, searcher.search("sleep[ti]", years=(1900, 1901)))) == []
