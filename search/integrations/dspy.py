"""A retrieval model for DSPy: `dspy.configure(rm=PubMedRM(searcher))`, or called as a tool."""

from typing import Any, Unpack

from dspy import Prediction

from search.filters.filters import Filters, FilterValues
from search.integrations.documents import document_metadata, document_text
from search.searcher import Searcher


class PubMedRM:
    """Find the articles that answer a question.

    Args:
        searcher: The open library.
        k: How many passages.
        single_filters: What each article must be, as `Searcher.search` takes it.
    """

    def __init__(self, searcher: Searcher, k: int = 10, **single_filters: Unpack[FilterValues]) -> None:
        self._searcher, self._k, self._filters = searcher, k, Filters.of(**single_filters)

    def __call__(self, query: str, k: int | None = None, **single_filters: Any) -> list[Prediction]:  # noqa: ANN401
        """Return passages: `long_text` is title and abstract, beside it what is known of the article."""
        page = self._searcher.search(query, limit=k or self._k, filters=self._filters, **single_filters)
        return [Prediction(long_text=document_text(hit), **document_metadata(hit)) for hit in page]
