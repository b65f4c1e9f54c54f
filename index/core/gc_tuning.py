"""Python's hunt for reference cycles, held back where records without cycles are made by the thousand."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLD: Final = 200_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Collect after 200,000 new objects, and never again what is there already.

    Records are trees without cycles, which counting references frees. At the usual pace, looking for cycles takes a
    tenth of the time of parsing and of writing an index.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
