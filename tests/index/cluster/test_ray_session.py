"""Which cluster `--on` names, and what is said where there is none."""

import argparse
import fcntl
import os
import sys
from pathlib import Path

import pytest

from index.cluster.ray_session import _temporary_folder, ray_address, ray_session
from index.core.errors import ResourceError
from tests.support.builds.ray_builds import needs_ray


@pytest.mark.parametrize("text", ["ray", "ray://head:6379", "ray://10.0.0.1:6379", "ray://[::1]:6379"])
def test_ray_itself_and_an_address_of_a_cluster_are_taken(text):
    assert ray_address(text) == text


@pytest.mark.parametrize("text", ["", "Ray", "ray://", "ray://head", "ray://head:port", "http://head:6379", "ray:6379"])
def test_anything_else_is_refused_with_what_is_expected(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"expected ray, or ray://HOST:PORT"):
        ray_address(text)


@needs_ray
def test_where_no_cluster_answers_the_command_that_joins_one_is_named():
    with pytest.raises(ResourceError, match=r"(?s)at 127.0.0.1:1 .*ray start --address 127.0.0.1:1"), _session("1"):
        pass


def test_where_ray_is_not_installed_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ResourceError, match=r"(?s)ray is not installed.*\[sample,cluster\]"), _session("1"):
        pass


def _session(port: str):
    return ray_session(f"ray://127.0.0.1:{port}")


def test_folders_of_killed_processes_are_removed_and_those_of_others_stay(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    (tmp_path / "pubmed-ray-left" / "session").mkdir(parents=True)
    in_use, other = tmp_path / "pubmed-ray-used", tmp_path / "of-somebody"
    in_use.mkdir()
    other.mkdir()
    descriptor = os.open(in_use, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with _temporary_folder() as folder:
            assert set(tmp_path.iterdir()) == {in_use, other, folder}
    finally:
        os.close(descriptor)
    assert set(tmp_path.iterdir()) == {in_use, other}
