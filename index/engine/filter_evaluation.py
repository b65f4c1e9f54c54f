"""One filter evaluated: every part once, text looked up together, the work counted.

Parts that look for words stay a `TextMatch` for as long as only such parts are joined, so that a thousand of them are
one query of the words' index. Everything else becomes a mask of the rows.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.engine.filter_expression import (
    AllOf,
    AnyOf,
    Between,
    Everything,
    FilterExpression,
    Near,
    Phrase,
    Pmids,
    Prefix,
    Qualified,
    Value,
    ValuePrefix,
    Without,
    Word,
)
from index.lexical.filter_work import VALUE, FilterWork
from index.lexical.positional_index import NOTHING, TextMatch

if TYPE_CHECKING:
    from index.engine.filter_index import FilterIndex

Mask: TypeAlias = NDArray[np.bool_]


class FilterEvaluation:
    """Evaluates one filter.

    Args:
        index: What is filtered.
        counted: Parts of the filter, the very objects, of which is noted how many rows each keeps by itself.
    """

    def __init__(self, index: "FilterIndex", counted: Sequence[FilterExpression] = ()) -> None:
        self._index = index
        self._work = FilterWork.on(len(index.pmids))
        self._counted = {id(part) for part in counted}
        self._counts: dict[int, int] = {}
        self._texts: dict[Word | Phrase | Prefix | Near, TextMatch] = {}

    def mask(self, expression: FilterExpression) -> Mask:
        """Return a new mask of the rows that a filter keeps.

        Raises:
            QueryError: The work is too much.
            ValueError: The filter names an unknown field.
        """
        return self._as_mask(self._evaluated(expression))

    def count(self, part: FilterExpression) -> int:
        """Return how many rows a part of the evaluated filter keeps, one of those to be counted."""
        if id(part) not in self._counts:  # passed over, because what stands before it keeps nothing
            self._evaluated(part)
        return self._counts[id(part)]

    def rows_of(self, expression: FilterExpression) -> NDArray[np.int32]:
        """Return the rows that a filter keeps; a row with several of the values may come twice."""
        match expression:
            case AnyOf(parts):
                row_sets = [self.rows_of(part) for part in parts]
            case Value() | Qualified() | ValuePrefix() | Pmids():
                row_sets = self._value_rows(expression)
            case _:
                row_sets = [np.flatnonzero(self.mask(expression)).astype(np.int32)]
        return np.concatenate([np.empty(0, dtype=np.int32), *row_sets])

    def _evaluated(self, expression: FilterExpression) -> Mask | TextMatch:
        match expression:
            case AllOf(parts):
                result = self._all_of(parts)
            case AnyOf(parts):
                result = self._any_of(parts)
            case Without(part):
                result = ~self._as_mask(self._evaluated(part))
            case Word() | Phrase() | Prefix() | Near():
                result = self._text(expression)
            case Everything():
                result = self._everything()
            case Between(field):
                result = self._between(field, [expression])
            case _:
                result = self._index.nothing()
                for rows in self._value_rows(expression):
                    result[rows] = True
        if id(expression) in self._counted:
            result = self._as_mask(result)
            self._counts[id(expression)] = int(np.count_nonzero(result))
        return result

    def _any_of(self, parts: Sequence[FilterExpression]) -> Mask | TextMatch:
        texts: list[TextMatch] = []
        values: set[FilterExpression] = set()
        dates: dict[str, set[Between]] = {}
        mask: Mask | None = None
        for part in self._flat(parts):
            if isinstance(part, Value | Qualified | ValuePrefix | Pmids) and id(part) not in self._counted:
                if part in values:
                    continue
                values.add(part)
                mask = self._index.nothing() if mask is None else mask
                for rows in self._value_rows(part):
                    mask[rows] = True
                continue
            if isinstance(part, Between) and id(part) not in self._counted:
                dates.setdefault(part.field, set()).add(part)
                continue
            result = self._evaluated(part)
            if isinstance(result, TextMatch):
                texts.append(result)
            else:
                mask = result if mask is None else np.logical_or(mask, result, out=mask)
        for field, ranges in dates.items():
            dated = self._between(field, list(ranges))
            mask = dated if mask is None else np.logical_or(mask, dated, out=mask)
        text = TextMatch.any_of(texts) if texts else NOTHING
        if mask is None:
            return text
        if texts:
            mask[self._index.words.rows(text, self._work)] = True
        return mask

    def _flat(self, parts: Sequence[FilterExpression]) -> Iterator[FilterExpression]:
        """Yield parts joined by OR, those of a part that is itself such a list among them, each object once."""
        seen: set[int] = set()
        for part in parts:
            if id(part) not in seen:
                seen.add(id(part))
                if isinstance(part, AnyOf) and id(part) not in self._counted:
                    yield from self._flat(part.parts)
                else:
                    yield part

    def _all_of(self, parts: Sequence[FilterExpression]) -> Mask | TextMatch:
        """Join by AND; a part that is excluded by NOT is evaluated as what it excludes."""
        narrow: dict[TextMatch, None] = {}
        wide: set[TextMatch] = set()
        excluded: list[TextMatch] = []
        mask: Mask | None = None
        for part in parts:
            if mask is not None and id(part) not in self._counted and not mask.any():
                return mask
            evaluated = part.part if isinstance(part, Without) and id(part) not in self._counted else part
            result, without = self._evaluated(evaluated), evaluated is not part
            if isinstance(result, TextMatch):
                if without:
                    excluded.append(result)
                elif not result.is_wide:
                    narrow[result] = None
                if without or not result.is_wide or result in wide:
                    continue
                wide.add(result)
            rows = ~self._as_mask(result) if without else self._as_mask(result)
            mask = rows if mask is None else np.logical_and(mask, rows, out=mask)
        return self._with_texts(mask, list(narrow), excluded)

    def _with_texts(
        self, mask: Mask | None, included: Sequence[TextMatch], excluded: Sequence[TextMatch]
    ) -> Mask | TextMatch:
        """Join what was looked up to a mask, or to none, by AND and NOT; each of the two is one query."""
        text = included[0] if len(included) == 1 else self._index.words.all_of(included)
        if mask is None and included and not excluded:
            return text
        mask = self._everything() if mask is None else mask
        if included:
            mask &= self._as_mask(text)
        if excluded:
            mask[self._index.words.rows(TextMatch.any_of(excluded), self._work)] = False
        return mask

    def _text(self, part: Word | Phrase | Prefix | Near) -> TextMatch:
        if part not in self._texts:
            words = self._index.words
            self._texts[part] = (
                words.find_near(part.field, part.text, part.distance, self._work)
                if isinstance(part, Near)
                else words.find(part.field, part.text, self._work, prefix=isinstance(part, Prefix))
            )
        return self._texts[part]

    def _between(self, field: str, ranges: Sequence[Between]) -> Mask:
        self._work.add(VALUE * len(ranges) + len(self._index.pmids))
        return self._index.between(field, ranges)

    def _value_rows(self, part: Value | Qualified | ValuePrefix | Pmids) -> list[NDArray[np.int32]]:
        match part:
            case Value(field, values):
                self._work.add(VALUE * len(values))
                row_sets = [column.rows(values) for column in self._index.columns(field)]
            case Qualified(field, headings, qualifiers):
                self._work.add(VALUE * len(headings))
                row_sets = [self._index.columns(field)[0].rows_qualified(headings, qualifiers)]
            case ValuePrefix(field, text):
                self._work.add(VALUE)
                row_sets = [self._index.columns(field)[0].rows_with_prefix(text)]
            case Pmids(pmids):
                self._work.add(VALUE)
                row_sets = [self._index.rows_of_pmids(pmids)]
        self._work.add(sum(map(len, row_sets)))
        return row_sets

    def _as_mask(self, result: Mask | TextMatch) -> Mask:
        if not isinstance(result, TextMatch):
            return result
        mask = self._index.nothing()
        if result is not NOTHING and (result.terms or result.queries):
            mask[self._index.words.rows(result, self._work)] = True
        return mask

    def _everything(self) -> Mask:
        return np.ones(len(self._index.pmids), dtype=bool)
