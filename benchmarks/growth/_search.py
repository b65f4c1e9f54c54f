"""What a finished library of the growth benchmark costs to open and to search, as a process of its own."""

import argparse
import json
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks._library import MeasuredLibrary, Timed, timed
from benchmarks.latency import near_share
from index.core.files import size_of
from index.library.layout import Library
from index.store.article_store import ArticleStore
from search import Searcher
from search.filters.filters import Filters

QUESTIONS = 60
ROWS = 10
SHARES = {"1 %": 0.01, "0.1 %": 0.001}
EXPORTED = 1000
BOOLEAN = "cancer[ti] AND patients"
SAME = 1e-5
"""Cosines that differ by less are equal: the sums are added in another order."""
SEED = 20_261_127


def measure(library: Library) -> dict[str, object]:
    """Open a library and search it; times in ms, memory in MB, disk in bytes an article."""
    start = time.perf_counter()
    pubmed = Searcher.open(library.path)
    opening_s = time.perf_counter() - start
    measured = MeasuredLibrary(library, library.path)
    questions = measured.questions(QUESTIONS)
    articles = measured.index.count()
    results = {name: search.to_json() for name, search in _searches(pubmed, measured, questions).items()}
    build = measured.index.manifest
    with ArticleStore.open(library.store) as store:
        stored = store.count()  # another step may have begun
    disk = {
        "store": library.store.stat().st_size * articles // stored,
        "vectors": size_of(library.vectors),
        "index": build.size_bytes,
    }
    return {
        "articles": articles,
        "opening_s": round(opening_s, 2),
        "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cells": build.cells,
        "recall_at_10": {"all": build.recall, **_recall(pubmed, measured, questions)},
        "searches": results,
        "bytes": {name: size // articles for name, size in disk.items()},
    }


def _searches(pubmed: Searcher, measured: MeasuredLibrary, questions: Sequence[str]) -> dict[str, Timed]:
    [commonest] = pubmed.facets("", fields=["year"], size=1)
    year = int(commonest.counts[0].label)
    pmids = np.random.default_rng(SEED).choice(measured.index.pmids, len(questions), replace=False).tolist()

    def each(filters: Filters | None = None) -> Timed:
        whole = filters is not None  # a filter's whole list, however little of it is relevant
        return timed(
            [lambda text=text: pubmed.search(text, limit=ROWS, filters=filters, whole=whole).hits for text in questions]
        )

    return {
        "hybrid": each(),
        "one year": each(Filters.of(years=(year, year))),
        "type Review": each(Filters.of(types=["Review"])),
        **{name: each(near_share(pubmed, share)) for name, share in SHARES.items()},
        "Boolean": timed([lambda: pubmed.search(BOOLEAN, limit=ROWS).hits] * len(questions)),
        "facets": timed([lambda: pubmed.facets("")] * len(questions)),
        "similar": timed([lambda pmid=pmid: pubmed.similar([pmid], limit=ROWS).hits for pmid in pmids]),
        f"export of {EXPORTED}": timed(
            [lambda text=text: list(pubmed.export(text, "ris", limit=EXPORTED)) for text in questions[:10]]
        ),
    }


def _recall(pubmed: Searcher, measured: MeasuredLibrary, questions: Sequence[str]) -> dict[str, float]:
    """Return the share of the exact nearest ten that are found behind filters."""
    index = measured.index
    shares = {}
    for name, share in SHARES.items():
        within = index.select(near_share(pubmed, share).expression())
        pmids = index.pmids_of(within)
        vectors = index.vectors(pmids.tolist())
        found = []
        for vector in map(index.encode, questions):
            exact = vectors @ vector
            tenth_best = np.sort(exact)[-min(ROWS, len(exact))]  # copies of one title have one vector
            near = index.nearest(vector, ROWS, within)
            found.append(np.count_nonzero(near.scores >= tenth_best - SAME) / min(ROWS, len(exact)))
        shares[name] = round(float(np.mean(found)), 4)
    return shares


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    print(json.dumps(measure(Library(parser.parse_args().library))))
