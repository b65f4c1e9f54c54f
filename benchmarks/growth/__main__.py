"""How does cost grow with the number of articles, up to a million?

    python -m benchmarks.growth FOLDER

The real records are the two packaged files; their library, FOLDER/originals, is made first and gives the vectors. One
library grows in FOLDER from step to step: XML is written (`_articles` says how, around real records), read into the
store, given vectors (`_vectors`), published as an index, opened and searched, verified, and updated by 1,000 changed
records. Each stage is a process of its own; what a step cost stands in FOLDER/growth.jsonl, a line a step. A stage
that has ended is not run again: after an interruption the same command goes on. A million articles take two
hours on two cores, 40 GB of disk. At the end the growth of each cost is drawn on a log-log plot with its exponent.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._measure import packaged, timed
from benchmarks.growth._articles import FILES
from benchmarks.growth._stages import PUBLISH, READ, STAGES, VERIFY

STEPS = (20_000, 100_000, 520_000, 1_000_000)
SEARCH = "search"
UPDATE = tuple(f"{stage} --later" for stage in STAGES)
RESULTS, PLOT = "growth.jsonl", "growth.png"


def run_step(folder: Path, articles: int, originals: Path, before: int) -> dict[str, Any]:
    """Grow the library to so many articles and measure it; stages that have ended before are not run again."""
    kept = folder / f"{articles}.json"
    done: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}

    def keep(name: str, cost: object) -> None:
        done[name] = cost
        kept.write_text(json.dumps(done))

    def cost_of(command: list[str]) -> dict[str, float]:
        cost = timed(command)
        return {"s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb}

    module = [sys.executable, "-m"]
    arguments = [str(folder), str(articles), "--library", str(originals)]
    for stage in (*STAGES, SEARCH, *UPDATE, VERIFY):
        if stage in done:
            continue
        if stage == SEARCH:
            searching = [*module, "benchmarks.growth._search", str(folder / "library")]
            keep(SEARCH, json.loads(subprocess.run(searching, check=True, capture_output=True, text=True).stdout))
        else:
            keep(stage, cost_of([*module, "benchmarks.growth._stages", *stage.split(), *arguments]))
    measured: dict[str, Any] = done.pop(SEARCH)
    return measured | {"added": measured["articles"] - before, "stages": done}


def costs(step: Mapping[str, Any]) -> dict[str, float]:
    """Return the costs of a step whose growth is drawn."""
    searches = {f"{name}, median ms": result["median_ms"] for name, result in step["searches"].items()}
    stages = {f"{name}, peak MB": step["stages"][name]["peak_mb"] for name in (READ, PUBLISH, VERIFY)}
    return {
        **searches,
        **stages,
        "read, CPU ms an article": 1000 * step["stages"][READ]["cpu_s"] / step["added"],
        "publish, CPU s": step["stages"][PUBLISH]["cpu_s"],
        "verify, CPU s": step["stages"][VERIFY]["cpu_s"],
        # Encoding 1,000 articles takes what it takes, however many there are, and here it is made up.
        "update of 1,000, CPU s": sum(step["stages"][f"{stage} --later"]["cpu_s"] for stage in (READ, PUBLISH)),
        "opening, s": step["opening_s"],
        "index, bytes an article": step["bytes"]["index"],
    }


def exponents(steps: list[Mapping[str, Any]]) -> dict[str, float]:
    """Fit each cost as N to some power, over all steps."""
    sizes = np.log([step["articles"] for step in steps])
    return {
        name: round(float(np.polyfit(sizes, np.log([costs(step)[name] for step in steps]), 1)[0]), 2)
        for name in costs(steps[0])
    }


def draw(steps: list[Mapping[str, Any]], path: Path) -> None:
    """Draw each cost against the number of articles."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7), layout="constrained")
    axes = figure.subplots()
    for name, exponent in exponents(steps).items():
        sizes = [step["articles"] for step in steps]
        axes.loglog(sizes, [costs(step)[name] for step in steps], marker="o", label=f"{name}: N^{exponent}")
    axes.set_xlabel("Articles")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, dpi=120)


def main() -> None:
    """Run the steps that are missing, draw, and print the exponents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the library grows: 40 GB")
    parser.add_argument("--library", type=Path, help="a library of both packaged files, where there is one already")
    parser.add_argument("--articles", type=int, nargs="+", default=STEPS, help="the steps")
    options = parser.parse_args()
    results = options.folder / RESULTS
    options.folder.mkdir(parents=True, exist_ok=True)
    originals = options.library or options.folder / "originals"
    if not options.library:  # with nothing new it changes nothing
        build = [str(Path(sys.executable).with_name("rebuild-index")), "--library", str(originals)]
        timed([*build, *(str(packaged(name)) for name in FILES)])
    done = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    for step in sorted(options.articles):
        if any(abs(each["articles"] - step) < 0.05 * step for each in done):
            continue
        done.append(run_step(options.folder, step, originals, done[-1]["articles"] if done else 0))
        with results.open("a") as file:
            file.write(json.dumps(done[-1]) + "\n")
    draw(done, options.folder / PLOT)
    print(json.dumps({"question": "How does cost grow?", "exponents": exponents(done), "steps": done}))


if __name__ == "__main__":
    main()
