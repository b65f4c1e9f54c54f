"""The table that PubMed's history is downloaded as, a file of comma-separated values."""

import csv
import io

_BEGINNING = "search number,query"
_NUMBER, _QUERY, _FILTERS = "Search number", "Query", "Filters"


def without_table(text: str) -> tuple[str, list[str]]:
    """Return the searches of a downloaded history as numbered lines, and what was left out; other texts as they are."""
    table = text.lstrip("\ufeff \r\n")
    if not table.lower().startswith(_BEGINNING):
        return text, []
    try:
        rows = list(csv.DictReader(io.StringIO(table)))
    except csv.Error:
        return text, []
    lines = [_line(row) for row in rows if (row.get(_NUMBER) or "").strip().isdigit()]
    remark = "Of the table of searches, numbers, queries and filters were read; the other columns were left out."
    return ("\n".join(lines), [remark]) if lines else (text, [])


def _line(row: dict[str, str]) -> str:
    query = " ".join((row.get(_QUERY) or "").split())
    filters = " ".join((row.get(_FILTERS) or "").split())
    return f"#{row[_NUMBER].strip()} {query}" + (f" Filters: {filters}" if filters else "")
