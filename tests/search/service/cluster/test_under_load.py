"""Replicas under load, killed every few seconds while another build is published; and replicas of two nodes."""

import shutil
from collections.abc import Iterator

import pytest

pytest.importorskip("ray", reason="Ray is not installed (extra `cluster`)")

from benchmarks.serving.replicas import Load, asked, builds_of, local_answers, replicated, requests_of
from index.cli import main
from index.library.builds import point_to
from index.library.layout import Library

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def two_builds(demo_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A copy of the demo's library with a second build, of 2,000 of its 3,000 articles."""
    library = Library(tmp_path_factory.mktemp("load") / "library")
    shutil.copytree(demo_library.path, library.path)
    assert main(["--limit", "2000", "--library", str(library.path)]) == 0
    yield library
    shutil.rmtree(library.path)


@pytest.mark.parametrize("replicas", ["1", "3"])
def test_two_hundred_requests_are_answered_as_without_ray(two_builds, replicas):
    wanted, builds = requests_of(two_builds), builds_of(two_builds)
    [right] = local_answers(two_builds, wanted, builds[:1]).values()
    assert {status for status, _ in right} == {200}
    with replicated(two_builds, replicas) as (url, _):
        assert [asked(url, request) for request in wanted] == right


@pytest.mark.fault("B1")
def test_fifty_clients_get_right_answers_while_replicas_are_killed_and_a_build_is_published(two_builds):
    wanted, builds = requests_of(two_builds), builds_of(two_builds)
    answers = local_answers(two_builds, wanted, builds)
    with replicated(two_builds, "3") as (url, pid):
        outcome = Load(url, pid, wanted, answers).run(
            clients=50, seconds=60, kill_every_s=5, publish=lambda: point_to(two_builds, builds[1])
        )
    assert outcome.wrong == []
    assert set(outcome.builds) == {build.name for build in builds}
    assert outcome.killed >= 8
    # A request fails only where the replica that it is repeated by is killed, too.
    assert [failure for failure in outcome.failed if "replica_died" not in failure] == []
    assert len(outcome.failed) <= outcome.killed
