"""What the search benchmarks share: a library, questions, selections of its articles, and stock txtai for comparison.

Stock txtai is `Embeddings(content=True, hybrid=True)` with its own SQL filter over the same texts. Encoding 20,000 of
them takes half an hour, so it gets the library's own vectors through its `external` method; a question is encoded by
the same model as ours, in txtai's own time. Only the time of searching is compared. The finished index is kept in a
folder and used again.
"""

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.engine.search_index import SearchIndex
from index.library.builds import current_build
from index.library.layout import Library
from index.store.article_store import ArticleStore

SEED = 20_261_125
SHARES = {"10 %": 0.1, "1 %": 0.01, "0.1 %": 0.001, "one article": 0.0}
"""How much of the library a selection keeps, one article at least."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds a call, and how many rows each returned."""

    ms: list[float]
    rows: list[int]

    def to_json(self) -> dict[str, object]:
        """Return median, 95th percentile and mean rows."""
        p95 = statistics.quantiles(self.ms, n=20)[-1]
        return {
            "median_ms": round(statistics.median(self.ms), 1),
            "p95_ms": round(p95, 1),
            "rows": round(statistics.fmean(self.rows), 2),
        }


class MeasuredLibrary:
    """A library to measure.

    Attributes:
        library: Its folder.
        index: The build in service.
        cache: Where the stock index is kept.
    """

    def __init__(self, library: Library, cache: Path) -> None:
        self.library = library
        self.cache = cache
        self.index = SearchIndex.open(current_build(library))

    @classmethod
    def from_arguments(cls, question: str) -> "MeasuredLibrary":
        """Read `--library` (else PUBMED_LIBRARY, else data/library) and `--cache`."""
        parser = argparse.ArgumentParser(description=question)
        parser.add_argument("--library", help="the library (PUBMED_LIBRARY, else data/library)")
        parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "pubmed-benchmarks")
        options = parser.parse_args()
        return cls(Library.locate(options.library), options.cache)

    @cached_property
    def vectors(self) -> np.ndarray:
        """The stored vectors in the order of the index, float32 (articles, d)."""
        return self.index.vectors(self.index.pmids.tolist())

    def questions(self, count: int) -> list[str]:
        """Draw subjects: the first three author keywords, in plain words, of articles that have as many."""
        with ArticleStore.open(self.library.store) as store:
            drawn = random.Random(SEED).sample(self.index.pmids.tolist(), min(8 * count, self.index.count()))  # noqa: S311
            keywords_by_article = [
                [keyword.text for keyword in article.keywords] for article in store.articles(drawn).values()
            ]
        plain_keywords = [
            [text for text in keywords if text.replace(" ", "").replace("-", "").isalnum()]
            for keywords in keywords_by_article
        ]
        return [" ".join(keywords[:3]) for keywords in plain_keywords if len(keywords) >= 3][:count]  # noqa: PLR2004

    @cached_property
    def selections(self) -> dict[str, list[int]]:
        """PMIDs by name: for each share a random selection, and a topical one, the nearest to some article."""
        generator = np.random.default_rng(SEED)
        centre = self.vectors[generator.integers(len(self.vectors))]
        nearest = np.argsort(-(self.vectors @ centre), kind="stable")
        selections = {}
        for name, share in SHARES.items():
            size = max(1, round(share * len(self.vectors)))
            selections[f"random {name}"] = generator.choice(self.index.pmids, size, replace=False).tolist()
            selections[f"topical {name}"] = self.index.pmids[nearest[:size]].tolist()
        return selections

    def stock(self) -> Any:  # noqa: ANN401 - txtai is untyped
        """Open the stock index, building it where it is missing."""
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"  # or txtai does not call `stock_vectors`
        from txtai import Embeddings

        encode_stock_with(self.index.encode)
        folder = self.cache / f"stock-{self.index.manifest.build}"
        if not folder.exists():
            self._build_stock(folder)
        embeddings = Embeddings()
        embeddings.load(str(folder))
        return embeddings

    def _build_stock(self, folder: Path) -> None:
        from txtai import Embeddings

        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        embeddings = Embeddings(
            method="external", transform="benchmarks._library.stock_vectors", content=True, hybrid=True
        )
        embeddings.index(self._documents())
        embeddings.save(str(part))
        embeddings.close()
        part.rename(folder)

    def _documents(self) -> Any:  # noqa: ANN401 - txtai is untyped
        selected_pmids = {column(name): set(pmids) for name, pmids in self.selections.items()}
        with ArticleStore.open(self.library.store) as store:
            for start in range(0, len(self.index.pmids), _BATCH):
                pmids = self.index.pmids[start : start + _BATCH].tolist()
                articles = store.articles(pmids)
                for row, passage in enumerate(store.passages(pmids), start):
                    _stored[passage.text] = self.vectors[row]
                    membership = {name: int(passage.pmid in members) for name, members in selected_pmids.items()}
                    yield passage.pmid, {"text": passage.text, "year": articles[passage.pmid].year, **membership}, None


_stored: dict[str, np.ndarray] = {}
_encoding: list[Callable[[str], np.ndarray]] = []


def encode_stock_with(encode: Callable[[str], np.ndarray]) -> None:
    """Say what encodes the questions to stock txtai in this process."""
    _encoding.append(encode)


def stock_vectors(texts: Sequence[str]) -> np.ndarray:
    """Return the vectors of texts for txtai: those of the library for its articles, encoded for anything else."""
    return np.stack([_stored[text] if text in _stored else _encoding[-1](text) for text in texts])


def column(selection: str) -> str:
    """Return the name under which the stock index knows a selection."""
    return "s_" + "".join(letter if letter.isalnum() else "_" for letter in selection)


def timed(calls: Sequence[Callable[[], Sequence[object]]]) -> Timed:
    """Call each once, after the first three unmeasured, and count what comes back."""
    for call in calls[:3]:
        call()
    ms, rows = [], []
    for call in calls:
        start = time.perf_counter()
        results = call()
        ms.append(1000 * (time.perf_counter() - start))
        rows.append(len(results))
    return Timed(ms, rows)


def load_average() -> float:
    """Return how busy the machine was in the last minute, in running programs."""
    return round(os.getloadavg()[0], 1)
