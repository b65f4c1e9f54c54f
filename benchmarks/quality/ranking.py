"""Which ranking parameters are best on the dev sets?

Each parameter is varied by itself around the program's value, and every query is ranked again by the program's own
code. One JSON line for each value: nDCG@10 on each set, and its gain over the program's value with a 95 % interval. A
value is better where it gains on both sets, or on one without loss on the other, by more than the noise. Run it again
when the default model changes::

    python -m benchmarks.quality.ranking --model path/to/model

Only judgements that were not kept for the last measurement are used: SciFact's training claims and the dev queries of
mesh_indexing_1979, which are translated into MeSH.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import index.lexical.bm25_query
import search.retrieval.candidates
import search.retrieval.fusion
import search.retrieval.relevance_feedback
from benchmarks._measure import report
from index.core.progress import Progress
from index.engine.search_index import SearchIndex
from index.lexical.mesh import Mesh
from index.lexical.mesh_loader import load_mesh
from index.library.builds import current_build
from search.cli.evaluate import OUTPUT
from search.evaluation.collection import Collection, JudgedQuery
from search.evaluation.evaluator import Figure, interval, measure
from search.query.mapping.short_forms import find_abbreviations
from search.query.query import Query
from search.query.query_reader import read_query
from search.retrieval.candidates import candidates

DEV_SETS = (("scifact", "train"), ("mesh_indexing_1979", "dev"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of the program, and the values to try besides its own."""

    module: ModuleType
    name: str
    values: tuple[float, ...]


PARAMETERS = (
    Parameter(search.retrieval.fusion, "MEANING", (0.35, 0.4, 0.45, 0.55, 0.6, 0.65)),
    Parameter(search.retrieval.candidates, "CANDIDATES", (200, 500)),
    Parameter(search.retrieval.candidates, "FIRST_MEANING", (0.5, 0.7)),
    Parameter(search.retrieval.candidates, "BEST_SENTENCE", (0.0, 0.25, 1.0)),
    Parameter(search.retrieval.candidates, "TITLE", (0.0, 0.1, 0.5)),
    Parameter(search.retrieval.relevance_feedback, "BEST", (0, 1, 3, 5)),
    Parameter(search.retrieval.relevance_feedback, "SHARE", (0.25, 0.75, 1.0)),
    Parameter(index.lexical.bm25_query, "OTHER_NAME", (0.0, 0.4, 0.5, 0.7, 0.85)),
)


@dataclass(frozen=True)
class DevSet:
    """The queries of one collection, read and encoded once.

    Attributes:
        collection: The collection.
        queries: Its judged queries.
        index: Its index.
        read: The queries as read, translated into MeSH.
        vectors: Their vectors, in the same order.
    """

    collection: Collection
    queries: tuple[JudgedQuery, ...]
    index: SearchIndex
    read: tuple[Query, ...] = ()
    vectors: list[NDArray[np.float32]] = field(default_factory=list)

    @classmethod
    def prepare(cls, folder: Path, split: str, *, options: argparse.Namespace) -> "DevSet":
        """Make the collection's library if it is missing, and read and encode the queries."""
        collection, progress = Collection.open(folder), Progress()
        library = collection.library(options.cache, model=options.model, progress=progress)
        load_mesh(options.mesh, library.mesh, progress=progress)
        search_index, queries = SearchIndex.open(current_build(library)), collection.queries(split)
        with closing(Mesh.open(library.mesh)) as mesh:
            known = partial(find_abbreviations, index=search_index, mesh=mesh)
            stems = search_index.stems
            read = tuple(read_query(query.text, None, stems, mesh=mesh, abbreviations=known) for query in queries)
        with progress.bar("queries", len(read), "query") as bar:
            vectors = list(search_index.encoder.encode([query.plain for query in read], done=bar.update))
        return cls(collection, queries, search_index, read, vectors)

    def ndcg_10(self) -> NDArray[np.float64]:
        """Rank every query and return its nDCG@10, shape (queries,)."""
        ranked = [
            [self.collection.ids[candidate.pmid - 1] for candidate in candidates(query, vector, self.index).fused[:10]]
            for query, vector in zip(self.read, self.vectors, strict=True)
        ]
        return np.array(measure(self.queries, ranked)["ndcg_10"])


def compare(sets: Sequence[DevSet]) -> Iterator[dict[str, object]]:
    """Yield one answer for the program as it is, then one for each other value of each parameter."""
    before = [dev_set.ndcg_10() for dev_set in sets]
    yield {"parameter": None} | {
        dev_set.collection.name: _rounded(interval(values.tolist()))
        for dev_set, values in zip(sets, before, strict=True)
    }
    for parameter in PARAMETERS:
        for value in parameter.values:
            with patch.object(parameter.module, parameter.name, value):
                after = [dev_set.ndcg_10() for dev_set in sets]
            answer: dict[str, object] = {"parameter": parameter.name, "value": value}
            answer["instead_of"] = getattr(parameter.module, parameter.name)
            for dev_set, old, new in zip(sets, before, after, strict=True):
                answer[dev_set.collection.name] = round(float(new.mean()), 4)
                answer[f"{dev_set.collection.name}_gain"] = _rounded(interval((new - old).tolist()))
            yield answer


def _rounded(figure: Figure) -> list[float]:
    return [round(number, 4) for number in (figure.mean, figure.low, figure.high)]


def options() -> argparse.Namespace:
    """Read the arguments of a benchmark on judged collections."""
    data = Path(os.environ.get("PUBMED_TEST_DATA", "../shared/data"))
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", help="embedding model, a name or folder (default: the packaged one)")
    parser.add_argument("--cache", type=Path, default=OUTPUT / ".cache", help="vectors kept for the next time")
    parser.add_argument("--collections", type=Path, default=data / "collections", help="the folder of the dev sets")
    parser.add_argument("--mesh", type=Path, default=data / "mesh/mesh_descriptors.tsv.gz", help="the MeSH vocabulary")
    return parser.parse_args()


def main() -> None:
    """Print each answer when it is ready."""
    settings = options()
    folders = [(settings.collections / name, split) for name, split in DEV_SETS]
    if missing := [str(path) for path in (*(folder for folder, _ in folders), settings.mesh) if not path.exists()]:
        print(f"skipped: missing {', '.join(missing)}", file=sys.stderr)
        return
    sets = [DevSet.prepare(folder, split, options=settings) for folder, split in folders]
    for answer in compare(sets):
        model = sets[0].index.manifest.model
        report(
            "Which ranking parameters are best on the dev sets?",
            {"model": model, **answer},
            packages=["tantivy", "faiss-cpu"],
        )


if __name__ == "__main__":
    main()
