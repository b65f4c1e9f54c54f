"""What the benchmarks of searching share: a library, questions put to it, selections of it, and stock txtai beside it.

Stock txtai is `Embeddings(content=True, hybrid=True)` with its own SQL filter over the same texts. Encoding 20,000 of
them takes half an hour, so that it is given the library's own vectors through its `external` method; a question is
encoded by the same model as ours, in its own time. Only the time of searching is compared. The finished index is kept
in a folder and used again.
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
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds a call, and how many rows each returned."""

    ms: list[float]
    rows: list[int]

    def told(self) -> dict[str, object]:
        """Return median, 95th percentile and mean rows."""
        p95 = statistics.quantiles(self.ms, n=20)[-1]
        return {
            "median_ms": round(statistics.median(self.ms), 1),
            "p95_ms": round(p95, 1),
            "rows": round(statistics.fmean(self.rows), 2),
        }


class Measured:
    """A library to be measured.

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
    def from_arguments(cls, question: str) -> "Measured":
        """Read `--library` (else PUBMED_LIBRARY, else data/library) and `--cache`."""
        parser = argparse.ArgumentParser(description=question)
        parser.add_argument("--library", help="the library (PUBMED_LIBRARY, else data/library)")
        parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "pubmed-benchmarks")
        told = parser.parse_args()
        return cls(Library.locate(told.library), told.cache)

    @cached_property
    def vectors(self) -> np.ndarray:
        """The stored vectors in the order of the index, float32 (articles, d)."""
        return self.index.vectors(self.index.pmids.tolist())

    def questions(self, count: int) -> list[str]:
        """Draw subjects: the first three author keywords, in plain words, of articles that have as many."""
        with ArticleStore.open(self.library.store) as store:
            drawn = random.Random(SEED).sample(self.index.pmids.tolist(), min(8 * count, self.index.count()))  # noqa: S311
            listed = [[keyword.text for keyword in one.keywords] for one in store.articles(drawn).values()]
        words = [[text for text in each if text.replace(" ", "").replace("-", "").isalnum()] for each in listed]
        return [" ".join(each[:3]) for each in words if len(each) >= 3][:count]  # noqa: PLR2004

    @cached_property
    def selections(self) -> dict[str, list[int]]:
        """PMIDs by name: for each share a random selection, and a topical one, the nearest to some article."""
        draw = np.random.default_rng(SEED)
        centre = self.vectors[draw.integers(len(self.vectors))]
        nearest = np.argsort(-(self.vectors @ centre), kind="stable")
        chosen = {}
        for name, share in SHARES.items():
            size = max(1, round(share * len(self.vectors)))
            chosen[f"random {name}"] = draw.choice(self.index.pmids, size, replace=False).tolist()
            chosen[f"topical {name}"] = self.index.pmids[nearest[:size]].tolist()
        return chosen

    def stock(self) -> Any:  # noqa: ANN401 - txtai is untyped
        """Open the stock index, building it where it is missing."""
        os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"  # or txtai does not call `stock_vectors`
        from txtai import Embeddings

        _encoding.append(self.index.encode)
        kept = self.cache / f"stock-{self.index.manifest.build}"
        if not kept.exists():
            self._build_stock(kept)
        embeddings = Embeddings()
        embeddings.load(str(kept))
        return embeddings

    def _build_stock(self, kept: Path) -> None:
        from txtai import Embeddings

        part = kept.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        embeddings = Embeddings(
            method="external", transform="benchmarks._library.stock_vectors", content=True, hybrid=True
        )
        embeddings.index(self._documents())
        embeddings.save(str(part))
        embeddings.close()
        part.rename(kept)

    def _documents(self) -> Any:  # noqa: ANN401 - txtai is untyped
        members = {column(name): set(pmids) for name, pmids in self.selections.items()}
        with ArticleStore.open(self.library.store) as store:
            for start in range(0, len(self.index.pmids), _AT_ONCE):
                pmids = self.index.pmids[start : start + _AT_ONCE].tolist()
                articles = store.articles(pmids)
                for place, passage in enumerate(store.passages(pmids), start):
                    _stored[passage.text] = self.vectors[place]
                    held = {name: int(passage.pmid in chosen) for name, chosen in members.items()}
                    yield passage.pmid, {"text": passage.text, "year": articles[passage.pmid].year, **held}, None


_stored: dict[str, np.ndarray] = {}
_encoding: list[Callable[[str], np.ndarray]] = []


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
        found = call()
        ms.append(1000 * (time.perf_counter() - start))
        rows.append(len(found))
    return Timed(ms, rows)


def load_average() -> float:
    """Return how busy the machine was in the last minute, in running programs."""
    return round(os.getloadavg()[0], 1)
