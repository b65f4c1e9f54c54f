"""Items that are taken in another thread, while the caller works on one."""

import threading

import pytest

from index.embedding.read_ahead import read_ahead


def test_items_come_in_their_order_from_one_other_thread() -> None:
    threads = set()

    def items():
        for number in range(50):
            threads.add(threading.current_thread())
            yield number

    assert list(read_ahead(items())) == list(range(50))
    assert len(threads) == 1
    assert threading.current_thread() not in threads


def test_no_more_than_asked_for_is_taken_before_it_is_needed() -> None:
    taken = []

    def items():
        for number in range(50):
            taken.append(number)
            yield number

    ahead = read_ahead(items(), count=3)
    first = next(ahead)
    ahead.close()  # waits for what is being taken
    assert first == 0
    assert len(taken) <= 4


def test_an_error_comes_after_the_items_before_it() -> None:
    def items():
        yield 1
        raise ValueError("the second")

    ahead = read_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(ValueError, match="the second"):
        next(ahead)


def test_nothing_is_nothing() -> None:
    assert list(read_ahead([])) == []
