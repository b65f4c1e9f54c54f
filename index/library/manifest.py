"""The description of a published index: its content, model, date and files. A JSON file in its folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec

from index.core.errors import LibraryError
from index.core.files import write_whole
from index.core.system_errors import system_error
from index.library.build_files import MANIFEST, BuildFile

FORMAT = 5
_LARGEST_BYTES = 4 << 20  # some 20,000 files; the index of the sample has 110

_Count = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100)]
_Text = Annotated[str, msgspec.Meta(max_length=4096)]
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One published index.

    Attributes:
        format: Version of the folder's layout.
        build: The index's name, also its folder's.
        created: When it was assembled, ISO 8601 in UTC.
        articles: How many articles it holds.
        limit: The maximum number of articles; None for all.
        newest: Date of the newest article in the store, ISO 8601, or None.
        model: The model's name, from which any machine can find it.
        fingerprint: The model's files and precision; vectors of another fingerprint cannot be compared.
        precision: "bf16" or "fp32".
        dimensions: Length of a vector.
        vectors: Faiss's name for the kind of vector index.
        content: Digest of everything that the index was made from: equal digests, equal indexes.
        cells: Of an index of cells, how many a search without filters looks into; None where each vector is compared.
        recall: Share of the ten nearest articles that such a search finds, of titles that were held out; 0 to 1.
        size_bytes: Bytes on disk, without this file.
        previous: The build that was in service before, or None.
        changed: How many articles updates have written or deleted since a build wrote all, once for each update; None
            for that build.
        files: Size and hash of each file in the folder, without this one, by its relative path.
    """

    build: _Name
    created: _Text
    articles: _Count
    limit: _Count | None
    newest: _Text | None
    model: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    fingerprint: _Hash
    precision: Annotated[str, msgspec.Meta(pattern="^(bf16|fp32)$")]
    dimensions: Annotated[int, msgspec.Meta(ge=1, le=65_536)]
    vectors: Annotated[str, msgspec.Meta(pattern=r"^(IDMap,SQ8|IVF[1-9][0-9]{0,5},SQ8)$")]
    content: _Text
    size_bytes: Annotated[int, msgspec.Meta(ge=0)]
    previous: _Name | None
    cells: Annotated[int, msgspec.Meta(ge=1, le=2**20)] | None = None
    recall: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    changed: Annotated[int, msgspec.Meta(ge=0)] | None = None
    files: Mapping[str, BuildFile] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the manifest into a build's folder."""
        write_whole(folder / MANIFEST, (json.dumps(asdict(self), indent=1) + "\n").encode())

    def summary(self) -> dict[str, Any]:
        """Return everything but the files, for reports."""
        return {name: value for name, value in asdict(self).items() if name != "files"}

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a build's manifest.

        Raises:
            LibraryError: There is none, it is damaged, or its format is unknown.
        """
        try:
            content = _read(folder)
            found_format = content["format"]
            if found_format == FORMAT:
                return msgspec.convert(content, cls)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise system_error(error, folder / MANIFEST) or LibraryError(
                f"{folder} holds no readable {MANIFEST} ({error}). Build it again:\n  rebuild-index"
            ) from error
        age = "a newer" if isinstance(found_format, int) and found_format > FORMAT else "another"
        limit = content.get("limit")
        command = f"rebuild-index --limit {limit}" if isinstance(limit, int) else "rebuild-index"
        raise LibraryError(
            f"{folder} was written by {age} version of this program: format {found_format!r:.20}, this one reads "
            f"{FORMAT}.\n"
            f"Install the version that wrote it, or build it again; its vectors are kept:\n  {command}"
        )

    @classmethod
    def model_in(cls, folder: Path) -> str | None:
        """Return the name of the model that a build of any format was made with, or None if it is not given."""
        try:
            model = _read(folder)["model"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return model if isinstance(model, str) else None


def manifest_hash(folder: Path) -> str:
    """Return the SHA-256 of a build's manifest, in hexadecimal.

    Raises:
        LibraryError: There is none that can be read.
    """
    try:
        return sha256(_bytes(folder)).hexdigest()
    except (OSError, ValueError) as error:
        raise LibraryError(
            f"{folder} holds no readable {MANIFEST} ({error}). Build it again:\n  rebuild-index"
        ) from error


def _bytes(folder: Path) -> bytes:
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        raise ValueError("there is no such regular file")
    if (size := path.stat().st_size) > _LARGEST_BYTES:
        raise ValueError(f"it has {size:,} bytes")
    return path.read_bytes()


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(_bytes(folder))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(content, dict):
        raise TypeError("it is not a JSON object")
    return content
