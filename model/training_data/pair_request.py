"""Which training pairs are made of a library, and which articles are left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import DataError


@dataclass(frozen=True, slots=True)
class PairRequest:
    """Which pairs to make.

    Attributes:
        kinds: How many pairs of each kind at most, a pass; a fair sample where there are more.
        passes: How often the articles are gone through; each pass draws other keywords, headings and sentences.
        seed: Of all draws.
        excluded: PMIDs and titles of articles to leave out: those of a test set.
    """

    kinds: Mapping[str, int]
    passes: int = 1
    seed: int = 0
    excluded: frozenset[str] = frozenset()


def read_excluded(path: Path) -> frozenset[str]:
    """Read the PMIDs and titles to leave out, one a line.

    Raises:
        DataError: The file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The articles to leave out cannot be read from {path}: {error}") from error
    return frozenset(plain_title(line) for line in lines if line.strip())


def plain_title(text: str) -> str:
    """Return a title as two sources may have it in common: neither case nor the last stop count."""
    return " ".join(text.casefold().split()).strip("[]. ")
