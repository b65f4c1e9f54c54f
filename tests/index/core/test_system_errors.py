"""What the system refuses is told apart from what a file holds."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from index.core.errors import ResourceError
from index.core.json_text import parse_json
from index.core.system_errors import system_error
from tests.support.limits import few_descriptors


@pytest.mark.fault("B21")
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ValueError("IO error: Too many open files (os error 24)"), "files open at a time"),  # tantivy
        (RuntimeError("could not open x for reading: Too many open files"), "files open at a time"),  # Faiss
        (RuntimeError("std::bad_alloc"), "not enough memory"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
            "not enough memory",
        ),
        (ValueError("Permission denied (os error 13)"), "permission is denied"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), "the disk reports an error"),
        (OSError(errno.ENFILE, os.strerror(errno.ENFILE)), "the system has as many files open"),
    ],
)
def test_the_systems_refusal_is_found_in_whatever_a_library_raises(error: Exception, cause: str):
    found = system_error(error, Path("/some/file"))
    assert isinstance(found, ResourceError)
    assert str(found).startswith("/some/file cannot be used: ")
    assert cause in str(found)


@pytest.mark.fault("B21")
def test_a_cause_behind_another_error_counts():
    outer = RuntimeError("the model cannot be loaded")
    outer.__cause__ = OSError(errno.EMFILE, "Too many open files")
    assert "files open" in str(system_error(outer, "model"))


@pytest.mark.parametrize(
    "error", [ValueError("bad magic"), FileNotFoundError(errno.ENOENT, "No such file"), KeyError("x"), EOFError()]
)
def test_what_lies_in_the_file_is_not_laid_on_the_system(error: Exception):
    assert system_error(error, "file") is None


@pytest.mark.fault("B21")
def test_sqlite_that_finds_no_descriptor_is_not_taken_for_a_damaged_file(tmp_path: Path):
    path = tmp_path / "store.sqlite"
    sqlite3.connect(path).close()
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    assert system_error(error, path) is None
    with few_descriptors(1):
        found = system_error(error, path)
    assert "files open at a time" in str(found)


@pytest.mark.fault("B21")
@pytest.mark.parametrize("text", ["[" * 100_000, b'{"a":' * 100_000, "1" * 5000, b"\xff", "{"])
def test_json_of_any_depth_is_read_or_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)
