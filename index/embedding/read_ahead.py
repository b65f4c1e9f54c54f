"""Takes the next items of an iterator while the caller works on one."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterable[Item], *, count: int = 2) -> Iterator[Item]:
    """Yield the items in their order; they are taken in one other thread.

    Args:
        items: Whatever takes time to produce, without the interpreter's lock for the most part.
        count: How many are ready or being made at once.

    Raises:
        Exception: What taking an item raised, in its turn.
    """
    source, end = iter(items), object()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        waiting = deque(pool.submit(next, source, end) for _ in range(count))
        while (item := waiting.popleft().result()) is not end:
            waiting.append(pool.submit(next, source, end))
            yield item  # type: ignore[misc]
