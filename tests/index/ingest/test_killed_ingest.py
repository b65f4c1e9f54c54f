"""Fifty kills while two whole real files are applied: the store ends as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from index.library.layout import Library
from index.store.store_check import verify_store
from tests.conftest import ROOT
from tests.support.builds.store_helpers import apply, content

KILLS = 50
INGEST = """
import sys
from pathlib import Path
from index.library.layout import Library
from tests.support.builds.store_helpers import apply
apply(Library(Path(sys.argv[1])), *map(Path, sys.argv[2:]))
"""


@pytest.mark.fault("B1")
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_store_after_fifty_kills_equals_the_undisturbed_one(tmp_path, sample_file, baseline_file):
    undisturbed, killed = Library(tmp_path / "undisturbed"), Library(tmp_path / "killed")
    started = time.monotonic()
    apply(undisturbed, baseline_file, sample_file)
    whole_s = time.monotonic() - started
    rng = random.Random(2026)  # noqa: S311 - a fixed seed is the point
    command = [sys.executable, "-c", INGEST, str(killed.path), str(baseline_file), str(sample_file)]
    kills = 0
    while kills < KILLS:
        with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as build:
            try:
                # Longer and longer, so that the first file is not killed for ever before its end.
                build.wait(rng.uniform(0, whole_s * (kills + 1) / KILLS))
            except subprocess.TimeoutExpired:
                os.kill(build.pid, signal.SIGKILL)
        if build.returncode == 0:
            for path in killed.path.iterdir():
                path.unlink()
        kills += build.returncode != 0
    apply(killed, baseline_file, sample_file)
    assert content(killed) == content(undisturbed)
    assert verify_store(killed.store) == ()
