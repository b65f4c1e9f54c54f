"""One shard: a file with the vectors of one batch of texts, or with the codes of their sentences.

Its name is `<number>-<16 digits of the file's SHA-256>.safetensors`; older ones have the number only. A safetensors
file: `vectors` float16 (n, dimensions), `pmids` int64 (n,), `text_hashes` uint8 (n, 16). Of sentences, `vectors` is
uint8 (all sentences, bytes of a code), and `counts` uint16 (n,) says how many sentences each text has. The metadata has
one entry, `shard`, a JSON object: `fingerprint` and `model` say what made the vectors, `checksum` guards the arrays.
"""

import json
import re
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.files import write_whole
from index.core.system_errors import system_error
from index.records.passages import HASH_BYTES

_NAME = re.compile(r"([0-9]{6,9})(?:-([0-9a-f]{16}))?\.safetensors")
_LARGEST_BYTES = 128 << 20  # 512 vectors of 65,536 dimensions are half of it
_ARRAYS = ("vectors", "pmids", "text_hashes")
_COUNTS = "counts"


class _Metadata(msgspec.Struct):
    fingerprint: str
    model: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Shard:
    """What one shard file holds.

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
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return arrays if self.counts is None else {**arrays, _COUNTS: self.counts}

    def rows_of(self, text: int) -> NDArray[np.uint8]:
        """Return the codes of the sentences of one text, by its row; shape (sentences, bytes of a code)."""
        counts = np.zeros(0, dtype=np.uint16) if self.counts is None else self.counts
        start = int(counts[:text].sum(dtype=np.int64))
        codes: NDArray[np.uint8] = self.vectors[start : start + int(counts[text])]
        return codes

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
    def read(cls, path: Path) -> "Shard":
        """Read a shard and check it.

        Raises:
            LibraryError: The file is cut short or changed, or is not a shard.
        """
        from safetensors import SafetensorError, safe_open

        if path.is_symlink() or not path.is_file():
            raise LibraryError(f"The vectors in {path} cannot be read (it is not a regular file)")
        if (size := path.stat().st_size) > _LARGEST_BYTES:
            raise LibraryError(f"The vectors in {path} cannot be read ({size:,} bytes are too many for a shard)")
        try:
            named = _NAME.fullmatch(path.name)
            content = path.read_bytes()  # safetensors calls a file that cannot be opened, for whatever reason, missing
            if named and named[2] and _short_hash(content) != named[2]:
                raise LibraryError(f"The vectors in {path} are damaged: the SHA-256 is not the one in the file's name")
            with safe_open(path, framework="numpy") as file:
                metadata = msgspec.json.decode(file.metadata()["shard"], type=_Metadata)
                names = (*_ARRAYS, _COUNTS) if _COUNTS in file.keys() else _ARRAYS  # noqa: SIM118 - it is no dict
                arrays = [file.get_tensor(name) for name in names]
        except (SafetensorError, OSError, KeyError, TypeError, ValueError, RecursionError) as error:
            # A shard that cannot be read is set aside: only where the fault is its own.
            raise system_error(error, path) or LibraryError(
                f"The vectors in {path} cannot be read ({error})"
            ) from error
        shard = cls(metadata.fingerprint, metadata.model, *arrays)
        if fault := shard.fault():
            raise LibraryError(f"The vectors in {path} are damaged: {fault}")
        if shard.checksum != metadata.checksum:
            raise LibraryError(f"The vectors in {path} are damaged: their checksum differs")
        return shard

    def fault(self) -> str | None:
        """Return what is wrong with the arrays' types and lengths, or None."""
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
        if not texts or self.text_hashes.shape[1] != HASH_BYTES or not np.isfinite(self.vectors).all():
            return "its arrays are empty, of another length, or hold what are no numbers"
        return None


def shard_paths(folder: Path) -> list[Path]:
    """Return the files in a folder that are named as shards are, in the order of their numbers; others are not ours."""
    paths = [path for path in folder.glob("*.safetensors") if number_of(path) is not None]
    return sorted(paths, key=lambda path: (number_of(path), path.name))


def number_of(path: Path) -> int | None:
    """Return the number of a shard, also of one that was set aside; None for a file of another name."""
    name = _NAME.fullmatch(path.name.removesuffix(".damaged"))
    return int(name[1]) if name else None


def _short_hash(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
