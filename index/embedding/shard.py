"""One shard: a file with the vectors of one batch of texts.

A safetensors file: `vectors` float16 (n, dimensions), `pmids` int64 (n,), `text_hashes` uint8 (n, 16). Its metadata has
one entry, `shard`, a JSON object: `fingerprint` and `model` say what made the vectors, `checksum` guards the three.
"""

import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.files import write_whole
from index.core.json_text import parse_json
from index.core.system_errors import system_error


@dataclass(frozen=True, slots=True)
class Shard:
    """What one shard file holds.

    Attributes:
        fingerprint: The model's, precision included.
        model: The model's name.
        vectors: float16, shape (n, dimensions), rows of length 1.
        pmids: int64, shape (n,): the article that each text came from when it was encoded.
        text_hashes: uint8, shape (n, 16).
    """

    fingerprint: str
    model: str
    vectors: NDArray[np.float16]
    pmids: NDArray[np.int64]
    text_hashes: NDArray[np.uint8]

    @property
    def checksum(self) -> str:
        """BLAKE2b over the three arrays, in hexadecimal: safetensors itself detects a cut file, not a flipped bit."""
        digest = blake2b(digest_size=16)
        for array in (self.vectors, self.pmids, self.text_hashes):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def write(self, path: Path) -> None:
        """Write the file whole; once this returns it survives a power loss."""
        from safetensors.numpy import save

        metadata = {"checksum": self.checksum, "fingerprint": self.fingerprint, "model": self.model}
        arrays: dict[str, NDArray[Any]] = {
            "vectors": self.vectors,
            "pmids": self.pmids,
            "text_hashes": self.text_hashes,
        }
        # One entry only: safetensors writes several in no fixed order, and equal shards should be equal files.
        write_whole(path, save(arrays, metadata={"shard": json.dumps(metadata)}))

    @classmethod
    def read(cls, path: Path) -> "Shard":
        """Read a shard and check it.

        Raises:
            LibraryError: The file is cut short or changed, or is not a shard.
        """
        from safetensors import SafetensorError, safe_open

        try:
            path.open("rb").close()  # safetensors calls a file that cannot be opened, for whatever reason, missing
            with safe_open(path, framework="numpy") as file:
                metadata: dict[str, Any] = parse_json(file.metadata()["shard"])
                arrays = [file.get_tensor(name) for name in ("vectors", "pmids", "text_hashes")]
            shard = cls(metadata["fingerprint"], metadata["model"], *arrays)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            # A shard that cannot be read is set aside: only where the fault is its own.
            raise system_error(error, path) or LibraryError(
                f"The vectors in {path} cannot be read ({error})"
            ) from error
        if shard.checksum != metadata.get("checksum"):
            raise LibraryError(f"The vectors in {path} are damaged: their checksum differs")
        return shard
