"""Shards in other processes: asked once more where one dies, then named; what they raise comes through."""

import pytest

pytest.importorskip("ray", reason="Ray is not installed (extra `cluster`)")

from ray.exceptions import ActorDiedError, RayTaskError

from index.core.errors import QueryError
from index.split.shard_reader import ShardReader
from search.service.cluster.split.remote_shards import RemoteShards
from search.service.refusals import Refusal, refusal_of


class Shard:
    """A deployment that gives the next of some outcomes each time it is asked."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[tuple[object, ...]] = []
        self.answer = self

    def remote(self, *question: object) -> "Shard":
        self.asked.append(question)
        return self

    def result(self, *, timeout_s: float) -> object:
        assert 0 < timeout_s < 30, "before the whole answer is given up"
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_every_shard_is_asked_for_the_same_release_and_answers_keep_their_order():
    shards = [Shard(3), Shard(5)]
    remote = RemoteShards(shards, "release")
    assert remote.everyone(ShardReader.articles_with, "sleep") == [3, 5]
    assert [shard.asked for shard in shards] == [[("release", "articles_with", ("sleep",))]] * 2
    remote.close()


def test_a_shard_that_dies_is_asked_once_more():
    shards = [Shard(3), Shard(ActorDiedError(), 5)]
    assert RemoteShards(shards, "release").everyone(ShardReader.articles_with, "sleep") == [3, 5]
    assert len(shards[1].asked) == 2


@pytest.mark.parametrize(
    "outcomes", [(ActorDiedError(), ActorDiedError()), (ActorDiedError(), TimeoutError()), (TimeoutError(),)]
)
def test_a_shard_that_stays_away_is_an_error_that_names_it(outcomes):
    shards = [Shard(3), Shard(*outcomes), Shard(4)]
    with pytest.raises(Refusal, match="Shard 2 of 3 does not answer, and without it no answer is whole") as refusal:
        RemoteShards(shards, "release").everyone(ShardReader.articles_with, "sleep")
    assert (refusal_of(refusal.value).status, refusal.value.code) == (503, "shard_lost")


def test_what_a_shard_refuses_is_refused_as_by_a_library():
    refused = RayTaskError("articles_with", "traceback", QueryError("This search would read more than 50 entries."))
    shard = Shard(refused)
    with pytest.raises(QueryError, match="would read more"):
        RemoteShards([shard], "release").everyone(ShardReader.articles_with, "sleep")
    assert len(shard.asked) == 1
