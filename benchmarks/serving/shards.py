"""Do the shards of a split library answer as the whole one does, and what does it cost to ask them?

The same 200 requests go to the whole library, to its shards in one process, and to its shards on Ray, one after the
other; every answer is compared but for the name of the build. The whole library and its shards hold the same articles,
and the same vectors: copy `vectors/` of the whole one into each shard before it is built::

    python -m benchmarks.serving.shards --library data/whole --shards data/shard-1 data/shard-2
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks._library import load_average
from benchmarks._measure import report
from benchmarks.serving.replicas import asked, requests_of
from benchmarks.serving.service_load import Request, free_port, server
from index.library.layout import Library

QUESTION = "Do shards answer as the whole library does, and what does it cost to ask them?"
_SERVE = "import sys; from search.service.cli import main; sys.exit(main())"
_OF_A_BUILD = {"build", "next_cursor"}

Answer = tuple[int, object]


def answers(wanted: Sequence[Request], *options: str) -> tuple[list[Answer], dict[str, float]]:
    """Return what a service answers, started with some options, and how many milliseconds it took."""
    port = free_port()
    command = [sys.executable, "-c", _SERVE, "--port", str(port), *options]
    with server(command, port, ready="/readyz", environment={}):
        url, found, times = f"http://127.0.0.1:{port}", [], []
        for request in wanted[:20]:  # what the first requests load
            asked(url, request)
        for request in wanted:
            started = time.perf_counter()
            found.append(_without_build(asked(url, request)))
            times.append(1000 * (time.perf_counter() - started))
    return found, {"median_ms": round(float(np.median(times)), 1), "p95_ms": round(float(np.percentile(times, 95)), 1)}


def _without_build(answer: Answer) -> Answer:
    status, content = answer
    if isinstance(content, dict):
        content = {name: value for name, value in content.items() if name not in _OF_A_BUILD}
    return status, content


def main() -> None:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--library", required=True, help="the whole library")
    parser.add_argument("--shards", required=True, nargs="+", help="its shards")
    parser.add_argument("--cache", type=Path, default=Path("/tmp/pubmed-benchmarks"))  # noqa: S108 - as the others
    options = parser.parse_args()
    wanted = requests_of(Library.locate(options.library), options.cache)
    right, whole = answers(wanted, "--library", options.library)
    shown: dict[str, object] = {"requests": len(wanted), "shards": len(options.shards), "whole": whole}
    for name, on in (("in one process", ()), ("on Ray", ("--on", "ray", "--replicas", "1"))):
        found, cost = answers(wanted, "--shards", *options.shards, *on)
        different = sum(one != other for one, other in zip(right, found, strict=True))
        shown[name] = {"different": different, **cost}
    report(QUESTION, {**shown, "load_average": load_average()}, packages=["ray", "tantivy", "faiss-cpu"])


if __name__ == "__main__":
    main()
