"""Pairs of texts to judge embeddings with: the public sets of NeuML's cards, and sentence pairs that people graded."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.core.errors import DataError
from index.core.json_text import parse_json


@dataclass(frozen=True, slots=True)
class TextPairs:
    """Pairs that belong together: `left[i]` with `right[i]`."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GradedPairs:
    """Pairs that people graded: how much `left[i]` means the same as `right[i]`; only the order of grades counts."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    grades: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PairSet:
    """A public set of pairs.

    Attributes:
        name: As the cards call it.
        left: The column of the first text.
        right: The column of the second.
        file: Where it lies below a folder of benchmark data: JSON lines with these columns, gzipped.
        hub: Where the Hugging Face hub keeps it as Parquet: data set, subset, split.
    """

    name: str
    left: str
    right: str
    file: str
    hub: tuple[str, str, str]


PUBMED_QA: Final = PairSet(
    name="PubMed QA",
    left="question",
    right="long_answer",
    file="corpora/pubmedqa_pqal.jsonl.gz",
    hub=("qiaojin/PubMedQA", "pqa_labeled", "train"),
)
PUBMED_SUBSET: Final = PairSet(
    name="PubMed Subset",
    left="title",
    right="text",
    file="corpora/pubmed_subset.jsonl.gz",
    hub=("zxvix/pubmed_subset_new", "default", "test"),
)
PUBMED_SUMMARY: Final = PairSet(
    name="PubMed Summary",
    left="article",
    right="abstract",
    file="corpora/pubmed_summary.jsonl.gz",
    hub=("armanc/scientific_papers", "pubmed", "validation"),
)
PAIR_SETS: Final = (PUBMED_QA, PUBMED_SUBSET, PUBMED_SUMMARY)


def find_pairs(pair_set: PairSet, folder: Path) -> TextPairs:
    """Read a set of pairs from a folder of benchmark data, or from the hub if the folder lacks it.

    Raises:
        DataError: It is in neither, or cannot be read.
    """
    path = folder / pair_set.file
    rows = _json_lines(path) if path.is_file() else _from_hub(pair_set, path)
    try:
        pairs = [(str(row[pair_set.left]), str(row[pair_set.right])) for row in rows]
    except (KeyError, TypeError) as error:
        raise DataError(f"{path}: expected the columns {pair_set.left} and {pair_set.right} in each row.") from error
    if len(pairs) < 2:  # noqa: PLR2004 - a false partner has to come from another pair
        raise DataError(f"{path} holds {len(pairs)} pairs, expected 2 or more.")
    return TextPairs(tuple(left for left, _ in pairs), tuple(right for _, right in pairs))


def read_graded(path: Path) -> GradedPairs:
    """Read graded sentence pairs: tab-separated columns score, sentence1 and sentence2 (others are ignored).

    Raises:
        DataError: It cannot be read; names the line.
    """
    rows: list[tuple[str, str, float]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            for row in reader:
                rows.append((row["sentence1"], row["sentence2"], float(row["score"])))  # noqa: PERF401 - names the line
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} line {reader.line_num}: expected a number in score, and sentence1 and sentence2."
        ) from error
    if not rows:
        raise DataError(f"{path} has no rows below its header score, sentence1, sentence2.")
    return GradedPairs(*zip(*rows, strict=True))


def _json_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield parse_json(line)
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{path} cannot be read as gzipped JSON lines: {error}") from error


def _from_hub(pair_set: PairSet, path: Path) -> Iterator[Mapping[str, Any]]:
    from datasets import load_dataset

    name, subset, split = pair_set.hub
    # The hub's own conversion: some of these sets are scripts, which must not be run.
    files = f"hf://datasets/{name}@refs/convert/parquet/{subset}/{split}/*.parquet"
    try:
        yield from load_dataset("parquet", data_files=files, split="train")
    except (OSError, ValueError) as error:
        raise DataError(
            f"{pair_set.name} is not at {path} and cannot be loaded from the Hugging Face hub ({type(error).__name__})."
        ) from error
