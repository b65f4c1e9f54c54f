"""Pairs of texts that an embedding model is trained on, and the files that hold them.

A file is JSON Lines or tab-separated, gzipped or not. Only anchor and positive have to be there::

    {"anchor": "aspirin headache", "positive": "...", "negatives": ["..."], "kind": "keywords"}      .jsonl
    anchor <tab> positive <tab> negative <tab> negative                                              .tsv

Pairs of one kind are trained on together, so that a batch cannot be solved by recognising kinds.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from index.core.errors import DataError
from index.core.files import write_whole
from index.core.json_text import parse_json


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """Two texts that belong together.

    Attributes:
        anchor: The query, such as keywords or a title.
        positive: The text that answers it.
        negatives: Texts that look like answers but are not.
        kind: Where it comes from, such as "keywords".
        others: Other anchors of the same positive.
        spelt: For the first of these, all other names: what BM25 may find the positive by.
    """

    anchor: str
    positive: str
    negatives: tuple[str, ...] = ()
    kind: str = "pairs"
    others: tuple[str, ...] = ()
    spelt: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All its texts."""
        return self.anchor, self.positive, *self.others, *self.spelt, *self.negatives


def read_pairs(path: Path) -> Iterator[TrainingPair]:
    """Yield the pairs of a file in its order.

    Raises:
        DataError: The file does not exist or has no pairs, or a line is not a pair.
    """
    parse = _from_json if ".jsonl" in path.suffixes else _from_tabs
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):  # noqa: B007 - the error names it
                yield parse(line)
    except (OSError, EOFError) as error:
        raise DataError(f"The pairs in {path} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} line {number} is not a pair ({error}). Expected a JSON object with anchor and positive in a "
            ".jsonl file, else anchor, tab, positive."
        ) from error
    if not number:
        raise DataError(f"{path} holds no pair.")


def write_pairs(path: Path, pairs: Iterable[TrainingPair]) -> None:
    """Write pairs as JSON Lines, whole or not at all."""
    write_whole(path, "".join(_to_json(pair) for pair in pairs).encode())


def _to_json(pair: TrainingPair) -> str:
    return json.dumps({name: value for name, value in asdict(pair).items() if value}, ensure_ascii=False) + "\n"


def _from_json(line: str) -> TrainingPair:
    fields = parse_json(line)
    lists = {name: tuple(fields.get(name, ())) for name in ("negatives", "others", "spelt")}
    return _checked(TrainingPair(fields["anchor"], fields["positive"], kind=fields.get("kind", "pairs"), **lists))


def _from_tabs(line: str) -> TrainingPair:
    anchor, positive, *negatives = line.rstrip("\r\n").split("\t")
    return _checked(TrainingPair(anchor, positive, tuple(negatives)))


def _checked(pair: TrainingPair) -> TrainingPair:
    for text in (pair.kind, *pair.texts):
        if not text.strip():
            raise ValueError("one of its texts is empty")
    return pair


def _opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
