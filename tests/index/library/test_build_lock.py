"""One build at a time, and a dead one blocks no other."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.core.errors import LibraryLocked
from index.library.build_lock import building
from index.library.layout import Library

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
