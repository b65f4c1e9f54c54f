"""How many articles each year has of each of some subjects: what a chart of subjects over time shows."""

from collections.abc import Sequence
from typing import Unpack

from index.engine.selection import FacetCount
from search.explore.facets import count_years
from search.filters.filters import Filters, FilterValues, takes_filters
from search.retrieval.pipeline import select_articles
from search.serving.open_library import OpenLibrary


class YearCounts(OpenLibrary):
    """What a searcher counts by year."""

    @takes_filters
    def years_of(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        field: str,
        values: Sequence[str],
        text: str,
        filters: Filters | None = None,
        *,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> dict[str, tuple[FacetCount, ...]]:
        """Count by year the articles of a list that pass a filter by each of some values, too.

        Args:
            field: A filter that takes several values: "mesh", "journals", "authors", "types", "languages".
            values: Of that filter.
            text: The question; "" for none.
            filters: The filters that an article must pass.
            mapping: As in `facets`.
            whole: As in `facets`.
            single_filters: As in `facets`.

        Returns:
            The years of each value, in the order of `values`, the year with the most articles first.

        Raises:
            QueryError: As `search` does.
        """
        filters = Filters.of(filters, **single_filters)
        with self._serving() as serving:
            selection = select_articles(text, filters, serving, mapping=mapping, whole=whole)
            return {value: count_years(field, value, serving.index, selection, serving.mesh) for value in values}
