"""Which rows a filter keeps: written beside an index, found by arrays and by an index of exact words."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engine.columns import NO_YEAR, read_array, rows_of
from index.engine.filter_evaluation import FilterEvaluation, Mask
from index.engine.filter_expression import Between, Everything, FilterExpression
from index.engine.selection import FacetCount
from index.engine.value_index import ValueColumn, ValueEntry
from index.engine.value_writer import MOST_ROWS, MOST_VALUES, ValueWriter
from index.lexical.abbreviations import (
    Abbreviations,
    abbreviation_key,
    abbreviation_label,
    abbreviation_values,
)
from index.lexical.positional_index import PositionalIndex, PositionalIndexWriter
from index.records.article import Article
from index.records.article_fields import ALSO_KNOWN, COUNTED, DAYS, FIELDS, NO_DAY, days_of, key_of, texts_of, values_of
from index.records.passages import encoded_text

EXACT = "exact"
"""The folder of the exact words in a build."""
VALUES = "values"
"""The folder of the values, a folder a field."""
DAYS_FILE = "days.npy"
_CHECKED_EVERY = 1000  # articles
_EARLIEST, _LATEST = -(2**31) + 1, 2**31 - 1


_ABBREVIATION = "abbreviation"
COLUMNS = (*FIELDS, _ABBREVIATION)
"""The fields of values in a build: those of filters, and the abbreviations."""


def column_values(article: Article) -> Iterator[tuple[str, str]]:
    """Yield every (field, value) of an article, the abbreviations that it defines too."""
    yield from values_of(article)
    yield from ((_ABBREVIATION, value) for value in abbreviation_values(encoded_text(article)))


def column_key(field: str) -> Callable[[str], str]:
    """Return what makes two values of a field equal."""
    return abbreviation_key if field == _ABBREVIATION else key_of(field)


def column_label(field: str) -> Callable[[str], str] | None:
    """Return what shows a value of a field, None where values are only looked up."""
    if field == _ABBREVIATION:
        return abbreviation_label
    return _as_written if field in COUNTED else None


def _as_written(value: str) -> str:
    return " ".join(value.split())


class FilterColumns:
    """Writes the arrays that filters need, made from the articles; memory hardly grows with them."""

    def __init__(self, folder: Path) -> None:
        """Begin.

        Args:
            folder: Receives the arrays.
        """
        self._folder = folder
        self._values = {
            field: ValueWriter(folder / VALUES / field, column_key(field), column_label(field)) for field in COLUMNS
        }
        self._days = array("i")

    def add(self, article: Article) -> None:
        """Take the article of the next row."""
        row = len(self._days) // len(DAYS)
        self._days.extend(days_of(article))
        values_by_field: dict[str, list[str]] = {}
        for field, value in column_values(article):
            values_by_field.setdefault(field, []).append(value)
        for field, values in values_by_field.items():
            self._values[field].add(row, values)
        if row % _CHECKED_EVERY == 0:
            values_held, rows_held = map(sum, zip(*(each.in_memory for each in self._values.values()), strict=True))
            if values_held > MOST_VALUES or rows_held > MOST_ROWS:
                for each in self._values.values():
                    each.spill()

    def finish(self) -> list[str]:
        """Write the arrays and return the paths of their files in the folder."""
        np.save(self._folder / DAYS_FILE, np.frombuffer(self._days, dtype=np.int32).reshape(-1, len(DAYS)).T)
        for values in self._values.values():
            values.finish()
        written = (path.relative_to(self._folder).as_posix() for path in (self._folder / VALUES).rglob("*.npy"))
        return [DAYS_FILE, *sorted(written)]


class FilterIndexWriter:
    """Writes what filters need into a build's folder."""

    def __init__(self, folder: Path) -> None:
        self._words = PositionalIndexWriter(folder / EXACT)
        self._columns = FilterColumns(folder)

    def add(self, article: Article) -> None:
        """Take the article of the next row."""
        self._columns.add(article)
        self._words.add(article.pmid, texts_of(article))

    def finish(self) -> None:
        """Write what was taken."""
        self._words.finish()
        self._columns.finish()


class FilterIndex:
    """Finds the rows of one build that a filter keeps.

    Attributes:
        words: The exact words of the articles.
        abbreviations: What the articles define.
        pmids: int64, shape (articles,), descending.
    """

    def __init__(self, folder: Path, pmids: NDArray[np.int64]) -> None:
        self.words = PositionalIndex(folder / EXACT, partial(rows_of, column=pmids))
        self.pmids = pmids
        self._years = np.asarray(read_array(folder / "years.npy", "i2", (len(pmids),)))
        days = np.asarray(read_array(folder / DAYS_FILE, "i4", (len(DAYS), len(pmids))))
        self._days = dict(zip(DAYS, days, strict=True))
        self._values = {
            field: ValueColumn(
                folder / VALUES / field, column_key(field), rows=len(pmids), labels=column_label(field) is not None
            )
            for field in COLUMNS
        }
        self.abbreviations = Abbreviations(self._values[_ABBREVIATION])

    def __len__(self) -> int:
        """Return the number of articles whose words can be found."""
        return len(self.words)

    def rows(self, expression: FilterExpression) -> Mask | None:
        """Return a new mask of the rows that the filter keeps, or None for all of them.

        Raises:
            QueryError: The filter would read too much.
            ValueError: The filter names an unknown field.
        """
        return None if isinstance(expression, Everything) else FilterEvaluation(self).mask(expression)

    def rows_and_counts(
        self, expression: FilterExpression, parts: Sequence[FilterExpression]
    ) -> tuple[Mask, tuple[int, ...]]:
        """Return a new mask of the rows that the filter keeps, and how many some of its parts keep by themselves.

        Args:
            expression: The filter.
            parts: Parts of it, the very objects.

        Raises:
            QueryError, ValueError: As `rows` does.
        """
        evaluation = FilterEvaluation(self, parts)
        mask = evaluation.mask(expression)
        return mask, tuple(map(evaluation.count, parts))

    def rows_of_pmids(self, pmids: frozenset[int]) -> NDArray[np.int32]:
        """Return the rows of those PMIDs that are in the index."""
        requested = np.fromiter(pmids, dtype=np.int64, count=len(pmids))
        rows = len(self.pmids) - 1 - np.searchsorted(self.pmids[::-1], requested)
        present = self.pmids[np.maximum(rows, 0)] == requested if len(self.pmids) else np.zeros(len(rows), dtype=bool)
        return np.asarray(rows[present], dtype=np.int32)

    def first_days(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the first day of each row's publication date, as yyyymmdd, or `NO_DAY`."""
        days: NDArray[np.int32] = self._days["printed"][rows]
        return days

    def facets(self, field: str, mask: Mask | None, size: int) -> tuple[FacetCount, ...]:
        """Count the rows of the mask for the commonest values, commonest first."""
        if field == "year":
            return self._year_facets(mask, size)
        if field not in COUNTED:
            raise ValueError(f"{field!r} cannot be counted; fields that can: year, {', '.join(COUNTED)}")
        return tuple(FacetCount(*counts) for counts in self._values[field].commonest(mask, size))

    def counts_of_many(self, field: str, mask: Mask | None, least: int) -> dict[str, int]:
        """Return the folded values of a counted field, but years, that so many rows of the mask have at least."""
        return self._values[field].with_at_least(mask, least)

    def value_counts(self, field: str, values: Sequence[str], mask: Mask | None) -> list[ValueEntry]:
        """Describe some folded values of a counted field, but years, and count the rows of the mask with each."""
        return self._values[field].entries(values, self.pmids, mask)

    def abbreviation_entries(self, start: str) -> list[ValueEntry]:
        """Describe the abbreviations whose keys begin so, in order."""
        column = self._values[_ABBREVIATION]
        return column.entries([key for key, _, _ in column.beginning(start)], self.pmids)

    def counts(self, filters: Sequence[FilterExpression], mask: Mask | None) -> tuple[int, ...]:
        """Count the rows of the mask that each filter keeps; for values, at the cost of the rows that have them."""
        counts, kept = [], self.nothing()  # one mask for all: sorting the rows takes twenty times as long
        for expression in filters:
            rows = FilterEvaluation(self).rows_of(expression)
            kept[rows] = True
            counts.append(int(np.count_nonzero(kept if mask is None else kept & mask)))
            kept[rows] = False
        return tuple(counts)

    def _year_facets(self, mask: Mask | None, size: int) -> tuple[FacetCount, ...]:
        years = self._years if mask is None else self._years[mask]
        values, counts = np.unique(years[years != NO_YEAR], return_counts=True)
        best = np.lexsort((values, -counts))[:size]
        return tuple(FacetCount(str(values[n]), str(values[n]), int(counts[n])) for n in best)

    def between(self, field: str, ranges: Sequence[Between]) -> Mask:
        """Return a new mask of the rows with a date in one of the ranges, all of this field.

        Raises:
            ValueError: There is no such date.
        """
        match field:
            case "year":
                columns, missing = [self._years], NO_YEAR
            case "published":
                columns, missing = [self._days["printed"], self._days["electronic"]], NO_DAY
            case day if day in DAYS:
                columns, missing = [self._days[day]], NO_DAY
            case _:
                raise ValueError(f"{field!r} is not a date field: year, published, {', '.join(DAYS)}")
        # A bound beyond every date of its type does not limit.
        bounds = sorted(
            (
                _EARLIEST if one.first is None else max(_EARLIEST, one.first),
                _LATEST if one.last is None else min(_LATEST, one.last),
            )
            for one in ranges
            if (one.first or 0) <= _LATEST and (one.last or 0) >= _EARLIEST
        )
        mask = self.nothing()
        if bounds:
            firsts, lasts = np.array(bounds, dtype=np.int64).T
            # Of all ranges that begin before a day, the one that ends last decides.
            lasts = np.concatenate([[_EARLIEST - 1], np.maximum.accumulate(lasts)])
            for days in columns:
                mask |= (days != missing) & (days <= lasts[np.searchsorted(firsts, days, side="right")])
        return mask

    def columns(self, field: str) -> list[ValueColumn]:
        """Return where the values of a field stand, its other names behind it.

        Raises:
            ValueError: There is no such field.
        """
        if field not in FIELDS:
            raise ValueError(f"{field!r} is not a value field: {', '.join(FIELDS)}")
        return [self._values[name] for name in (field, ALSO_KNOWN.get(field)) if name]

    def nothing(self) -> Mask:
        """Return a new mask without a row."""
        return np.zeros(len(self.pmids), dtype=bool)
