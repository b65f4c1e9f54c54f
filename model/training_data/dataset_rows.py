"""Articles as rows of a dataset: what a row holds, which split it belongs to, and whether its text is new."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.records.article import Article
from index.records.passages import encoded_text, searched_title, text_hash

if TYPE_CHECKING:
    from datasets import Features
    from datasets.arrow_writer import ArrowWriter

SPLITS: Final = ("train", "validation")
# Rows are buffered until there are so many: a thousand abstracts with their sections are some 4 MB.
ROWS_A_BATCH: Final = 1000


def split_of(pmid: int, validation: float) -> str:
    """Return the split that an article belongs to, whatever else is in the library.

    Args:
        pmid: The article.
        validation: Share of the validation split, 0 to 1 (excluded).
    """
    number = int.from_bytes(blake2b(str(pmid).encode(), digest_size=8).digest(), "big")
    return "validation" if number < validation * 2**64 else "train"


def features() -> "Features":
    """Return the columns and their types."""
    from datasets import Features, List, Value

    return Features(
        {
            "pmid": Value("int64"),
            "title": Value("string"),
            "abstract": Value("string"),
            "sections": List({"label": Value("string"), "text": Value("string")}),
            "year": Value("int32"),
            "mesh": List(Value("string")),
            "keywords": List(Value("string")),
        }
    )


def row(article: Article) -> dict[str, Any]:
    """Return an article as one row; the year is None where PubMed gives none."""
    return {
        "pmid": article.pmid,
        "title": searched_title(article),
        "abstract": article.abstract,
        "sections": [{"label": section.label, "text": section.text} for section in article.sections],
        "year": article.year,
        "mesh": [heading.name for heading in article.mesh],
        "keywords": [keyword.text for keyword in article.keywords],
    }


def rows_file(folder: Path, split: str) -> Path:
    """Return where the rows of a split are written."""
    return folder / f"{split}.arrow"


def row_writer(path: Path) -> "ArrowWriter":
    """Open a file of rows; a context manager, to be finalized before it is left."""
    from datasets.arrow_writer import ArrowWriter

    return ArrowWriter(features=features(), path=str(path), writer_batch_size=ROWS_A_BATCH)


class SeenTexts:
    """Remembers texts on disk: all of PubMed has some 37 million, whose hashes would take gigabytes of memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator["SeenTexts"]:
        """Remember texts in a temporary file."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; "
                "CREATE TABLE seen (hash BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN;"
            )
            yield cls(connection)

    def add(self, article: Article) -> bool:
        """Remember the text of an article and return whether it is new."""
        key = text_hash(encoded_text(article))
        return self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1
