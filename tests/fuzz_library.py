"""Fuzz the library folder: random damages to all of its files, each in a copy of a small library; `make fuzz`.

What must hold is in `tests.support.oracles.library_damages`. The damages are made in processes of their own, so that a
crash of Faiss or tantivy is found as well; each is named by its seed, by which it can be made again.

Usage: python -m tests.fuzz_library [DAMAGES [FIRST_SEED]]
"""

import multiprocessing
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from index.library.layout import Library
from tests.support.oracles.library_damages import answers, hold, make_library

DAMAGES = 1000
_A_PROCESS = 25


def main(damages: int, first: int) -> int:
    """Make damages until there were enough; return how many broke something."""
    context = multiprocessing.get_context("fork")
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        library = make_library(Path(scratch))
        expected = answers(library)
        seeds = list(range(first, first + damages))
        while seeds:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_damage, args=(library, expected, seeds[:_A_PROCESS], scratch, sender))
            process.start()
            sender.close()
            done = _collect(receiver, outcomes)
            process.join()
            if process.exitcode:
                print(f"seed {seeds[done]}: the process ended with {process.exitcode}")
                outcomes["crash"] += 1
                done += 1
            seeds = seeds[max(done, 1) :]
    print(dict(outcomes))
    return outcomes["crash"] + outcomes["broken"]


def _damage(library: Library, expected: list[object], seeds: list[int], scratch: str, sender) -> None:
    for seed in seeds:
        try:
            outcome = hold(library, expected, seed, Path(scratch) / "damaged")
        except BaseException:  # noqa: BLE001 - a panic of Rust, too
            outcome = "broken"
            print(f"seed {seed}:\n{traceback.format_exc()}")
        sender.send(outcome.rpartition(": ")[2])


def _collect(receiver, outcomes: Counter[str]) -> int:
    done = 0
    try:
        while True:
            outcomes[receiver.recv()] += 1
            done += 1
    except EOFError:
        return done


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(1 if main(*(numbers + [DAMAGES, 0][len(numbers) :])) else 0)
