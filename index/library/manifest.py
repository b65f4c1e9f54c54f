"""The description of a published index: its content, model and date. A JSON file in its folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from index.core.errors import LibraryError
from index.core.files import write_whole
from index.core.json_text import parse_json
from index.core.system_errors import system_error

FORMAT = 3
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One published index.

    Attributes:
        format: Version of the folder's layout.
        build: The index's name, also its folder's.
        created: When it was assembled, ISO 8601 in UTC.
        articles: How many articles it holds.
        limit: The maximum number of articles, newest first; None for all.
        newest: Date of the newest article in the store, ISO 8601, or None.
        model: The model's name, from which any machine can find it.
        fingerprint: The model's files and precision; vectors of another fingerprint cannot be compared.
        precision: "bf16" or "fp32".
        dimensions: Length of a vector.
        vectors: Faiss's name for the kind of vector index.
        content: Digest of everything that the index was made from: equal digests, equal indexes.
        probe: PMID of an article that its own text found when the index was verified.
        size_bytes: Bytes on disk, without this file.
        previous: The build that was in service before, or None.
    """

    build: str
    created: str
    articles: int
    limit: int | None
    newest: str | None
    model: str
    fingerprint: str
    precision: str
    dimensions: int
    vectors: str
    content: str
    probe: int
    size_bytes: int
    previous: str | None
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the manifest into a build's folder."""
        write_whole(folder / NAME, (json.dumps(asdict(self), indent=2) + "\n").encode())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read a build's manifest.

        Raises:
            LibraryError: There is none, it is damaged, or its format is unknown.
        """
        try:
            content = parse_json((folder / NAME).read_bytes())
            found_format = content["format"]
            if found_format == FORMAT:
                return cls(**content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise system_error(error, folder / NAME) or LibraryError(
                f"{folder} holds no readable {NAME} ({error}). Build it again:\n  rebuild-index"
            ) from error
        age = "a newer" if isinstance(found_format, int) and found_format > FORMAT else "another"
        limit = content.get("limit")
        command = f"rebuild-index --limit {limit}" if isinstance(limit, int) else "rebuild-index"
        raise LibraryError(
            f"{folder} was written by {age} version of this program: format {found_format}, this one reads {FORMAT}.\n"
            f"Install the version that wrote it, or build it again; its vectors are kept:\n  {command}"
        )

    @classmethod
    def model_in(cls, folder: Path) -> str | None:
        """Return the name of the model that a build of any format was made with, or None if it is not given."""
        try:
            model = parse_json((folder / NAME).read_bytes())["model"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return model if isinstance(model, str) else None
