"""Fuzz the reading of source files: damaged files of our own records between good ones; part of `make fuzz`.

No damage may raise, lose a good file beside it, or take more memory than promised. The same seed makes the same files;
the first file that breaks a promise is left in the folder.

Usage: python -m tests.fuzz_sources FOLDER [FILES] [SEED]
"""

import json
import os
import random
import shutil
import sys
import threading
from collections import Counter
from pathlib import Path

from index.core.control_characters import safe
from index.ingest import xml_text
from index.library.layout import Library
from index.store.store_check import verify_store
from tests.support.builds.store_helpers import apply, titles
from tests.support.records.mutated_files import mutated, seeds
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

FILES = 1000
BATCH = 20
PIECE_BYTES = (2000, 1 << 20)  # small ones so that worker processes take part
MEMORY_MB = 600
SLOWEST_S = 20
GOOD = FIRST_PMID + 50_000_000


def main(folder: Path, files: int = FILES, seed: int = 1) -> None:
    """Apply so many damaged files and print what became of them as one JSON line."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    seed_files, states = seeds(), Counter[str]()
    slowest_s = 0.0
    with Memory() as memory:
        for start in range(0, files, BATCH):
            place = folder / f"batch-{seed}-{start}"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            xml_text.BATCH_BYTES = chance.choice(PIECE_BYTES)
            contents = [mutated(chance, seed_files) for _ in range(min(BATCH, files - start))]
            results = hold(place, contents)
            states.update(result.state for result in results)
            slowest_s = max(slowest_s, *(result.seconds for result in results))
            shutil.rmtree(place)
    assert memory.peak_mb < MEMORY_MB, f"{memory.peak_mb} MB for all processes"
    assert slowest_s < SLOWEST_S
    print(json.dumps({"files": files, **states, "peak_mb": memory.peak_mb, "slowest_s": round(slowest_s, 2)}))


def hold(place: Path, contents: list[bytes]):
    """Apply damaged files, each between good ones, and assert what must be true; return their results."""
    paths = []
    for number, content in enumerate(contents):
        good = place / f"pubmed25n{2 * number:04}.xml.gz"
        paths.append(write_articles(good, [article_xml(GOOD + number, title=f"Good {number}")]))
        paths.append(place / f"pubmed25n{2 * number + 1:04}.xml.gz")
        paths[-1].write_bytes(content)
    library = Library(place / "library")
    stats = apply(library, *paths)
    assert [result.state for result in stats.files[::2]] == ["applied"] * len(contents)
    found = titles(library)
    assert [found.get(GOOD + n) for n in range(len(contents))] == [f"Good {n}" for n in range(len(contents))]
    assert verify_store(library.store) == ()
    for result in stats.files[1::2]:
        assert result.state in ("applied", "refused"), result.reason  # "failed" would be an error that nobody foresaw
        assert (result.state == "applied") == (not result.reason)
        assert safe(result.reason) == result.reason
    return stats.files[1::2]


class Memory:
    """Measures the most memory that this process and its children have together, in MB of proportional size."""

    peak_mb = 0

    def __enter__(self):
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._measure)
        self._thread.start()
        return self

    def __exit__(self, *error: object):
        self._stopped.set()
        self._thread.join()

    def _measure(self) -> None:
        while not self._stopped.wait(0.05):
            self.peak_mb = max(self.peak_mb, sum(map(_proportional_kb, _tree(os.getpid()))) // 1024)


def _tree(pid: int) -> list[int]:
    try:
        text = " ".join(task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:
        return [pid]
    return [pid, *(found for child in text.split() for found in _tree(int(child)))]


def _proportional_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
