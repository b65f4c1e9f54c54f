"""One build at a time, and a dead one blocks no other."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.core.errors import LibraryError, LibraryLocked
from index.core.files import replacing
from index.library.build_lock import building, holder_of
from index.library.layout import Library

KILLED = b'{"pid": 1, "host": "another machine", "since": "2026-11-22 10:04:31+00:00"}'.ljust(300)
HOLD = """
import sys, time
from pathlib import Path
from index.library.layout import Library
from index.library.build_lock import building
with building(Library(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.fault("B7")
def test_a_second_build_reports_who_holds_the_lock_and_since_when(tmp_path: Path):
    library = Library(tmp_path)
    with building(library), pytest.raises(LibraryLocked) as raised, building(library):
        pass
    match = re.search(r"by process (\d+) on \S+ since (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00)", str(raised.value))
    assert match
    assert int(match[1]) == os.getpid()


def test_the_lock_ends_with_the_build_and_leaves_an_empty_file(tmp_path: Path):
    library = Library(tmp_path / "new library")
    library.path.mkdir()
    for _ in range(2):
        with building(library):
            assert library.lock.read_bytes()
        assert library.lock.read_bytes() == b""


def test_a_failed_build_releases_the_lock(tmp_path: Path):
    library = Library(tmp_path)
    with pytest.raises(OSError, match="disk"), building(library):
        raise OSError("disk")
    with building(library):
        pass


@pytest.mark.fault("B7")
def test_a_killed_process_holds_nothing(tmp_path: Path):
    library = Library(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryLocked, match=f"by process {holder.pid} on"), building(library):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with building(library):
        pass


def test_an_unreadable_holder_is_another_process(tmp_path: Path):
    library = Library(tmp_path)
    with building(library):
        library.lock.write_text("{")
        with pytest.raises(LibraryLocked, match="by another process"), building(library):
            pass


def test_where_there_is_no_library_none_is_created(tmp_path: Path):
    library = Library(tmp_path / "a slip of the pen")
    with pytest.raises(LibraryError, match=r"no library at .*(.|\n)*rebuild-index --sample"), building(library):
        pass
    assert not library.path.exists()


@pytest.mark.fault("B19")
def test_whoever_asks_while_the_lock_changes_hands_sees_a_whole_name_or_none(tmp_path: Path):
    library = Library(tmp_path)
    with building(library):
        pass
    ended = threading.Event()

    def watch() -> int:
        seen = 0
        while not ended.is_set():
            if text := library.lock.read_bytes():
                assert json.loads(text)["pid"] in (os.getpid(), 1)
                seen += 1
        return seen

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        for _ in range(300):
            with library.lock.open("r+b") as file:
                file.write(KILLED)  # what a killed build left, longer than what follows
            with building(library):
                assert holder_of(library).pid == os.getpid()
        ended.set()
        assert watching.result()


@pytest.mark.fault("B13", "B19")
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[" * 2000,
        b'{"pid": 99999999999999999999, "host": "HOST", "since": "x"}',
        b'{"pid": -1, "host": "HOST", "since": "x"}',
        b'{"pid": 0, "host": "HOST", "since": "x"}',
        b'{"pid": "1", "host": "HOST", "since": "x"}',
        b'{"pid": true, "host": "HOST", "since": "x"}',
        b'{"pid": 2147483647, "host": "HOST", "since": "2096-01-01 00:00:00+00:00"}',
    ],
)
def test_what_names_no_running_process_is_no_holder_and_blocks_no_build(tmp_path: Path, text: bytes):
    library = Library(tmp_path)
    library.lock.write_bytes(text.replace(b"HOST", socket.gethostname().encode()))
    assert holder_of(library) is None
    with building(library):
        assert holder_of(library).pid == os.getpid()


@pytest.mark.fault("B17", "B19")
def test_a_build_removes_what_killed_writers_left_and_nothing_else(tmp_path: Path):
    library = Library(tmp_path)
    shards = library.vectors / ("ab" * 8)
    folders = (library.path, library.builds, shards)
    others = (".pubmed-notes.partial", ".pubmed-0123456789abcdef.partial.txt", "pubmed-0123456789abcdef.partial")
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".pubmed-0123456789abcdef.partial").write_text("half")
        for name in others:
            (folder / name).write_text("a person's")
    with replacing(shards / "000000.safetensors") as file:
        with building(library):
            pass
        file.write(b"whole")
    for folder in folders:
        assert {path.name for path in folder.iterdir() if path.name.endswith((".partial", ".txt"))} == set(others)
    assert (shards / "000000.safetensors").read_bytes() == b"whole"
