"""A retriever for Haystack."""

import asyncio
from typing import Any, Unpack

from haystack import Document, component

from search.filters.filters import Filters, FilterValues
from search.integrations.documents import document_metadata, document_text
from search.results import Hit
from search.searcher import Searcher


@component
class PubMedRetriever:
    """Find the `top_k` articles that answer a question, filtered as by `Searcher.search`; `run_async` has a thread."""

    def __init__(self, searcher: Searcher, top_k: int = 10, **single_filters: Unpack[FilterValues]) -> None:
        self._searcher, self._top_k, self._filters = searcher, top_k, Filters.of(**single_filters)

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Return the documents; `filters` replaces single ones for one call: `{"years": (2020, None)}`."""
        page = self._searcher.search(query, limit=top_k or self._top_k, filters=self._filters, **(filters or {}))
        return {"documents": list(map(_document, page))}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, filters: dict[str, Any] | None = None, top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """Return the documents, as `run` does."""
        return await asyncio.to_thread(self.run, query, filters, top_k)


def _document(hit: Hit) -> Document:
    pmid, meta = str(hit.article.pmid), document_metadata(hit)
    return Document(id=pmid, content=document_text(hit), meta=meta, score=hit.score)
