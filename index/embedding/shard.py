"""One shard: a file with the vectors of texts, or with the codes of their sentences.

Its name is `<number>-<16 digits of the file's SHA-256>.safetensors`; older ones have the number only. A safetensors
file: `vectors` float16 (n, dimensions), `pmids` int64 (n,), `text_hashes` uint8 (n, 16). Of sentences, `vectors` is
uint8 (all sentences, bytes of a code), and `counts` uint16 (n,) says how many sentences each text has. The metadata has
one entry, `shard`, a JSON object: `fingerprint` and `model` say what made the vectors, `checksum` guards the arrays.
"""

import json
import math
import mmap
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.files import write_whole
from index.core.system_errors import system_error
from index.records.passages import HASH_BYTES

KEY: Final = np.dtype(f"S{HASH_BYTES}")
"""The type of a text's hash in an array that can be sorted and searched."""

_NAME = re.compile(r"([0-9]{6,9})(?:-([0-9a-f]{16}))?\.safetensors")
_LARGEST_BYTES = 128 << 20  # 512 vectors of 65,536 dimensions are half of it; what is merged is smaller
_ARRAYS = ("vectors", "pmids", "text_hashes")
_COUNTS = "counts"
# The types of safetensors that a shard may have; another one is named as what it is.
_TYPES = {"F16": "<f2", "F32": "<f4", "I64": "<i8", "U8": "|u1", "U16": "<u2"}


class _Metadata(msgspec.Struct):
    fingerprint: str
    model: str
    checksum: str


class _Tensor(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


@dataclass(frozen=True)
class Shard:
    """What one shard file holds; the arrays of one that was read lie in the file, and keep it open.

    Attributes:
        fingerprint: The model's, precision included.
        model: The model's name.
        vectors: float16, shape (n, dimensions), rows of length 1; or the codes of all sentences, uint8.
        pmids: int64, shape (n,): the article that each text came from when it was encoded.
        text_hashes: uint8, shape (n, 16).
        counts: Of sentences, uint16, shape (n,): how many rows of `vectors` each text has, in turn; else None.
    """

    fingerprint: str
    model: str
    vectors: NDArray[Any]
    pmids: NDArray[np.int64]
    text_hashes: NDArray[np.uint8]
    counts: NDArray[np.uint16] | None = None

    @property
    def checksum(self) -> str:
        """BLAKE2b over the arrays, in hexadecimal: safetensors itself detects a cut file, not a flipped bit."""
        digest = blake2b(digest_size=16)
        for array in self._arrays().values():
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return arrays if self.counts is None else {**arrays, _COUNTS: self.counts}

    @property
    def hashes(self) -> NDArray[np.bytes_]:
        """The hash of each text, shape (n,)."""
        return np.ascontiguousarray(self.text_hashes).view(KEY).ravel()

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """Where the rows of each text end in `vectors`."""
        return np.cumsum(np.ones(len(self.pmids)) if self.counts is None else self.counts, dtype=np.int64)

    def rows_of(self, text: int) -> NDArray[np.uint8]:
        """Return the codes of the sentences of one text, by its row; shape (sentences, bytes of a code)."""
        codes: NDArray[np.uint8] = self.vectors[self._ends[text - 1] if text else 0 : self._ends[text]]
        return codes

    def only(self, texts: NDArray[np.bool_]) -> "Shard":
        """Return the shard with some of its texts; the arrays are copies.

        Args:
            texts: Shape (n,), True for each text to keep.
        """
        if self.counts is None:
            rows, counts = texts, None
        else:
            rows, counts = np.repeat(texts, self.counts), self.counts[texts]
        vectors, pmids, text_hashes = self.vectors[rows], self.pmids[texts], self.text_hashes[texts]
        return Shard(self.fingerprint, self.model, vectors, pmids, text_hashes, counts)

    @classmethod
    def joined(cls, shards: Sequence["Shard"]) -> "Shard":
        """Return one shard with the texts of several in their order; of the last one's model."""
        vectors, pmids, text_hashes = (np.concatenate([getattr(one, name) for one in shards]) for name in _ARRAYS)
        counts = [shard.counts for shard in shards if shard.counts is not None]
        last = shards[-1]
        joined_counts = np.concatenate(counts) if counts else None
        return cls(last.fingerprint, last.model, vectors, pmids, text_hashes, joined_counts)

    def write(self, folder: Path, number: int) -> Path:
        """Write the file whole and return its path; once this returns it survives a power loss."""
        from safetensors.numpy import save

        metadata = {"checksum": self.checksum, "fingerprint": self.fingerprint, "model": self.model}
        # One entry only: safetensors writes several in no fixed order, and equal shards should be equal files.
        content = save(self._arrays(), metadata={"shard": json.dumps(metadata)})
        path = folder / f"{number:06d}-{_short_hash(content)}.safetensors"
        write_whole(path, content)
        return path

    @classmethod
    def read(cls, path: Path, *, checked: bool = False) -> "Shard":
        """Map a shard into memory and check it.

        Args:
            path: The file.
            checked: Whether this process has read it before; then its bytes are not compared with their hash again.

        Raises:
            LibraryError: The file is cut short or changed, or is not a shard.
        """
        if path.is_symlink() or not path.is_file():
            raise LibraryError(f"The vectors in {path} cannot be read (it is not a regular file)")
        if (size := path.stat().st_size) > _LARGEST_BYTES:
            raise LibraryError(f"The vectors in {path} cannot be read ({size:,} bytes are too many for a shard)")
        try:
            named = _NAME.fullmatch(path.name)
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if not checked and named and named[2] and _short_hash(content) != named[2]:
                raise LibraryError(f"The vectors in {path} are damaged: the SHA-256 is not the one in the file's name")
            metadata, arrays = _parse(content)
            required = {name: arrays[name] for name in _ARRAYS}
            shard = cls(metadata.fingerprint, metadata.model, **required, counts=arrays.get(_COUNTS))
        except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
            # A shard that cannot be read is set aside: only where the fault is its own.
            raise system_error(error, path) or LibraryError(
                f"The vectors in {path} cannot be read ({error})"
            ) from error
        if fault := shard.fault(numbers=not checked):
            raise LibraryError(f"The vectors in {path} are damaged: {fault}")
        if not checked and shard.checksum != metadata.checksum:
            raise LibraryError(f"The vectors in {path} are damaged: their checksum differs")
        return shard

    def fault(self, *, numbers: bool = True) -> str | None:
        """Return what is wrong with the arrays' types and lengths, and with the `numbers` in them, or None."""
        texts = len(self.pmids)
        if self.counts is None:
            rows, kind = texts, "float16"
        else:
            rows, kind = int(self.counts.sum(dtype=np.int64)) if self.counts.dtype == "uint16" else -1, "uint8"
        expected = {"vectors": (kind, 2, rows), "pmids": ("int64", 1, texts), "text_hashes": ("uint8", 2, texts)}
        if self.counts is not None:
            expected[_COUNTS] = ("uint16", 1, texts)
        for name, (dtype, dimensions, length) in expected.items():
            array: NDArray[Any] = getattr(self, name)
            if array.dtype != dtype or array.ndim != dimensions or len(array) != length:
                return f"{name} is an array of {array.dtype} {array.shape}, expected {length:,} rows of {dtype}"
        finite = not numbers or np.isfinite(self.vectors).all()
        if not texts or self.text_hashes.shape[1] != HASH_BYTES or not finite:
            return "its arrays are empty, of another length, or hold what are no numbers"
        return None


def shard_sizes(folder: Path) -> dict[Path, int]:
    """Return the files in a folder that are named as shards are, with their sizes in bytes, in their order.

    They are in the order of their numbers. Of several with one number the largest comes first: it was merged of them.
    """
    sizes: dict[Path, int] = {}
    for path in folder.glob("*.safetensors"):
        if number_of(path.name) is not None:
            with suppress(FileNotFoundError):  # a build beside this process has merged it just now
                state = path.lstat()
                sizes[path] = state.st_size if stat.S_ISREG(state.st_mode) else -1
    return dict(sorted(sizes.items(), key=lambda item: place_of(item[0].name, item[1])))


def place_of(name: str, size: int) -> tuple[int | None, int, str]:
    """Return by what the shards of a folder are ordered."""
    return number_of(name), -size, name


def number_of(name: str) -> int | None:
    """Return the number of a shard, also of one that was set aside; None for a file of another name."""
    match = _NAME.fullmatch(name.removesuffix(".damaged"))
    return int(match[1]) if match else None


def _parse(content: mmap.mmap) -> tuple[_Metadata, dict[str, NDArray[Any]]]:
    """Return the metadata of a safetensors file, and its arrays where they lie.

    Raises:
        KeyError, TypeError, ValueError: It is no such file, or has other bytes than those of its arrays.
    """
    start = 8 + int.from_bytes(content[:8], "little")
    header = msgspec.json.decode(content[8:start], type=dict[str, msgspec.Raw])
    metadata = msgspec.json.decode(header.pop("__metadata__"), type=dict[str, str])
    arrays: dict[str, NDArray[Any]] = {}
    for name, raw in header.items():
        tensor = msgspec.json.decode(raw, type=_Tensor)
        dtype, (begin, end) = np.dtype(_TYPES[tensor.dtype]), tensor.data_offsets
        if min(tensor.shape, default=0) < 0 or math.prod(tensor.shape) * dtype.itemsize != end - begin:
            raise ValueError(f"{name} has other bytes than its shape says")
        array = np.frombuffer(content, dtype, math.prod(tensor.shape), start + begin)
        arrays[name] = array.reshape(tensor.shape)
    if start + sum(array.nbytes for array in arrays.values()) != len(content):
        raise ValueError("it has other bytes than those of its arrays")
    return msgspec.json.decode(metadata["shard"], type=_Metadata), arrays


def _short_hash(content: "bytes | mmap.mmap") -> str:
    return sha256(content).hexdigest()[:16]
