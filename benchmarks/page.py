"""How long does a person wait for the page: for the first screen, and from the Enter key to the results?

In headless Chromium, on the library that `PUBMED_LIBRARY` names (the whole sample: `make index`). The first screen is
timed twice: from the start of the server's process, and once the server is warm, as everything else is. The page's own
share is what is left of the wait without the time that the searcher says it took.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks._measure import report
from index.library.layout import Library
from search import Searcher
from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served, free_port, served

QUESTIONS = (
    "risk factors for severe COVID-19",
    "does exercise lower mortality in heart patients?",
    "machine learning for medical images",
    "gut microbiome and obesity",
    "sleep duration and memory in adolescents",
    "vaccine hesitancy among health workers",
    "biomarkers of early Alzheimer disease",
    "air pollution and asthma in children",
    "cancer[ti] AND immunotherapy",
    "surgery for spinal stenosis in the elderly",
    "drug delivery by nanoparticles",
    "depression during the pandemic",
    "antibiotic resistance in hospitals",
    "quality of life after stroke",
    "perovskite solar cells",
    "maternal diet and birth weight",
    "review[pt] AND diabetes",
    "telemedicine in rural areas",
    "CRISPR gene editing in plants",
    "kidney transplantation outcomes",
)
# From the key to the frame that shows the first result of this question.
WAIT = """
(question) => new Promise((resolve) => {
  const started = performance.now();
  const look = () => {
    const box = document.querySelector('.st-key-q input');
    const last = [...document.querySelectorAll('.takeaway a[download]')].at(-1)?.href ?? '';
    const asked = new URL(last || location.href).searchParams.get('q');
    if (box?.value === question && asked === question && document.querySelector('article.hit')) {
      resolve(performance.now() - started);
    } else {
      requestAnimationFrame(look);
    }
  };
  look();
})
"""
# Nobody presses Enter before the filters of the question before are counted.
IDLE = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"


def searcher_ms(tally: str) -> float:
    """Read the time that the searcher took from the line above the list."""
    return float(tally.rpartition("·")[2].removesuffix("ms").replace(",", "").strip())


def main() -> None:
    """Ask every question once and print the line."""
    library = Library.locate()
    with Searcher.open(library.path) as searcher:
        articles = searcher.count
    port = free_port()
    program = ["pubmed-ui", "--library", str(library.path), "--port", str(port), "--no-browser"]
    first_screen_ms: list[float] = []
    wait_ms, page_ms = [], []
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser, _timed_start(program, scratch, port) as start:
        server, started = start
        for _ in range(6):
            with visit(browser, server.address) as page:
                page.locator("footer.facts").wait_for(timeout=120_000)
                since_start_ms = 1000 * (time.perf_counter() - started)
                first_screen_ms.append(page.evaluate("performance.now()") if first_screen_ms else since_start_ms)
                page.wait_for_function(IDLE)
        with visit(browser, server.address) as page:
            box = page.locator(".st-key-q input")
            for question in ("warm up", *QUESTIONS):
                page.wait_for_function(IDLE)
                box.fill(question)
                page.keyboard.press("Enter")
                wait_ms.append(page.evaluate(WAIT, question))
                page_ms.append(wait_ms[-1] - searcher_ms(page.locator(".tally").inner_text()))
    report(
        "How long does a person wait for the page?",
        {
            "articles": articles,
            "questions": len(QUESTIONS),
            "process_start_to_first_screen_ms": round(first_screen_ms[0]),
            "first_screen_ms": _median(first_screen_ms[1:]),
            "enter_to_results_ms": _median(wait_ms[1:]),
            "enter_to_results_p95_ms": round(statistics.quantiles(wait_ms[1:], n=20)[-1]),
            "page_itself_ms": _median(page_ms[1:]),
        },
        packages=["streamlit", "playwright"],
    )


@contextmanager
def _timed_start(program: Sequence[str], folder: str, port: int) -> Iterator[tuple[Served, float]]:
    """Start the server; yield it, and the time before its process was started."""
    started = time.perf_counter()
    with served(program, Path(folder), port) as server:
        yield server, started


def _median(values: list[float]) -> int:
    return round(statistics.median(values))


if __name__ == "__main__":
    main()
