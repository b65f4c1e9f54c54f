"""Evaluations as a Markdown table, a picture, and the JSON file that is stored."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.core.errors import LibraryError
from index.core.json_text import parse_json
from search.evaluation.evaluator import METRICS, Evaluation, Figure, Row

HEADINGS = {"ndcg_10": "nDCG@10", "mrr_10": "MRR@10", "recall_100": "Recall@100"}
COLOURS = {
    "bm25": "#b8c4ce",
    "dense": "#7fa3c7",
    "hybrid": "#2f6690",
    "hybrid+mesh": "#16425b",
    "hybrid+rerank": "#c77d3a",
}
INK, RULE = "#333333", "#e3e7ea"

TOLERANCE = 0.002
"""Between two machines: precision and instruction sets move a rank or two among close scores.

Source: of 809 claims (SciFact train), bf16 against fp32 moved no mean by more than .0013.
"""


def table(evaluation: Evaluation) -> str:
    """Return a Markdown table, means with their 95 % confidence intervals."""
    lines = [
        f"{evaluation.collection} {evaluation.split}: {evaluation.documents:,} documents, {evaluation.model} in "
        f"{evaluation.precision}",
        "",
        "| queries | method | " + " | ".join(HEADINGS.values()) + " |",
        "|---|---|" + "---|" * len(HEADINGS),
    ]
    return "\n".join([*lines, *map(_line, evaluation.rows)]) + "\n"


def _line(row: Row) -> str:
    cells = (_cell(getattr(row, metric)) for metric in METRICS)
    return f"| {row.type or 'all'} ({row.queries:,}) | {row.method} | {' | '.join(cells)} |"


def _cell(figure: Figure) -> str:
    return f"{_short(figure.mean)} ({_short(figure.low)}-{_short(figure.high)})"


def _short(number: float) -> str:
    return f"{number:.3f}".removeprefix("0")


def picture(evaluation: Evaluation, path: Path) -> None:
    """Draw nDCG@10 of each method and kind of query, with confidence intervals, as a PNG."""
    from matplotlib.figure import Figure as Canvas

    kinds = list(dict.fromkeys(row.type for row in evaluation.rows))
    methods = list(dict.fromkeys(row.method for row in evaluation.rows))
    width = 0.84 / len(methods)
    canvas = Canvas(figsize=(max(5.0, 1.6 + 2.2 * len(kinds)), 4.2), layout="constrained")
    axes = canvas.subplots()
    for number, method in enumerate(methods):
        figures = [row.ndcg_10 for row in evaluation.rows if row.method == method]
        positions = [kind + (number - (len(methods) - 1) / 2) * width for kind in range(len(kinds))]
        axes.bar(positions, [figure.mean for figure in figures], 0.92 * width, color=COLOURS[method], label=method)
        for x, figure in zip(positions, figures, strict=True):
            for colour, stroke in (("white", 3.5), (INK, 1.2)):
                axes.plot([x, x], [figure.low, figure.high], color=colour, linewidth=stroke)
            axes.annotate(
                _short(figure.mean), (x, figure.high), (0, 3), textcoords="offset points", ha="center", fontsize=8
            )
    queries = [next(row.queries for row in evaluation.rows if row.type == kind) for kind in kinds]
    labels = [f"{kind or 'all'}\n{count:,} queries" for kind, count in zip(kinds, queries, strict=True)]
    axes.set_xticks(range(len(kinds)), labels)
    axes.tick_params(length=0)
    axes.set_ylim(0, 1)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_ylabel("nDCG@10 with its 95 % interval")
    axes.set_title(f"{evaluation.collection}, {evaluation.split}", loc="left", fontsize=11)
    canvas.legend(loc="outside lower center", ncols=len(methods), frameon=False)
    # Without the program's version: the same figures give the same file.
    canvas.savefig(path, format="png", dpi=120, metadata={"Software": None})


def save_evaluation(evaluation: Evaluation, folder: Path, command: str) -> Path:
    """Write the JSON file, the table and the picture and return the path of the first.

    Args:
        evaluation: What was measured.
        folder: Receives the files; created if missing.
        command: The command line, stored beside the figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = stored_path(evaluation, folder)
    path.write_text(json.dumps({"command": command} | evaluation.to_json(), indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(f"`{command}`\n\n{table(evaluation)}", encoding="utf-8")
    picture(evaluation, path.with_suffix(".png"))
    return path


def stored_path(evaluation: Evaluation, folder: Path) -> Path:
    """Return the path of a stored evaluation."""
    return folder / f"{evaluation.collection}.{evaluation.split}.json"


def differences(evaluation: Evaluation, folder: Path) -> list[str]:
    """Compare an evaluation with the stored one; one line for each mean that moved too far (`tolerated`).

    Raises:
        LibraryError: None is stored, or it cannot be read.
    """
    path = stored_path(evaluation, folder)
    try:
        stored = _means(parse_json(path.read_bytes())["rows"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{path} holds no evaluation to compare with ({error}).") from error
    measured = _means(evaluation.to_json()["rows"])  # type: ignore[arg-type]
    return [
        f"{' '.join(key)}: {stored[key][0]:.4f} was stored, {mean:.4f} was measured"
        for key, (mean, queries) in measured.items()
        if key in stored and abs(stored[key][0] - mean) > tolerated(queries)
    ]


def tolerated(queries: int) -> float:
    """Return how far a mean of so many queries may move: `TOLERANCE`, or the weight of one query if that is larger."""
    return max(TOLERANCE, 1 / queries)


def _means(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str], tuple[float, int]]:
    return {
        (row["method"], row["type"] or "all", metric): (float(row[metric]["mean"]), int(row["queries"]))
        for row in rows
        for metric in METRICS
    }
