"""Standard output and error of the commands, where they are full, closed, or have few characters."""

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from index.core.errors import ResourceError


class ReaderLeft(Exception):
    """Whoever reads standard output has stopped."""


def prepare_streams() -> None:
    """Replace what a stream's encoding lacks, and leave no descriptor below 3 to a file of the library.

    Raises:
        ResourceError: Standard output is closed.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.BytesIO())
    if sys.stdout is None:
        raise ResourceError("Standard output is closed: there is nowhere to write the result. Send it to a file.")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_out(text: str | bytes) -> None:
    """Write to standard output: text in its encoding, bytes as they are.

    Raises:
        ReaderLeft: Nobody reads it any more.
        ResourceError: It cannot be written, for example because the disk is full.
    """
    try:
        if isinstance(text, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
    except OSError as error:
        raise _lost(error) from error


def flush_out() -> None:
    """Write what standard output still holds; raises as `print_out` does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _lost(error) from error


def print_error(text: str) -> None:
    """Write a line to standard error; where that is full or closed, nobody can be told."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        _discard(sys.stderr)


def _lost(error: OSError) -> ReaderLeft | ResourceError:
    _discard(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return ReaderLeft()
    return ResourceError(
        f"The result cannot be written to standard output: {error.strerror or error}. "
        "Send it to a file on a disk with free space, and run the same command again."
    )


def _discard(stream: TextIO) -> None:
    # What Python still flushes at exit must go nowhere, or it changes the exit status.
    with suppress(OSError, ValueError):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
