"""A list of articles as a table of pandas or Arrow; both are imported when they are asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.tables.rows import ShownHit, row_of

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Table

COLUMNS = {
    "pmid": "number",
    "score": "share",
    "title": "text",
    "year": "number",
    "published": "text",
    "journal": "text",
    "authors": "texts",
    "types": "texts",
    "doi": "text",
    "retraction": "text",
    "section": "text",
    "evidence": "text",
    "url": "text",
}
"""Each column and what it holds."""

_PANDAS = {"number": "Int64", "share": "float64", "text": "string", "texts": "object"}
_MISSING = "{} needs {}, which is not installed:\n  pip install {}"


def data_frame(hits: Sequence[ShownHit]) -> "DataFrame":
    """Return one row a hit; numbers and texts that are absent are `pandas.NA`.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError(_MISSING.format("to_pandas()", "pandas", "pandas")) from error
    rows = list(map(row_of, hits))
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=_PANDAS[kind]) for name, kind in COLUMNS.items()}
    )


def arrow_table(hits: Sequence[ShownHit]) -> "Table":
    """Return one row a hit.

    Raises:
        ImportError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ImportError(_MISSING.format("to_arrow()", "pyarrow", "pyarrow")) from error
    types = {"number": pa.int64(), "share": pa.float64(), "text": pa.string(), "texts": pa.list_(pa.string())}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    return pa.Table.from_pylist(list(map(row_of, hits)), schema=schema)
