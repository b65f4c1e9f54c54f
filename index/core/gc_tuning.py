"""Python's search for reference cycles, made rarer where thousands of records without cycles are created."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLD: Final = 200_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Collect only after 200,000 new objects, and skip objects that exist already.

    Records are trees without cycles, which reference counting frees. With the default threshold, the search for cycles
    takes a tenth of the time of parsing and of writing an index.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
