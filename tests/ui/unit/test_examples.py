"""Searches to begin with, chosen for one library."""

from collections.abc import Iterator

import pytest

from index.records.article import Author, Keyword, PublicationDate
from search import Searcher
from tests.support.fakes.fake_index import article, stand_in
from ui.state import examples as module
from ui.state.examples import Examples, examples


def sample(number: int, title: str, **fields: object) -> object:
    date = PublicationDate(year="2021", first="2021-03-01", last="2021-03-31")
    return article(900_000_000 + number, title=title, published=date, **fields)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searcher]:
    sleep = [sample(number, f"Sleep and memory of children, part {number}") for number in range(1, 5)]
    bees = [sample(number, "Bees in the garden", types=("Review",)) for number in range(5, 9)]
    honey = [
        sample(
            9, "Honey", authors=(Author("Lindqvist", "Ana", "A"),), keywords=(Keyword("bees"), Keyword("honey bees"))
        )
    ]
    stand_in(monkeypatch, [*sleep, *bees, *honey])
    with Searcher.open("anywhere") as searcher:
        yield searcher


def test_only_questions_that_the_library_answers_are_offered(
    library: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = ("memory and sleep of children", "memory of whales in winter storms", "the garden of bees")
    monkeypatch.setattr(module, "QUESTIONS", questions)
    assert examples(library) == Examples(
        questions=(questions[0], questions[2]),
        syntax="bees[ti] AND review[pt]",
        known="Okafor 2021 Sleep and memory",
    )


def test_where_no_question_fits_the_commonest_keywords_stand_in(
    library: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUESTIONS", ("memory of whales in winter storms",))
    offered = examples(library)
    assert offered.questions == ("bees", "honey bees")
    assert offered.known is None


def test_a_library_without_any_subject_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, [sample(1, "Honey")])
    with Searcher.open("anywhere") as searcher:
        assert examples(searcher) == Examples((), None, None)
