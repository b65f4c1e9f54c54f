"""Labelled texts: what a text classification is trained and judged on.

::

    train.csv[.gz]      columns text,label; any others are ignored; labels are words or numbers
    test.csv[.gz]       the same; or validation.csv

A name may have a prefix ("medical_tc_train.csv"), and the columns of Medical Abstracts (medical_abstract,
condition_label) are read as they are; its medical_tc_labels.csv gives the numbers their names.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from index.core.errors import DataError

MEDICAL_ABSTRACTS: Final = "TimSchopf/medical_abstracts"
_TEXTS: Final = ("text", "medical_abstract")
_LABELS: Final = ("label", "condition_label")
_TRAIN: Final = ("train",)
_TEST: Final = ("test", "validation")


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts with one label each.

    Attributes:
        texts: The texts, in the order of their file.
        labels: Their labels as they are written, of the same length.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, positions: list[int]) -> "LabelledTexts":
        """Return the texts at some positions, in their order."""
        return LabelledTexts(tuple(self.texts[i] for i in positions), tuple(self.labels[i] for i in positions))


@dataclass(frozen=True, slots=True)
class TextData:
    """A data set for text classification.

    Attributes:
        name: What it is called in reports.
        train: What may be trained on, or None if there is only a test file.
        test: What is judged.
        names: A name for a label, where the data set has names.
    """

    name: str
    train: LabelledTexts | None
    test: LabelledTexts
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The distinct labels, numbers by size and words by the alphabet, as run_glue sorts them."""
        labels = {*self.test.labels, *(self.train.labels if self.train else ())}
        return tuple(sorted(labels, key=_sort_key))


def open_texts(source: str) -> TextData:
    """Read a data set from a folder of CSV files, or from the Hugging Face hub by its name.

    Args:
        source: A folder; or a hub name such as "TimSchopf/medical_abstracts".

    Raises:
        DataError: It does not exist or cannot be read; names file, line and what was expected.
    """
    folder = Path(source).expanduser()
    if not folder.is_dir():
        return _from_hub(source)
    train, test = _file(folder, _TRAIN), _file(folder, _TEST)
    if test is None:
        raise DataError(f"{folder} holds no test.csv or validation.csv (.gz or not) with columns text,label.")
    return TextData(
        name=folder.absolute().name,
        train=read_texts(train) if train else None,
        test=read_texts(test),
        names=_names(folder / "medical_tc_labels.csv"),
    )


def read_texts(path: Path) -> LabelledTexts:
    """Read one CSV file of labelled texts.

    Raises:
        DataError: It cannot be read, or lacks the columns, or has no rows; names the line.
    """
    texts: list[str] = []
    labels: list[str] = []
    for line, row in _rows(path):
        text, label = _field(row, _TEXTS, path), _field(row, _LABELS, path)
        if not label:
            raise DataError(f"{path} line {line} has no label.")
        texts.append(text)
        labels.append(label)
    if not texts:
        raise DataError(f"{path} has no rows below its header text,label.")
    return LabelledTexts(tuple(texts), tuple(labels))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    try:
        with _opened(path) as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                yield reader.line_num, row
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as CSV: {error}") from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _field(row: Mapping[str, str | None], columns: tuple[str, ...], path: Path) -> str:
    for column in columns:
        if column in row:
            return (row[column] or "").strip()
    present = ", ".join(str(name) for name in row if name is not None)
    raise DataError(f"{path} has the columns {present}; expected {columns[0]} (or {columns[1]}) among them.")


def _file(folder: Path, ends: tuple[str, ...]) -> Path | None:
    for end in ends:
        matches = sorted(path for suffix in ("csv", "csv.gz") for path in folder.glob(f"*{end}.{suffix}"))
        if len(matches) > 1:
            raise DataError(f"{folder} holds {', '.join(path.name for path in matches)}: which one is meant? Keep one.")
        if matches:
            return matches[0]
    return None


def _names(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    return {row["condition_label"] or "": row["condition_name"] or "" for _, row in _rows(path)}


def _from_hub(name: str) -> TextData:
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise DataError(f"There is no data folder {name}, and a hub name has the form owner/name.")
    from datasets import load_dataset

    try:
        parts = load_dataset(name)
    except (OSError, ValueError) as error:  # the hub's own errors are subclasses of these
        raise DataError(
            f"{name} cannot be loaded from the Hugging Face hub ({type(error).__name__}: {error}).\n"
            "Connect to the internet once, or give a folder with train.csv and test.csv (columns text,label)."
        ) from error
    train, test = _split(parts, _TRAIN), _split(parts, _TEST)
    if test is None:
        raise DataError(f"{name} has the splits {', '.join(parts)}; expected test or validation among them.")
    return TextData(name, train, test)


def _split(parts: Mapping[str, Any], names: tuple[str, ...]) -> LabelledTexts | None:
    part = next((parts[name] for name in names if name in parts), None)
    if part is None:
        return None
    columns = [
        next((name for name in candidates if name in part.column_names), candidates[0])
        for candidates in (_TEXTS, _LABELS)
    ]
    if not set(columns) <= set(part.column_names):
        raise DataError(f"The data set has the columns {', '.join(part.column_names)}; expected text and label.")
    return LabelledTexts(*(tuple(map(str, part[column])) for column in columns))


def _sort_key(label: str) -> tuple[int, int, str]:
    try:
        return (0, int(label), label)
    except ValueError:
        return (1, 0, label)
