"""How long do the slowest queries take that were made to be slow?

Some 120 kinds of hostile queries (`tests.support.records.hostile_queries`), each of up to 100 kB and each searched once
by itself: brackets inside words, thousands of operators, truncations, runs of one sign. The answer names the slowest 50
with their CPU seconds, of all threads of the process, and whether they were answered or refused; a search is stopped
after 8. Goal: 2 CPU seconds.
"""

import signal
import time
from typing import Never

from benchmarks._library import MeasuredLibrary, load_average
from benchmarks._measure import report
from index.core.errors import QueryError
from search import Searcher
from tests.support.records.hostile_queries import hostile_queries

QUESTION = "How many CPU seconds do the slowest hostile queries take?"
SLOWEST = 50
GOAL_S = 2.0
STOPPED_S = 8.0


class Stopped(BaseException):
    """Raised inside a search that takes too long; no handler of ordinary errors catches it."""


def stop(*_: object) -> Never:
    """End the search that runs."""
    raise Stopped


def measured(pubmed: Searcher, text: str) -> tuple[float, str]:
    """Return the CPU seconds of one search, and what became of it."""
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, STOPPED_S)
    try:
        outcome = f"{pubmed.search(text).total:,} articles"
    except Stopped:
        outcome = "stopped"
    except QueryError as error:
        outcome = f"refused: {str(error).splitlines()[0][:60]}"
    except Exception as error:  # noqa: BLE001 - what must not happen is part of the answer
        outcome = f"failed: {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return round(time.process_time() - started, 2), outcome


def main() -> None:
    """Search every query and print the line."""
    library = MeasuredLibrary.from_arguments(QUESTION)
    signal.signal(signal.SIGPROF, stop)
    with Searcher.open(library.library.path) as pubmed:
        pubmed.search('warm* AND "up"[ti]')
        queries = {name: measured(pubmed, text) for name, text in hostile_queries().items()}
    slowest = sorted(queries.items(), key=lambda item: -item[1][0])[:SLOWEST]
    seconds = [cpu_s for cpu_s, _ in queries.values()]
    report(
        QUESTION,
        {
            "articles": library.index.count(),
            "queries": len(queries),
            "above_goal": sum(cpu_s > GOAL_S for cpu_s in seconds),
            "failed": sum(outcome.startswith("failed") for _, outcome in queries.values()),
            "refused": sum(outcome.startswith("refused") for _, outcome in queries.values()),
            "all_cpu_s": round(sum(seconds), 1),
            "slowest": [{"query": name, "cpu_s": cpu_s, "outcome": outcome} for name, (cpu_s, outcome) in slowest],
            "load_average": load_average(),
        },
        packages=["tantivy", "lark", "faiss-cpu"],
    )


if __name__ == "__main__":
    main()
