"""An index with a limit: some articles of every kind, then the newest."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build.article_choice import SHARES, choose_articles
from index.core.progress import Progress
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.source_files import find_sources
from index.store.article_store import ArticleStore
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

COUNT = 400
LIMIT = 100
# All are older than the newest articles, so that only their kind can bring them in.
RETRACTED, NOTICE, TRIAL, REVIEW, CITING, CITED, OLDEST = 3, 5, 7, 9, 11, 13, 15
INDEXED = range(20, 60)


def record(number: int) -> str:
    fields: dict[str, Any] = {"published": f"<Year>{1950 if number == OLDEST else 2021}</Year>"}
    if number == RETRACTED:
        fields["links"] = (
            '<CommentsCorrections RefType="RetractionIn"><RefSource>J</RefSource>'
            f'<PMID Version="1">{FIRST_PMID + NOTICE}</PMID></CommentsCorrections>'
        )
    if number == TRIAL:
        fields["types"] = ["Randomized Controlled Trial"]
    if number == REVIEW:
        fields["types"] = ["Systematic Review"]
    if number in INDEXED:
        fields["mesh"] = [("D900003", "Lemon")]
    if number == CITING:
        fields["references"] = [FIRST_PMID + CITED, FIRST_PMID + CITING, 1]
    return article_xml(FIRST_PMID + number, title=f"Story {number}", **fields)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleStore]:
    folder: Path = tmp_path_factory.mktemp("choice")
    source = write_articles(folder / "articles.xml", map(record, range(COUNT)))
    library = Library(folder / "library")
    ingest(library, find_sources([source]), progress=Progress())
    with ArticleStore.open(library.store) as opened:
        yield opened


def chosen(store: ArticleStore, limit: int | None) -> list[int]:
    return [key.pmid - FIRST_PMID for key in choose_articles(store, limit, Progress())]


def test_every_kind_is_there_with_what_it_retracts_or_cites(store: ArticleStore):
    numbers = chosen(store, LIMIT)
    assert len(numbers) == LIMIT
    assert {RETRACTED, NOTICE, TRIAL, REVIEW, CITING, CITED, OLDEST} <= set(numbers)


def test_a_kind_takes_its_share_the_newest_first_and_the_newest_articles_the_rest(store: ArticleStore):
    numbers = chosen(store, LIMIT)
    share = int(SHARES["mesh"] * LIMIT)
    assert [number for number in numbers if number in INDEXED] == list(INDEXED)[: -share - 1 : -1]
    special = {RETRACTED, NOTICE, TRIAL, REVIEW, CITING, CITED, OLDEST, *INDEXED}
    rest = [number for number in numbers if number not in special]
    assert rest == list(range(COUNT - 1, COUNT - 1 - len(rest), -1))


def test_the_order_is_that_of_the_newest_and_the_choice_the_same_again(store: ArticleStore):
    numbers = chosen(store, LIMIT)
    assert numbers == sorted(numbers, reverse=True)
    assert numbers == chosen(store, LIMIT)


@pytest.mark.parametrize("limit", [None, COUNT, COUNT + 1])
def test_without_a_limit_that_cuts_all_are_chosen(store: ArticleStore, limit: int | None):
    assert chosen(store, limit) == list(range(COUNT - 1, -1, -1))


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_a_limit_too_small_to_share_takes_the_newest(store: ArticleStore, limit: int):
    assert chosen(store, limit) == list(range(COUNT - 1, COUNT - 1 - limit, -1))


@pytest.mark.parametrize("limit", range(5, 60, 6))
def test_no_limit_is_exceeded_or_missed(store: ArticleStore, limit: int):
    assert len(set(chosen(store, limit))) == limit
