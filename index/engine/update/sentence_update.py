"""The sentences of the next build: the codes of rows that stay are copied, those of fresh rows put in between."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.sentence_codes import code_bytes
from index.engine.columns import read_array
from index.engine.sentence_index import CODES, ENDS, FOLDER
from index.engine.update.row_changes import RowChanges
from index.engine.update.splice import Edit, splice


def update_sentences(
    old: Path, folder: Path, changes: RowChanges, codes: Sequence[NDArray[Any]], dimensions: int
) -> None:
    """Write the sentences of the next build.

    Args:
        old: The old build's folder.
        folder: The next one's.
        changes: The rows.
        codes: Of the sentences of each fresh row, uint8, shape (sentences, bytes of a code).
        dimensions: Length of a vector.
    """
    content = read_array(old / FOLDER / CODES, "u1", (None, code_bytes(dimensions)))
    ends = np.concatenate([[0], read_array(old / FOLDER / ENDS, "i8", (len(changes.moved),))])
    edits = [Edit(row, row, (part,)) for row, part in zip(changes.before.tolist(), codes, strict=True)]
    edits += [Edit(row, row + 1) for row in changes.gone.tolist()]
    (folder / FOLDER).mkdir()
    lengths = splice(folder / FOLDER / CODES, content, ends, edits)
    np.save(folder / FOLDER / ENDS, np.cumsum(lengths, dtype=np.int64))
