"""Where the export of a model for queries lies, and what is known about it.

It lies in this user's cache, never in a library: a library may come from a stranger, and what is executed must not. The
folder carries the model's fingerprint, so a model that changed has no export yet.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from importlib import metadata
from pathlib import Path
from typing import Self

import msgspec

from index.core.files import write_whole

FORMAT = 1
"""Raised when an export is made in another way, so that older ones are made again."""

NETWORK, TOKENIZER = "model.onnx", "tokenizer.json"
_RECORD = "export.json"
_LARGEST_RECORD = 64 << 10
# What makes an export: a refusal counts until one of them changes.
_MAKERS = ("onnx", "onnxruntime", "tokenizers", "torch", "transformers", "sentence-transformers")


@dataclass(frozen=True, slots=True)
class QueryExport:
    """What is known about the export of a model, or about why there is none.

    Attributes:
        format: Version of the folder's layout.
        model: The model's fingerprint, precision included.
        dimensions: Length of a vector.
        lowercase: Whether texts are lower-cased before they are cut into tokens.
        cosine: The lowest cosine between its vectors and torch's, of the texts that it was checked with.
        files: SHA-256 of each file, by its name.
        refusal: Why the model cannot be exported, in a sentence, or None.
        makers: Versions of the libraries that made it, by their names.
    """

    model: str
    dimensions: int = 0
    lowercase: bool = False
    cosine: float = 0.0
    files: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None
    makers: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def read(cls, fingerprint: str) -> Self | None:
        """Read what is known about a model's export; None where there is none, or it is damaged or outdated."""
        try:
            path = export_folder(fingerprint) / _RECORD
            if path.stat().st_size > _LARGEST_RECORD:
                return None
            export = msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, RuntimeError, ValueError, msgspec.MsgspecError):
            return None
        is_current = export.format == FORMAT and export.model == fingerprint
        # Only a refusal asks for versions: reading them takes time, and an export that works goes on working.
        return export if is_current and (export.refusal is None or export.makers == makers()) else None

    def write(self) -> None:
        """Write the record, after the files that it describes.

        Raises:
            OSError: The folder cannot be written.
        """
        write_whole(export_folder(self.model) / _RECORD, msgspec.json.encode(asdict(self)))

    def forget(self) -> None:
        """Remove the record, so that the export is made again."""
        (export_folder(self.model) / _RECORD).unlink(missing_ok=True)

    def is_whole(self) -> bool:
        """Return whether the files are those that were written."""
        folder = export_folder(self.model)
        try:
            return all(file_hash(folder / name) == digest for name, digest in self.files.items())
        except OSError:
            return False


def export_folder(fingerprint: str) -> Path:
    """Return the folder of a model's export; it need not exist.

    Raises:
        RuntimeError: The system knows no home folder, and the environment names no cache.
    """
    return cache_folder() / "queries" / f"{fingerprint[:16]}-{FORMAT}"


def described_runtime(fingerprint: str) -> str:
    """Return in words what encodes the queries to vectors of a model."""
    export = QueryExport.read(fingerprint)
    reason = _cache_fault() if export is None else export.refusal
    if reason is not None:
        return f"encoded by torch, which takes seconds to load: no export of the model ({reason})"
    return "encoded by ONNX Runtime" + ("" if export else ", once the first search has exported the model")


def _cache_fault() -> str | None:
    """Return why the cache cannot be written, or None."""
    try:
        cache = cache_folder()
    except RuntimeError:
        return "there is no home folder; PUBMED_CACHE names another"
    nearest = next(folder for folder in (cache, *cache.parents) if folder.exists())
    is_writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    return None if is_writable else f"{cache} cannot be written; PUBMED_CACHE names another folder"


def makers() -> dict[str, str]:
    """Return the versions of the libraries that make an export, by their names."""
    versions = {}
    for name in _MAKERS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "none"
    return versions


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def cache_folder() -> Path:
    """Return PUBMED_CACHE, else this program's folder in the user's cache (`XDG_CACHE_HOME`, else `~/.cache`)."""
    if named := os.environ.get("PUBMED_CACHE"):
        return Path(named).expanduser().absolute()
    xdg = Path(os.environ.get("XDG_CACHE_HOME") or "")
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / "pubmed-semantic-search"
