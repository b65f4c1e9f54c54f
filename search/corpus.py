"""What a library says about itself."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is being searched.

    Attributes:
        articles: How many articles the index holds.
        newest: The newest date among them, ISO 8601, or None.
        build: Name of the build in service.
        model: Name of the embedding model.
        library: The folder.
    """

    articles: int
    newest: str | None
    build: str
    model: str
    library: Path


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many articles were published in a year."""

    year: int
    articles: int
