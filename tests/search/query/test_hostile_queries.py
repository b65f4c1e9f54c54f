"""What must not break a searcher: extreme arguments and queries, many threads, a search cancelled at any moment."""

import ctypes
import gc
import math
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from index.core.errors import PubmedError, QueryError, QuerySyntaxError
from index.library.layout import Library
from search import Searcher
from search.filters.filters import Filters

THREADS = 8
CALLS = 200
FAR_OFFSET = 10**9


@pytest.fixture(scope="module")
def pubmed(small_library: Library) -> Iterator[Searcher]:
    with Searcher.open(small_library.path) as searcher:
        yield searcher


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


def without_time(result: Any) -> Any:
    """Return what two answers to the same question must have in common: everything but the time taken."""
    return result.to_json() if hasattr(result, "to_json") else result


def mixed(pubmed: Searcher, words: Sequence[str], known: Sequence[int], count: int) -> list[Callable[[], Any]]:
    """Return calls of every kind, each with other words and articles."""
    calls: list[Callable[[], Any]] = []
    for number in range(count):
        word, other = words[number % len(words)], words[(number * 7 + 1) % len(words)]
        pmid, year = known[number % len(known)], 2015 + number % 6
        kinds = (
            lambda word=word, other=other: pubmed.search(f"{word} and {other}", limit=3),
            lambda pmid=pmid: pubmed.article(pmid),
            lambda year=year: pubmed.search(f"{year}[dp] NOT hasabstract", limit=3),
            lambda word=word: pubmed.facets(f"{word}[tiab]", fields=("year", "type")),
            lambda pmid=pmid: pubmed.search(f"{pmid}[pmid]", limit=3),
            lambda word=word, other=other: list(pubmed.pmids(f"{word}[ti] OR {other}*", sort="newest")),
            lambda year=year: pubmed.facets("", Filters.of(years=(year, None)), fields=("journal", "has_abstract")),
            lambda pmid=pmid: pubmed.similar([pmid], limit=3),
            lambda year=year: pubmed.search(f"eng[la] AND {year}:2021[edat]", limit=3, has_abstract=True),
            lambda pmid=pmid: pubmed.search(str(pmid), limit=3),
        )
        calls.append(kinds[number % len(kinds)])
    return calls


def in_threads_and_alone(calls: list[Callable[[], Any]]) -> None:
    """Make every call in each of the threads, each in another order, and compare with one thread's answers."""
    alone = [without_time(call()) for call in calls]

    def call_all(seed: int) -> dict[int, Any]:
        order = random.Random(seed).sample(range(len(calls)), len(calls))  # noqa: S311 - no secret
        return {number: without_time(calls[number]()) for number in order}

    with ThreadPoolExecutor(THREADS) as pool:
        for answers in pool.map(call_all, range(THREADS)):
            assert [answers[number] for number in range(len(calls))] == alone


@pytest.mark.fault("Q10")
def test_eight_threads_with_200_calls_of_every_kind_get_what_one_thread_gets(pubmed: Searcher):
    known = list(pubmed.pmids("practice", whole=True))
    words = ["metformin", "sleep", "bees", "vitamin", "obesity", "tinnitus", "Ghana", "zebrafish", "warfarin", "solar"]
    in_threads_and_alone(mixed(pubmed, words, known, CALLS))


@pytest.mark.fault("Q10")
@pytest.mark.long
def test_long_eight_threads_get_the_same_of_real_articles(demo_library: Library):
    with Searcher.open(demo_library.path) as pubmed:
        known = list(pubmed.pmids("cancer"))[::17]
        words = ["cancer", "covid", "depression", "obesity", "vaccine", "sleep", "gene", "trial", "children", "heart"]
        in_threads_and_alone(mixed(pubmed, words, known, CALLS))


@pytest.mark.fault("S2")
def test_opening_and_searching_reach_out_to_nobody(small_library: Library, monkeypatch: pytest.MonkeyPatch):
    attempts: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        attempts.append(arguments)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    with Searcher.open(small_library.path) as pubmed:
        for call in mixed(pubmed, ["metformin", "qwertyuiop"], list(pubmed.pmids("bees", whole=True)), 20):
            call()
        "".join(pubmed.export("bees", "ris", limit=2))
    assert attempts == []


@pytest.mark.fault("Q6")
def test_a_page_however_far_is_empty_and_says_the_total(pubmed: Searcher):
    for text, total in (("bees", 48), ("prescribing[ti]", 36)):
        page = pubmed.search(text, offset=FAR_OFFSET, whole=True)
        assert (page.hits, page.total) == ((), total)
        assert len(pubmed.search(text, limit=FAR_OFFSET, whole=True).hits) == total


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"years": (99999, None)}, QueryError), ({"years": (-1, None)}, QueryError),
        ({"years": (math.nan, None)}, TypeError), ({"years": (2021, 2015)}, QueryError),
        ({"years": (10**400, None)}, QueryError), ({"offset": -1}, ValueError), ({"limit": 0}, ValueError),
        ({"limit": math.nan}, TypeError), ({"offset": math.inf}, TypeError), ({"colour": "red"}, TypeError),
        ({"dates": ("99999", None)}, QueryError), ({"dates": ("2019-02-31-01", None)}, QueryError),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_searched(pubmed: Searcher, arguments, error):
    with pytest.raises(error):
        pubmed.search("bees", **arguments)


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("text", ["99999[dp]", "bees AND 2021:99999[dp]", "bees AND NaN[dp]", "2021/13[dp]"])
def test_a_date_that_cannot_be_is_pointed_at(pubmed: Searcher, text: str):
    with pytest.raises(QuerySyntaxError, match=r"is not a date"):
        pubmed.search(text)


@pytest.mark.fault("Q7")
@pytest.mark.timeout(60)
def test_a_thousand_ORs_keep_what_each_of_them_keeps(pubmed: Searcher):
    words = [*(f"nothing{number}" for number in range(997)), "metformin", "bees", "tinnitus"]
    page = pubmed.search(" OR ".join(f"{word}[tiab]" for word in words))
    found_by_word = [set(pubmed.pmids(f"{word}[tiab]")) for word in words[-3:]]
    assert set(pmids(page)) == set.union(*found_by_word)
    assert page.total == len(set.union(*found_by_word))


@pytest.mark.fault("Q7")
@pytest.mark.timeout(60)
def test_brackets_200_deep_mean_what_is_in_them_and_deeper_ones_are_refused(pubmed: Searcher):
    deep = "(bees OR " * 199 + "metformin" + ")" * 199
    assert set(pubmed.pmids(deep)) == set(pubmed.pmids("bees OR metformin"))
    assert set(pubmed.pmids("(" * 200 + "bees[ti]" + ")" * 200)) == set(pubmed.pmids("bees[ti]"))
    with pytest.raises(QuerySyntaxError, match="nested levels"):
        pubmed.search("(bees OR " * 3000 + "metformin" + ")" * 3000)


class Cancelled(BaseException):
    """Raised inside a running search from outside."""


def cancel(thread: threading.Thread) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Cancelled))


@pytest.mark.fault("Q11")
# Between `open` and `with`, an exception from outside leaves a file to the collector, as it does in any program.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_searches_cancelled_at_any_moment_leave_the_searcher_as_it_was(pubmed: Searcher):
    expected = without_time(pubmed.search("obesity and covid", limit=5))
    draw = random.Random(11)  # noqa: S311 - no secret
    cancelled = []

    def searching() -> None:
        try:
            begun.set()
            while True:
                pubmed.search("prescribing of warfarin in Nepal", limit=20)
        except Cancelled:
            cancelled.append(True)

    for _ in range(20):
        begun = threading.Event()
        thread = threading.Thread(target=searching)
        thread.start()
        begun.wait()
        time.sleep(draw.uniform(0, 0.06))
        while thread.is_alive():  # what is raised inside a clean-up is lost
            cancel(thread)
            thread.join(5)
    gc.collect()
    assert len(cancelled) == 20
    assert without_time(pubmed.search("obesity and covid", limit=5)) == expected
    with pytest.raises(PubmedError):
        pubmed.search("")
