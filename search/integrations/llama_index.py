"""A retriever for LlamaIndex."""

import asyncio
from typing import Unpack

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from search.filters.filters import Filters, FilterValues
from search.integrations.documents import document_metadata, document_text
from search.results import Hit
from search.searcher import Searcher


class PubMedRetriever(BaseRetriever):
    """Find the `limit` articles that answer a question, filtered as by `Searcher.search`; `aretrieve` has a thread."""

    def __init__(self, searcher: Searcher, *, limit: int = 10, **single_filters: Unpack[FilterValues]) -> None:
        super().__init__()
        self._searcher, self._limit, self._filters = searcher, limit, Filters.of(**single_filters)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            _node(hit)
            for hit in self._searcher.search(query_bundle.query_str, limit=self._limit, filters=self._filters)
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    node = TextNode(id_=str(hit.article.pmid), text=document_text(hit), metadata=document_metadata(hit))
    return NodeWithScore(node=node, score=hit.score)
