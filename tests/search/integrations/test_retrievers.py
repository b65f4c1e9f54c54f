"""Each retriever in the hands of the framework that it is for; those that are not installed are skipped."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from index.core.errors import QueryError
from index.records.article import Identifier, Link, PublicationDate
from search import Searcher
from search.filters.filters import Filters
from tests.support.fakes.fake_index import article, stand_in

# The frameworks' telemetry, read when they are imported.
os.environ |= {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "DSPY_CACHEDIR": os.devnull,
}
pytestmark = pytest.mark.filterwarnings("ignore:::(?!tests|search|index)")

METADATA = {
    "pmid": 900000001,
    "doi": "10.0000/sample.1",
    "year": 2019,
    "title": "Metformin and cancer",
    "evidence": "Metformin lowered cancer.",
    "score": pytest.approx(1.0),
    "retraction": "retracted",
    "url": "https://pubmed.ncbi.nlm.nih.gov/900000001/",
}
TEXT = "Metformin and cancer\n\nMetformin lowered cancer."
QUESTION = "metformin cancer"


def dated(year: int) -> PublicationDate:
    return PublicationDate(year=str(year), first=f"{year}-01-01", last=f"{year}-12-31")


@pytest.fixture
def pubmed(monkeypatch) -> Iterator[Searcher]:
    retracted = article(
        900000001, title="Metformin and cancer", abstract="Metformin lowered cancer.", published=dated(2019),
        ids=(Identifier("doi", "10.0000/sample.1"),), links=(Link("RetractionIn", "J Sample Rec. 2021;1", 900000009),),
    )  # fmt: skip
    other = article(900000002, title="Metformin alone", abstract="It was safe.", published=dated(2020))
    untitled = article(900000003, title=None, abstract="Bees fly far.", published=dated(2020))
    stand_in(monkeypatch, [retracted, other, untitled])
    with Searcher.open("anywhere") as searcher:
        yield searcher


def test_langchain(pubmed):
    pytest.importorskip("langchain_core", reason="langchain-core is not installed (extra `langchain`)")
    from search.integrations.langchain import PubMedRetriever

    retriever = PubMedRetriever(searcher=pubmed, limit=2)
    found = retriever.invoke(QUESTION)
    assert len(found) == 2
    assert (found[0].page_content, found[0].metadata, found[0].id) == (TEXT, METADATA, "900000001")
    assert [each.id for each in retriever.invoke(QUESTION, years=(2020, None))] == ["900000002", "900000003"]
    assert asyncio.run(retriever.ainvoke(QUESTION)) == found
    assert retriever.batch([QUESTION, QUESTION]) == [found, found]
    only_2019 = PubMedRetriever(searcher=pubmed, filters=Filters.of(years=(2019, 2019)))
    assert [each.id for each in (only_2019 | (lambda documents: documents)).invoke("bees")] == ["900000001"]
    with pytest.raises(QueryError, match="Did you mean 'Review'"):
        retriever.invoke(QUESTION, types=["Revieww"])


def test_llama_index(pubmed):
    pytest.importorskip("llama_index.core", reason="llama-index-core is not installed (extra `llama-index`)")
    from search.integrations.llama_index import PubMedRetriever

    retriever = PubMedRetriever(pubmed, limit=2)
    found = retriever.retrieve(QUESTION)
    assert found[0].node.node_id == "900000001"
    assert (found[0].node.text, found[0].node.metadata, found[0].score) == (TEXT, METADATA, pytest.approx(1.0))
    again = asyncio.run(retriever.aretrieve(QUESTION))
    assert [each.node.node_id for each in again] == [each.node.node_id for each in found]
    filtered = PubMedRetriever(pubmed, years=(2020, None)).retrieve(QUESTION)
    assert [each.node.node_id for each in filtered] == ["900000002", "900000003"]


def test_haystack(pubmed):
    pytest.importorskip("haystack", reason="haystack-ai is not installed (extra `haystack`)")
    from haystack import Pipeline

    from search.integrations.haystack import PubMedRetriever

    pipeline = Pipeline()
    pipeline.add_component("pubmed", PubMedRetriever(pubmed, top_k=2))
    found = pipeline.run({"pubmed": {"query": QUESTION}})["pubmed"]["documents"]
    assert found[0].id == "900000001"
    assert (found[0].content, found[0].meta, found[0].score) == (TEXT, METADATA, pytest.approx(1.0))
    later = pipeline.run({"pubmed": {"query": QUESTION, "filters": {"years": (2020, None)}, "top_k": 1}})
    assert [each.id for each in later["pubmed"]["documents"]] == ["900000002"]
    alone = PubMedRetriever(pubmed, years=(2019, 2019))
    assert [each.id for each in asyncio.run(alone.run_async("bees"))["documents"]] == ["900000001"]


def test_dspy(pubmed, tmp_path, monkeypatch):
    monkeypatch.setenv("DSPY_CACHEDIR", str(tmp_path))
    dspy = pytest.importorskip("dspy", reason="dspy is not installed (extra `dspy`)")
    from search.integrations.dspy import PubMedRM

    model = PubMedRM(pubmed, k=2)
    best = model(QUESTION)[0]
    assert {name: best[name] for name in METADATA} == METADATA
    with dspy.context(rm=model):
        assert dspy.Retrieve(k=1)(QUESTION).passages == [TEXT]
    assert [each.pmid for each in model(QUESTION, k=5, years=(2020, None))] == [900000002, 900000003]
    assert [each.pmid for each in PubMedRM(pubmed, years=(2019, 2019))("bees")] == [900000001]
