"""The table of a folder of shards: which texts have a vector, in which shard, and at which row of it.

It saves reading the shards, and is made of them again wherever it does not fit. `shards.table` is a line of JSON filled
up with spaces, then for all texts of all shards, in the order of their hashes, the hashes (16 bytes each) and the rows
(int64), then BLAKE2b of all that, 16 bytes. A row counts through all shards, in the order in which the line lists them.
"""

import mmap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.files import replacing
from index.core.system_errors import system_error
from index.embedding.shard import KEY, place_of

TABLE: Final = "shards.table"
"""The name of the file, beside the shards."""

_FORMAT = 1
_ALIGNED = 16  # bytes: the line of JSON takes a multiple of them
_DIGEST_BYTES = 16


class ListedShard(msgspec.Struct, frozen=True):
    """What the table says about one shard.

    Attributes:
        name: Of the file; it has 16 digits of its SHA-256.
        size: Of the file, in bytes.
        texts: How many it holds.
    """

    name: str
    size: int
    texts: Annotated[int, msgspec.Meta(gt=0)]


class _Header(msgspec.Struct):
    format: int
    fingerprint: str
    of_sentences: bool
    width: int
    shards: tuple[ListedShard, ...]


@dataclass(frozen=True)
class ShardTable:
    """The texts of all shards of one model; it never changes, `updated` returns another one.

    Attributes:
        fingerprint: The model's, precision included.
        of_sentences: Whether the shards hold codes of sentences.
        width: Components of a vector, or bytes of a code; 0 where there is no shard.
        shards: In the order of their rows.
        hashes: Shape (texts,), in order; a text that two shards hold is there twice.
        rows: int64, shape (texts,): where each text lies, counted through all shards. Equal hashes are in the order of
            their rows, so that the older shard comes first.
    """

    fingerprint: str
    of_sentences: bool
    width: int = 0
    shards: tuple[ListedShard, ...] = ()
    hashes: NDArray[np.bytes_] = field(default_factory=lambda: np.zeros(0, dtype=KEY))
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where the rows of each shard end, shape (shards,)."""
        return np.cumsum([shard.texts for shard in self.shards], dtype=np.int64)

    def find(self, hashes: NDArray[np.bytes_]) -> NDArray[np.int64]:
        """Return the row of each text, that of the older shard where there are two; -1 for one that is not there."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        nearest = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[nearest] == hashes, self.rows[nearest], -1)

    def is_used(self) -> NDArray[np.bool_]:
        """Return for each text, shape (texts,), whether it is the one that `find` finds."""
        return np.concatenate([np.ones(min(1, len(self.hashes)), dtype=bool), self.hashes[1:] != self.hashes[:-1]])

    def updated(
        self, gone: Collection[str], added: Mapping[ListedShard, NDArray[np.bytes_]], *, width: int
    ) -> "ShardTable":
        """Return the table without some shards and with others.

        Args:
            gone: The names of shards that leave it.
            added: New shards, and the hashes of their texts in the order of their rows.
            width: As in the attributes.
        """
        shards = sorted(
            [*(shard for shard in self.shards if shard.name not in gone), *added],
            key=lambda shard: place_of(shard.name, shard.size),
        )
        starts = dict(zip([shard.name for shard in shards], _starts(shards), strict=True))
        hashes, rows = self._moved(starts)
        hashes = np.concatenate([hashes, *added.values()])
        rows = np.concatenate([rows, *(starts[shard.name] + np.arange(shard.texts) for shard in added)])
        order = np.argsort(hashes, kind="stable")  # quick, because most of them are in order already
        hashes, rows = hashes[order], rows[order]
        equal = np.concatenate([[False], hashes[1:] == hashes[:-1]])[: len(hashes)]
        twins = np.flatnonzero(equal | np.append(equal[1:], False))
        rows[twins] = rows[twins][np.lexsort((rows[twins], hashes[twins]))]
        return replace(self, width=width, shards=tuple(shards), hashes=hashes, rows=rows)

    def _moved(self, starts: Mapping[str, int]) -> tuple[NDArray[np.bytes_], NDArray[np.int64]]:
        """Return the texts of the shards that stay, and their rows where these shards begin at other rows."""
        moves = [
            starts.get(shard.name, start) - start
            for shard, start in zip(self.shards, _starts(self.shards), strict=True)
        ]
        stays = [shard.name in starts for shard in self.shards]
        if all(stays) and not any(moves):
            return self.hashes, self.rows
        shard_of = np.searchsorted(self.ends, self.rows, side="right")
        is_kept = np.array(stays)[shard_of]
        moved: NDArray[np.int64] = self.rows + np.array(moves)[shard_of]
        return self.hashes[is_kept], moved[is_kept]

    def hashes_by_shard(self) -> dict[str, NDArray[np.bytes_]]:
        """Return for each shard the hashes of its texts, in the order of their rows."""
        hashes = np.empty_like(self.hashes)
        hashes[self.rows] = self.hashes
        return {
            shard.name: hashes[start : start + shard.texts]
            for shard, start in zip(self.shards, _starts(self.shards), strict=True)
        }

    def write(self, folder: Path) -> None:
        """Write the file whole; once this returns it survives a power loss."""
        header = _Header(_FORMAT, self.fingerprint, self.of_sentences, self.width, self.shards)
        line = msgspec.json.encode(header)
        line += b" " * (-(len(line) + 1) % _ALIGNED) + b"\n"
        digest = blake2b(digest_size=_DIGEST_BYTES)
        with replacing(folder / TABLE) as file:
            for part in (line, _bytes_of(self.hashes), _bytes_of(self.rows)):
                digest.update(part)
                file.write(part)
            file.write(digest.digest())

    @classmethod
    def read(cls, folder: Path) -> "ShardTable | None":
        """Map the table of a folder into memory and check it; None where there is none.

        Raises:
            LibraryError: It is damaged, or of another format.
        """
        path = folder / TABLE
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise LibraryError(f"The table of shards {path} cannot be read (it is not a regular file)")
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return cls._parse(content)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise system_error(error, path) or LibraryError(
                f"The table of shards {path} cannot be read ({error})"
            ) from error

    @classmethod
    def _parse(cls, content: mmap.mmap) -> "ShardTable":
        with memoryview(content) as view:
            if blake2b(view[:-_DIGEST_BYTES], digest_size=_DIGEST_BYTES).digest() != view[-_DIGEST_BYTES:]:
                raise ValueError("it is damaged: its checksum differs")
        start = content.find(b"\n") + 1
        header = msgspec.json.decode(content[:start], type=_Header)
        texts = sum(shard.texts for shard in header.shards)
        if header.format != _FORMAT or start + texts * (KEY.itemsize + 8) + _DIGEST_BYTES != len(content):
            raise ValueError("it is of another format")
        hashes = np.frombuffer(content, KEY, texts, start)
        rows = np.frombuffer(content, "<i8", texts, start + hashes.nbytes)
        if texts and not 0 <= rows.min() <= rows.max() < texts:
            raise ValueError("it has rows that no shard has")
        return cls(header.fingerprint, header.of_sentences, header.width, header.shards, hashes, rows)


def _starts(shards: Sequence[ListedShard]) -> list[int]:
    return list(accumulate((shard.texts for shard in shards), initial=0))[: len(shards)]


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).view(np.uint8).data
