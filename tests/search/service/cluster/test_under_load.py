"""Replicas under load: killed every few seconds while another build is published; more of them, and fewer again."""

import shutil
import threading
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("ray", reason="Ray is not installed (extra `cluster`)")

from benchmarks.serving.replicas import Load, asked, builds_of, local_answers, replicas_of, replicated, requests_of
from index.cli import main
from index.library.builds import current_build, point_to
from index.library.layout import Library

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

SWITCH_S = 120
NEVER_S = 1e6
FEWER_S = 1200
"""Ray Serve takes replicas away once they had too little to do for ten minutes."""


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
        # While replicas are killed there may always be one that has not got the new build yet.
        deadline = time.monotonic() + SWITCH_S
        while asked(url, ("/readyz", {}))[1]["build"] != builds[1].name:
            assert time.monotonic() < deadline
            time.sleep(1)
        assert [asked(url, request) for request in wanted] == answers[builds[1].name]
    assert outcome.wrong == []
    assert builds[0].name in outcome.builds
    assert outcome.killed >= 8
    # A request fails only where the replica that it is repeated by is killed, too.
    assert [failure for failure in outcome.failed if "replica_died" not in failure] == []
    assert len(outcome.failed) <= outcome.killed


@pytest.mark.fault("B1")
def test_more_replicas_come_with_the_load_and_go_after_it_without_an_answer_lost(two_builds):
    wanted = requests_of(two_builds)
    answers = local_answers(two_builds, wanted, [current_build(two_builds)])
    [right] = answers.values()
    with replicated(two_builds, "1-3") as (url, pid):
        assert len(replicas_of(pid)) == 1
        load = Load(url, pid, wanted, answers)
        clients = threading.Thread(
            target=lambda: load.run(clients=50, seconds=120, kill_every_s=NEVER_S, publish=lambda: None)
        )
        clients.start()
        most = 1
        while clients.is_alive():
            most = max(most, len(replicas_of(pid)))
            time.sleep(1)
        assert most == 3
        assert (load.outcome.wrong, load.outcome.failed) == ([], [])
        deadline = time.monotonic() + FEWER_S
        while len(replicas_of(pid)) > 1:  # asked all the while: those that go end what they have begun
            assert time.monotonic() < deadline
            for request, answer in zip(wanted[:20], right[:20], strict=True):
                assert asked(url, request) == answer
            time.sleep(1)
