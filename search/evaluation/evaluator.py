"""How well the product ranks, measured on a judged collection.

Each query is read, encoded and ranked by the product's own code; metrics are trec_eval's own.

Source:
    pytrec_eval: Van Gysel, de Rijke (2018), doi:10.1145/3209978.3210065. Percentile bootstrap: Sakai (2006),
    doi:10.1145/1148170.1148261.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from index.lexical.matches import Match
from search.evaluation.collection import Collection, JudgedQuery
from search.query.mapping.short_forms import find_abbreviations
from search.query.query import Query
from search.query.query_reader import read_query
from search.retrieval.candidates import CANDIDATES, candidates
from search.retrieval.ranked import Ranked
from search.retrieval.reranking import rerank

if TYPE_CHECKING:
    from index.embedding.cross_encoder import Reranker
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Mesh
    from index.store.article_store import ArticleStore

METHODS = ("bm25", "dense", "hybrid")
TRANSLATED = "hybrid+mesh"
"""The hybrid with the queries translated into MeSH (`search.query.mapping.term_mapping`)."""

RERANKED = "hybrid+rerank"

METRICS = ("ndcg_10", "mrr_10", "recall_100")
_RESAMPLES = 10_000
_SEED = 20_211_122
_CONFIDENCE = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over queries, 0 to 1, with its 95 % confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one method on one kind of query.

    Attributes:
        method: "bm25", "dense", "hybrid", "hybrid+mesh" or "hybrid+rerank".
        type: The kind of query, or None for all together.
        queries: How many there are.
        ndcg_10: nDCG@10, linear gain.
        mrr_10: MRR@10.
        recall_100: Recall@100.
    """

    method: str
    type: str | None
    queries: int
    ndcg_10: Figure
    mrr_10: Figure
    recall_100: Figure


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One collection measured once.

    Attributes:
        collection: Its name.
        split: Which judgements.
        documents: How many documents were searched.
        model: The embedding model's name.
        fingerprint: Its files and precision.
        precision: "bf16" or "fp32".
        candidates: How many articles each ranking contributed.
        reranker: The cross-encoder's name, or None.
        mesh: Name of the file that the MeSH vocabulary came from, or None.
        rows: Every method over all queries, then by kind.
    """

    collection: str
    split: str
    documents: int
    model: str
    fingerprint: str
    precision: str
    candidates: int
    reranker: str | None
    mesh: str | None
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, object]:
        """Return the JSON object that is stored and printed, figures to four decimals."""
        rows = [_rounded(asdict(row)) for row in self.rows]
        return {name: getattr(self, name) for name in self.__slots__ if name != "rows"} | {"rows": rows}


@dataclass(frozen=True, slots=True)
class Rankings:
    """Ranks queries by every method at once, so that a query is encoded only once.

    Attributes:
        index: The collection's index.
        store: Its documents, read by the reranker.
        reranker: The cross-encoder, or None.
        mesh: The MeSH vocabulary, or None.
    """

    index: "SearchIndex"
    store: "ArticleStore"
    reranker: "Reranker | None" = None
    mesh: "Mesh | None" = None

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that can be measured."""
        return (*METHODS, *([TRANSLATED] if self.mesh else []), *([RERANKED] if self.reranker else []))

    def rank(self, text: str) -> dict[str, list[int]]:
        """Return the document numbers of each method, best first."""
        query = self._read(text, None)
        vector = self.index.encode(query.plain)
        plain = candidates(query, vector, self.index)
        rankings: dict[str, Sequence[Match | Ranked]] = {
            "bm25": plain.matching,
            "dense": plain.nearest,
            "hybrid": plain.fused,
        }
        if self.mesh:
            translated = self._read(text, self.mesh)
            rankings[TRANSLATED] = candidates(translated, vector, self.index).fused
        if self.reranker:
            rankings[RERANKED] = rerank(query.plain, plain.fused, self.reranker, self.store)
        return {method: [article.pmid for article in ranked] for method, ranked in rankings.items()}

    def _read(self, text: str, mesh: "Mesh | None") -> Query:
        known = partial(find_abbreviations, index=self.index, mesh=mesh)
        return read_query(text, None, self.index.stems, mesh=mesh, abbreviations=known)


def evaluate(collection: Collection, split: str, rankings: Rankings, methods: Sequence[str]) -> Evaluation:
    """Measure methods on one split.

    Args:
        collection: The collection.
        split: Which of its judgements.
        rankings: Ranks its queries.
        methods: Which of the rankings' methods.

    Raises:
        LibraryError: There is no such split.
        ValueError: There is no such method.
    """
    unknown = set(methods) - set(rankings.methods)
    if unknown:
        raise ValueError(f"no method {', '.join(sorted(unknown))}; there are {', '.join(rankings.methods)}")
    queries = collection.queries(split)
    ranked = [rankings.rank(query.text) for query in queries]
    measured = {
        method: measure(queries, [[collection.ids[number - 1] for number in pmids[method]] for pmids in ranked])
        for method in methods
    }
    manifest = rankings.index.manifest
    return Evaluation(
        collection=collection.name,
        split=split,
        documents=len(collection.ids),
        model=manifest.model,
        fingerprint=manifest.fingerprint,
        precision=manifest.precision,
        candidates=CANDIDATES,
        reranker=rankings.reranker.name if rankings.reranker else None,
        mesh=rankings.mesh.status().source if rankings.mesh else None,
        rows=tuple(_rows(queries, measured)),
    )


def measure(queries: Sequence[JudgedQuery], ranked: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Return each metric's value for each query, by trec_eval.

    Args:
        queries: The judged queries.
        ranked: For each of them the documents found, best first.
    """
    import pytrec_eval

    judgements = {query.id: query.judged for query in queries}
    # Scores that fall with the rank: trec_eval sorts equal scores in its own order.
    run = {
        query.id: {document: float(-rank) for rank, document in enumerate(documents)}
        for query, documents in zip(queries, ranked, strict=True)
    }
    best_10 = {query: dict(list(documents.items())[:10]) for query, documents in run.items()}
    scores = pytrec_eval.RelevanceEvaluator(judgements, {"ndcg_cut_10", "recall_100"}).evaluate(run)
    reciprocal_ranks = pytrec_eval.RelevanceEvaluator(judgements, {"recip_rank"}).evaluate(best_10)
    return {
        "ndcg_10": [_value(scores, query, "ndcg_cut_10") for query in queries],
        "mrr_10": [_value(reciprocal_ranks, query, "recip_rank") for query in queries],
        "recall_100": [_value(scores, query, "recall_100") for query in queries],
    }


def _value(values: Mapping[str, Mapping[str, float]], query: JudgedQuery, metric: str) -> float:
    # trec_eval leaves out a query without results: it counts as 0, not as absent.
    return float(values.get(query.id, {}).get(metric, 0.0))


def interval(values: Sequence[float]) -> Figure:
    """Return the mean of some queries' values with its 95 % confidence interval, by 10,000 resamples."""
    array = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(_SEED)
    # A hundred at a time: all indices of a large collection at once would be gigabytes. (100, n) -> (100,)
    means = [array[draws.integers(0, len(array), (100, len(array)))].mean(axis=1) for _ in range(_RESAMPLES // 100)]
    low, high = np.percentile(np.concatenate(means), _CONFIDENCE)
    return Figure(float(array.mean()), float(low), float(high))


def _rows(queries: Sequence[JudgedQuery], measured: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[Row]:
    kinds = sorted({query.type for query in queries if query.type})
    for kind in (None, *kinds):
        positions = [position for position, query in enumerate(queries) if kind in (None, query.type)]
        for method, metrics in measured.items():
            figures = (interval([metrics[metric][position] for position in positions]) for metric in METRICS)
            yield Row(method, kind, len(positions), *figures)


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return round(value, 4) if isinstance(value, float) else value
