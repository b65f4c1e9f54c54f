"""The shards of a split library in other processes, asked over Ray."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from ray.exceptions import RayError, RayTaskError

from index.split.shards import Shards
from search.service.cluster.exchange import Handle
from search.service.refusals import Refusal

PATIENCE_S: Final = 20.0
"""How long a shard may take to answer, and one that died to be there again."""

_log = logging.getLogger(__name__)


class RemoteShards(Shards):
    """The shards of one release; asked by threads, never on an event loop."""

    def __init__(self, shards: Sequence[Handle], release: str) -> None:
        """Begin.

        Args:
            shards: Their deployments, in the order of their numbers.
            release: What they are to answer from.
        """
        self.count = len(shards)
        self._shards = shards
        self._release = release

    def begin(self, shard: int, method: str, arguments: tuple[Any, ...]) -> Callable[[], Any]:
        """Ask a replica of a shard, and once more where that one dies first.

        What is returned raises `Refusal` where no replica of the shard answers.
        """
        asked = self._ask(shard, method, arguments)

        def wait() -> Any:  # noqa: ANN401 - what the method returns
            try:
                return _answer(asked)
            except RayError as error:
                # Reading changes nothing, so it may be asked again.
                _log.warning("A replica of shard %d died: %s", shard + 1, type(error).__name__)
            except TimeoutError:
                raise self._lost(shard) from None
            try:
                return _answer(self._ask(shard, method, arguments))
            except (RayError, TimeoutError):
                raise self._lost(shard) from None

        return wait

    def close(self) -> None:
        """Leave the shards to those that serve them."""

    def _ask(self, shard: int, method: str, arguments: tuple[Any, ...]) -> Handle:
        return self._shards[shard].answer.remote(self._release, method, arguments)

    def _lost(self, shard: int) -> Refusal:
        return Refusal(
            503,
            "shard_lost",
            f"Shard {shard + 1} of {self.count} does not answer, and without it no answer is whole. Ask again.",
            headers={"Retry-After": "5"},
        )


def _answer(asked: Handle) -> Any:  # noqa: ANN401 - as above
    try:
        return asked.result(timeout_s=PATIENCE_S)
    except RayTaskError as error:
        raise error.cause from None
