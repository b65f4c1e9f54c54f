"""Does an index of five million vectors open and search where a process may have 4 GB of memory?

    python -m benchmarks.growth._mapped_vectors FOLDER

Vectors of a library, each turned another way as in `_vectors`, are written as an index writes them. Another process,
held to so much address space (as by `ulimit -v`), maps the file and searches it: by the cells that a search of all
cells shows to be enough, behind no filter, one of 1 % and one of .1 %. One JSON line.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._measure import report
from benchmarks.growth._vectors import turned
from index.core.progress import Progress
from index.engine.vector_index import VECTORS, VectorIndex

VECTORS_AT_ONCE = 50_000
QUERIES = 100
NEAREST = 10
SHARES = (0.01, 0.001)
SEED = 20_261_127
FIVE_MILLION, FOUR_GB = 5_000_000, 4.0


def write(folder: Path, library: str | None, vectors: int) -> str:
    """Write an index of so many vectors, and the queries beside it; return Faiss's name for its kind."""
    from index.embedding.encoder import Encoder
    from index.embedding.model_files import resolve_model
    from index.engine.index_writer import learn, most_learnt_from
    from index.engine.search_index import SearchIndex
    from index.library.builds import current_build
    from index.library.layout import Library

    folder.mkdir(parents=True, exist_ok=True)
    located = Library.locate(library)
    index = SearchIndex.open(current_build(located))
    originals = index.vectors(index.pmids.tolist())
    np.save(folder / "queries.npy", turned(originals[:: len(originals) // QUERIES][:QUERIES], SEED))
    parts = _around(originals, most_learnt_from(vectors), first_seed=SEED + 1)
    sample = np.concatenate([part.astype(np.float16) for part in parts])
    progress = Progress()
    encoder = Encoder.load(resolve_model(index.manifest.model))
    learnt = learn(encoder, sample, articles=vectors, progress=progress)
    with progress.bar("vectors", vectors, "vector") as bar:
        for part in _around(originals, vectors, first_seed=0):
            learnt.ann.append(part)
            bar.update(len(part))
    learnt.ann.save(str(folder / VECTORS))
    kind: str = learnt.config["build"]["settings"]["components"]
    return kind


def _around(originals: NDArray[np.float32], count: int, *, first_seed: int) -> Iterator[NDArray[np.float32]]:
    """Yield so many vectors, `VECTORS_AT_ONCE` at a time."""
    for number, start in enumerate(range(0, count, VECTORS_AT_ONCE)):
        places = np.arange(start, min(start + VECTORS_AT_ONCE, count)) % len(originals)
        yield turned(originals[places], first_seed + number)


def search(folder: Path, kind: str, vectors: int) -> dict[str, object]:
    """Open the index and search it; called where memory is bounded."""
    queries = np.load(folder / "queries.npy")
    start = time.perf_counter()
    index = VectorIndex.open(folder / VECTORS, kind=kind, articles=vectors, dimensions=queries.shape[1])
    opening_s = time.perf_counter() - start
    exact = index.nearest_rows(queries, NEAREST, cells=index.cells)
    cells, recall = 16, 0.0
    while recall < 0.98 and cells < index.cells:  # noqa: PLR2004 - as a build is asked for
        cells *= 2
        found = index.nearest_rows(queries, NEAREST, cells=cells)
        recall = float(np.mean([len(np.intersect1d(*pair)) / NEAREST for pair in zip(exact, found, strict=True)]))
    index = VectorIndex.open(
        folder / VECTORS, kind=kind, articles=vectors, dimensions=queries.shape[1], first_cells=cells
    )
    chosen = {share: np.random.default_rng(SEED).random(vectors) < share for share in SHARES}
    return {
        "opening_s": round(opening_s, 2),
        "cells": index.cells,
        "cells_searched": cells,
        "recall_at_10": round(recall, 4),
        "median_ms": {
            "all": _median_ms(index, queries, None),
            **{f"{share:.1%}": _median_ms(index, queries, allowed) for share, allowed in chosen.items()},
        },
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    """Return the most memory that this process had, mapped files included; `getrusage` would count its parent's too."""
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(peak.split()[1]) // 1024


def _median_ms(index: VectorIndex, queries: NDArray[np.float32], allowed: NDArray[np.bool_] | None) -> float:
    took = []
    for query in queries:
        start = time.perf_counter()
        rows, _ = index.search(query, NEAREST, allowed)
        took.append(time.perf_counter() - start)
        assert len(rows) == NEAREST
    return round(1000 * float(np.median(took)), 2)


def main() -> None:
    """Write the index, unless it is there, and search it in a bounded process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="receives the index: 400 bytes a vector")
    parser.add_argument("--library", help="gives the vectors (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument("--vectors", type=int, default=FIVE_MILLION)
    parser.add_argument("--gigabytes", type=float, default=FOUR_GB, help="what the searching process may address")
    parser.add_argument("--kind", help=argparse.SUPPRESS)  # of the bounded process
    options = parser.parse_args()
    if options.kind:
        most = int(options.gigabytes * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        print(json.dumps(search(options.folder, options.kind, options.vectors)))
        return
    known = options.folder / "kind"
    if not known.exists():
        known.write_text(write(options.folder, options.library, options.vectors))
    command = [sys.executable, "-m", "benchmarks.growth._mapped_vectors", str(options.folder)]
    command += ["--kind", known.read_text(), "--vectors", str(options.vectors), "--gigabytes", str(options.gigabytes)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # each thread's buffers count as addressed
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    question = "Does a mapped index of so many vectors open and search in so much memory?"
    answer = {"vectors": options.vectors, "gigabytes": options.gigabytes, **json.loads(found)}
    report(question, answer, packages=["faiss-cpu"])


if __name__ == "__main__":
    main()
