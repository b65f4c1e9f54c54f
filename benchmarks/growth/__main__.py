"""How does cost grow with the number of articles, up to a million?

    python -m benchmarks.growth FOLDER

The real records are the two packaged files; their library, FOLDER/originals, is made first and gives the vectors. One
library grows in FOLDER from step to step: XML is written (`_articles` says how, around real records), read into the
store, given vectors (`_vectors`), published as an index, opened and searched, updated by 1,000 changed
records, and verified. Each stage is a process of its own; what the stages of a step cost stands in a file of FOLDER.
One that has ended is not run again: after an interruption the same command goes on. A million articles take two
hours on two cores, 40 GB of disk. At the end the growth of each cost is drawn on a log-log plot with its exponent.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._measure import packaged, timed
from benchmarks.growth._articles import FILES
from benchmarks.growth._stages import PUBLISH, READ, STAGES, VERIFY

STEPS = (20_000, 100_000, 520_000, 1_000_000)
SEARCH = "search"
UPDATE = tuple(f"{stage} --later" for stage in STAGES)
PLOT = "growth.png"
MARKERS = "os^vDPX*"  # there are fewer colours than costs


def run_step(folder: Path, articles: int, originals: Path) -> None:
    """Grow the library to so many articles and measure it; stages that have ended before are not run again."""
    kept = folder / f"{articles}.json"
    done: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
    module = [sys.executable, "-m"]
    arguments = [str(folder), str(articles), "--library", str(originals)]
    for stage in (*STAGES, SEARCH, *UPDATE, VERIFY):
        if stage in done:
            continue
        if stage == SEARCH:
            searching = [*module, "benchmarks.growth._search", str(folder / "library")]
            done[stage] = json.loads(subprocess.run(searching, check=True, capture_output=True, text=True).stdout)
        else:
            cost = timed([*module, "benchmarks.growth._stages", *stage.split(), *arguments])
            done[stage] = {"s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb}
        kept.write_text(json.dumps(done))


def read_steps(folder: Path) -> list[dict[str, Any]]:
    """Return what was measured of each step that was searched, the smallest first."""
    steps: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.json"), key=lambda path: int(path.stem)):
        stages = json.loads(path.read_text())
        if SEARCH in stages:
            measured = stages.pop(SEARCH)
            before = steps[-1]["articles"] if steps else 0
            steps.append(measured | {"added": measured["articles"] - before, "stages": stages})
    return steps


def costs(step: Mapping[str, Any]) -> dict[str, float]:
    """Return the costs of a step whose growth is drawn, without those of stages that have not ended."""
    stages = step["stages"]
    known = {
        **{f"{name}, median ms": result["median_ms"] for name, result in step["searches"].items()},
        **{f"{name}, peak MB": stages[name]["peak_mb"] for name in (READ, PUBLISH, VERIFY) if name in stages},
        "read, CPU ms an article": 1000 * stages[READ]["cpu_s"] / step["added"],
        "publish, CPU s": stages[PUBLISH]["cpu_s"],
        "opening, s": step["opening_s"],
        "index, bytes an article": step["bytes"]["index"],
    }
    if UPDATE[-1] in stages:
        # Encoding 1,000 articles takes what it takes, however many there are, and here it is made up.
        of_update = [stages[f"{stage} --later"]["cpu_s"] for stage in (READ, PUBLISH)]
        known["update of 1,000, CPU s"] = sum(of_update)
    if VERIFY in stages:
        known["verify, CPU s"] = stages[VERIFY]["cpu_s"]
    return known


def growth_of(steps: Sequence[Mapping[str, Any]]) -> dict[str, tuple[list[int], list[float]]]:
    """Return for each cost the numbers of articles at which it is known, and what it was there."""
    growth: dict[str, tuple[list[int], list[float]]] = {}
    for step in steps:
        for name, cost in costs(step).items():
            sizes, values = growth.setdefault(name, ([], []))
            sizes.append(step["articles"])
            values.append(cost)
    return growth


def exponents(steps: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Fit each cost that is known at two sizes at least as N to some power."""
    return {
        name: round(float(np.polyfit(np.log(sizes), np.log(values), 1)[0]), 2)
        for name, (sizes, values) in growth_of(steps).items()
        if len(sizes) > 1
    }


def draw(steps: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw each cost against the number of articles, costs of one unit together."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter

    figure = Figure(figsize=(12, 9), layout="constrained")
    growth = growth_of(steps)
    by_unit: dict[str, list[str]] = {}
    for name in exponents(steps):
        by_unit.setdefault(name.rpartition(", ")[2], []).append(name)
    panels = [(unit, by_unit.pop(unit, [])) for unit in ("median ms", "CPU s", "peak MB")]
    others = [name for names in by_unit.values() for name in names]
    for axes, (unit, names) in zip(figure.subplots(2, 2).flat, [*panels, ("", others)], strict=True):
        for number, name in enumerate(names):
            label = f"{name.removesuffix(f', {unit}')}: N^{exponents(steps)[name]}"
            axes.loglog(*growth[name], marker=MARKERS[number % len(MARKERS)], label=label)
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("articles")
        axes.set_ylabel(unit)
        axes.grid(visible=True, which="both", alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=80)


def main() -> None:
    """Run the steps that are missing, draw, and print the exponents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the library grows: 40 GB")
    parser.add_argument("--library", type=Path, help="a library of both packaged files, where there is one already")
    parser.add_argument("--articles", type=int, nargs="+", default=STEPS, help="the steps")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    originals = options.library or options.folder / "originals"
    if not options.library:  # with nothing new it changes nothing
        build = [str(Path(sys.executable).with_name("rebuild-index")), "--library", str(originals)]
        timed([*build, *(str(packaged(name)) for name in FILES)])
    for articles in sorted(options.articles):
        run_step(options.folder, articles, originals)
        draw(read_steps(options.folder), options.folder / PLOT)
    steps = read_steps(options.folder)
    print(json.dumps({"question": "How does cost grow?", "exponents": exponents(steps), "steps": steps}))


if __name__ == "__main__":
    main()
