"""A short form of `make fuzz` over source files, always with the same damages."""

import json
import subprocess
import sys

import pytest

from tests import fuzz_sources
from tests.support.paths import ROOT


@pytest.mark.fault("F1", "F2", "F6", "F9", "F11", "F16", "F17", "F21", "F22")
def test_damaged_files_never_raise_lose_a_good_file_or_take_more_memory_than_promised(tmp_path):
    command = [sys.executable, "-m", "tests.fuzz_sources", str(tmp_path), "40", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["applied"] + result["refused"] == 40
    assert min(result["applied"], result["refused"]) > 3


def test_the_fuzzer_notices_a_lost_good_file(tmp_path, monkeypatch):
    real = fuzz_sources.apply
    monkeypatch.setattr(fuzz_sources, "apply", lambda library, *paths: real(library, *paths[:-2], paths[-1]))
    with pytest.raises(AssertionError):
        fuzz_sources.hold(tmp_path, [b"", b"x"])
