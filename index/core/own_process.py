"""Keeps what was opened in one process from being used in a fork of it."""

import os

from index.core.errors import LibraryError


def require_own_process(process: int, what: str) -> None:
    """Make sure that this is the process that opened something.

    A fork copies SQLite's connections and the locks of threads that it does not copy: a search would read wrongly or
    wait for ever.

    Args:
        process: Number of the process that opened it.
        what: It, as the subject of a sentence.

    Raises:
        LibraryError: This is another process.
    """
    if os.getpid() != process:
        raise LibraryError(
            f"{what} was opened in process {process}, and process {os.getpid()} is a fork of it. Open it in each "
            'process, and start them with multiprocessing.get_context("spawn").'
        )
