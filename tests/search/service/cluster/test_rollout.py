"""A release answers when every replica has it."""

from hypothesis import given
from hypothesis import strategies as st

from search.service.cluster.rollout import KEPT_S, SEEN_S, Rollout

OLD, NEW = "old-release", "new-release"


def serving(*replicas: str, now_s: float = 0) -> Rollout:
    rollout = Rollout()
    rollout.offer(OLD)
    for replica in replicas:
        rollout.heard(replica, (OLD,), now_s)
    rollout.offer(NEW)
    return rollout


def test_the_first_release_answers_at_once():
    rollout = Rollout()
    assert rollout.switch(0) == ""
    rollout.offer(OLD)
    assert rollout.switch(0) == OLD


def test_the_next_release_answers_once_every_replica_has_it():
    rollout = serving("a", "b")
    assert rollout.heard("a", (OLD, NEW), 1) == (OLD, NEW)
    assert rollout.switch(1) == OLD
    assert rollout.heard("b", (OLD, NEW), 2) == (OLD, NEW)
    assert rollout.switch(2) == NEW


def test_a_replica_that_starts_meanwhile_is_waited_for():
    rollout = serving("a")
    rollout.heard("a", (OLD, NEW), 1)
    rollout.heard("c", (), 1)
    assert rollout.switch(1) == OLD
    rollout.heard("c", (OLD, NEW), 2)
    assert rollout.switch(2) == NEW


def test_a_replica_that_died_is_not_waited_for():
    rollout = serving("a", "b")
    rollout.heard("a", (OLD, NEW), SEEN_S - 1)
    assert rollout.switch(SEEN_S - 1) == OLD
    assert rollout.switch(SEEN_S) == NEW
    assert rollout.living == {"a"}


def test_without_any_replica_nothing_changes():
    assert serving().switch(1) == OLD


def test_the_earlier_release_is_kept_for_the_answers_under_way():
    rollout = serving("a")
    rollout.heard("a", (OLD, NEW), 1)
    rollout.switch(1)
    assert rollout.heard("a", (OLD, NEW), 2) == (NEW, OLD)
    assert rollout.heard("a", (OLD, NEW), 1 + KEPT_S) == (NEW,)


def test_a_release_that_is_taken_back_before_it_answers_is_forgotten():
    rollout = serving("a")
    rollout.offer(OLD)
    assert rollout.newest == OLD
    assert rollout.heard("a", (OLD, NEW), 1) == (OLD,)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from([OLD, NEW, "later"])), st.booleans()), max_size=30
    )
)
def test_what_answers_is_held_by_every_replica_that_lives(events):
    rollout, held = serving(), {}
    for now_s, (replica, has, is_later) in enumerate(events):
        if is_later:
            rollout.offer("later")
        held[replica] = has
        rollout.heard(replica, has, now_s / 10)  # no replica dies
        before, after = rollout.serving, rollout.switch(now_s / 10)
        assert after == before or all(after in has for has in held.values())
