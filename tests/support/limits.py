"""Limits of the system, set on this process for as long as a test needs them."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def few_descriptors(spare: int) -> Iterator[None]:
    """Let this process open only `spare` more files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = {int(path.name) for path in Path("/proc/self/fd").iterdir()}
    # Descriptors are given from the lowest number up: gaps below the limit are filled first.
    fillers = []
    lowest = max(used) + 1
    while (filler := os.open(os.devnull, os.O_RDONLY)) < lowest:
        fillers.append(filler)
    os.close(filler)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + spare, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for filler in fillers:
            os.close(filler)
