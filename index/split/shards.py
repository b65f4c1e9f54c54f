"""All shards of a split library, asked at the same time; where they are makes no difference to who asks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from index.split.shard_reader import ShardReader

P = ParamSpec("P")
Answer = TypeVar("Answer")

_THREADS_A_SHARD: Final = 4
"""As many as a service works on at once."""


class Shards(ABC):
    """The shards of one split library; any number of threads may ask. All of them answer, or the question fails.

    Attributes:
        count: How many shards there are.
    """

    count: int

    @abstractmethod
    def begin(self, shard: int, method: str, arguments: tuple[Any, ...]) -> Callable[[], Any]:
        """Begin to ask one shard, numbered from 0, and return what waits for its answer.

        What is returned raises what the shard raised.
        """

    @abstractmethod
    def close(self) -> None:
        """Ask nothing any more."""

    def everyone(
        self, question: Callable[Concatenate[ShardReader, P], Answer], *arguments: P.args, **_: P.kwargs
    ) -> list[Answer]:
        """Ask every shard the same; the answers come in the order of the shards.

        Args:
            question: A method of `ShardReader`.
            arguments: Its arguments, by their places.
        """
        waiting = [self.begin(shard, question.__name__, arguments) for shard in range(self.count)]
        return [wait() for wait in waiting]

    def some(
        self, question: Callable[Concatenate[ShardReader, P], Answer], by_shard: Mapping[int, tuple[Any, ...]]
    ) -> dict[int, Answer]:
        """Ask some shards, each with its own arguments."""
        waiting = {shard: self.begin(shard, question.__name__, arguments) for shard, arguments in by_shard.items()}
        return {shard: wait() for shard, wait in waiting.items()}


class LocalShards(Shards):
    """Shards that are open in this process."""

    def __init__(self, readers: Sequence[ShardReader]) -> None:
        self.count = len(readers)
        self._readers = readers
        self._threads = ThreadPoolExecutor(_THREADS_A_SHARD * len(readers), thread_name_prefix="shard")

    def begin(self, shard: int, method: str, arguments: tuple[Any, ...]) -> Callable[[], Any]:
        """Ask a shard in a thread."""
        return self._threads.submit(getattr(self._readers[shard], method), *arguments).result

    def close(self) -> None:
        """Close the stores, after the questions under way."""
        self._threads.shutdown()
        for reader in self._readers:
            reader.close()
