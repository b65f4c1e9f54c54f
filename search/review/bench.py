"""What a searcher does for whoever makes a review."""

from collections.abc import Iterable, Iterator
from typing import Unpack

from index.core.errors import QueryError
from search.filters.filters import Filters, FilterValues, takes_filters
from search.filters.validation import pmids_of
from search.review.decision_table import decision_rows
from search.review.duplicates import Comparison, compare_references
from search.review.recall import Recall, measure_recall
from search.review.references import ReferenceFile
from search.review.screening import Screening, Screenings
from search.serving.open_library import OpenLibrary


class ReviewBench(OpenLibrary):
    """What a searcher does for whoever makes a review."""

    @property
    def screenings(self) -> Screenings:
        """The screenings of this library: begun with a search record, decided article by article."""
        return Screenings(self._library)

    @takes_filters
    def recall(
        self,
        text: str,
        known: Iterable[int | str],
        *,
        filters: Filters | None = None,
        mapping: bool = True,
        **single_filters: Unpack[FilterValues],
    ) -> Recall:
        """Say which articles that are known to be relevant a strategy finds, and what keeps each of the others out.

        Args:
            text: The strategy; a plain question finds the articles that it lists.
            known: PMIDs.
            filters: The filters beside it.
            mapping: Whether untagged words of a Boolean query are mapped as in PubMed, where MeSH is loaded.
            single_filters: Filters by the names of the fields of `Filters`; they replace those of `filters`.

        Raises:
            QueryError: The strategy or a filter cannot be read, or `known` is empty or holds what is no PMID.
            TypeError: An argument has the wrong type.

        Example:
            >>> recall = pubmed.recall("metformin[ti] AND cancer[ti]", [900000001, 900000006])
            >>> len(recall.found), str(recall.missing[0].reasons[0])
            (1, 'It does not have: metformin in title')
        """
        pmids = pmids_of(known, "known")
        if not pmids:
            raise QueryError("No known article is given: name the PMIDs that the strategy should find.")
        filters = Filters.of(filters, **single_filters)
        with self._serving() as serving:
            return measure_recall(text, pmids, filters, serving, mapping=mapping)

    def compare(self, file: ReferenceFile) -> Comparison:
        """Say which references of a file the library has, and which the file has twice.

        Args:
            file: From `search.review.references.read_reference_file`.
        """
        with self._serving() as serving:
            return compare_references(file, serving)

    def decision_table(self, screening: Screening) -> Iterator[str]:
        """Yield a screening as a CSV file: each article with what was decided of it, at both stages.

        Args:
            screening: Of `screenings`.
        """
        return decision_rows(screening, self._fetch)
