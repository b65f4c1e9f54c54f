"""Which model a build uses: the requested one, else the library's own, else `PUBMED_MODEL`, else the default."""

import os
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import LibraryError
from index.embedding.encoder import PRECISIONS, full_fingerprint, matching_model
from index.embedding.model_files import DEFAULT_MODEL, RECOMMENDED_MODEL, ModelReference, resolve_model
from index.embedding.model_safety import check_named_by_library
from index.embedding.shard import Shard, shard_sizes
from index.library.builds import read_pointer
from index.library.layout import Library
from index.library.manifest import Manifest

VARIABLE = "PUBMED_MODEL"
"""The environment variable that names the model of new libraries."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model of a build.

    Attributes:
        reference: Its files.
        precision: The precision that the library's vectors of it have, or None where it has none yet.
    """

    reference: ModelReference
    precision: str | None

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint that its vectors have, or None where that is not decided yet."""
        return self.precision and full_fingerprint(self.reference, self.precision)


def choose_model(library: Library, requested: str | None, current: Manifest | None) -> ModelChoice:
    """Choose the model of a build; a library changes its model only on request.

    Args:
        library: The library.
        requested: The model that the user named, or None.
        current: The build in service, or None.

    Raises:
        ModelError: The model is missing or not safe; or none was requested, and the files of the library's own model
            have changed.
    """
    if requested is None and current is not None:
        reference = matching_model(current.model, current.precision, current.fingerprint, library=library.path)
        return ModelChoice(reference, current.precision)
    reference = _found_model(library, requested)
    # Vectors made before are used again: a library may have been built on a machine of another precision.
    precisions = sorted(PRECISIONS, key=lambda precision: current is None or precision != current.precision)
    folders = {precision: library.vectors / full_fingerprint(reference, precision)[:16] for precision in precisions}
    return ModelChoice(reference, next((precision for precision in precisions if folders[precision].is_dir()), None))


def _found_model(library: Library, requested: str | None) -> ModelReference:
    """Find the model that the user named, else the one that a build or a shard names, else the user's default."""
    named_by_library = None if requested else _named_model(library)
    if named_by_library is not None:
        check_named_by_library(named_by_library, library.path)
    # What a library names is not fetched: it may come from a stranger.
    name = requested or named_by_library or os.environ.get(VARIABLE) or None
    reference = resolve_model(name, download=named_by_library is None)
    check_named_by_library(reference.name, library.path)
    return reference


def first_model_note(library: Library, requested: str | None) -> str | None:
    """Say which model a new library takes, and name the other: encoding all of PubMed takes days. Else None."""
    if (model := _first_model(library, requested)) is None:
        return None
    other, nature = (
        (RECOMMENDED_MODEL, "was trained on PubMed") if model != RECOMMENDED_MODEL else (DEFAULT_MODEL, "is packaged")
    )
    return (
        f"A new library: its model is {model}. {other} {nature}. To compare them on some thousand articles of your own"
        f" before all are encoded:\n  rebuild-index --limit 3000 FOLDER\n  pubmed-model compare {model} {other}\n"
        f"To choose: --model, or {VARIABLE} for every new library."
    )


def _first_model(library: Library, requested: str | None) -> str | None:
    """Return the model that a new library will have; None where it has one already, which stays unless requested."""
    if _named_model(library):
        return None
    name = requested or os.environ.get(VARIABLE) or DEFAULT_MODEL
    return DEFAULT_MODEL if name == "default" else name


def _named_model(library: Library) -> str | None:
    return _previous_model(library) or _model_of_unfinished_build(library)


def _previous_model(library: Library) -> str | None:
    """Return the model of a build that another version of this program put into service, or None."""
    try:
        return Manifest.model_in(read_pointer(library)[0])
    except LibraryError:
        return None


def _model_of_unfinished_build(library: Library) -> str | None:
    """Return the model of a first build that was not finished, or None."""
    models = {_model_of(folder) for folder in library.vectors.glob("*/")}
    return models.pop() if len(models) == 1 else None


def _model_of(folder: Path) -> str | None:
    for path in shard_sizes(folder):
        try:
            return Shard.read(path).model
        except LibraryError:
            continue
    return None
