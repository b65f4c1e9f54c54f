"""A retriever for LangChain."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from search.filters.filters import Filters
from search.integrations.documents import document_metadata, document_text
from search.searcher import Searcher


class PubMedRetriever(BaseRetriever):
    """Find the articles that answer a question; `ainvoke` and `abatch` run on LangChain's threads.

    Attributes:
        searcher: The open library.
        limit: How many documents.
        filters: What each must be; `invoke(question, years=(2020, None))` replaces single ones for one call.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    searcher: Searcher
    limit: int = 10
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
        **single_filters: Any,  # noqa: ANN401 - as `Searcher.search` takes them
    ) -> list[Document]:
        page = self.searcher.search(query, limit=self.limit, filters=self.filters, **single_filters)
        return [Document(document_text(hit), id=str(hit.article.pmid), metadata=document_metadata(hit)) for hit in page]
