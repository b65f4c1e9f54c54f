"""`pubmed-search evaluate`: measure the ranking on a judged collection."""

import argparse
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import LibraryError
from index.core.progress import Progress
from search.evaluation.evaluator import METHODS
from search.evaluation.report import differences, save_evaluation, table
from search.evaluation.runner import EvaluationRequest, measure_collection

OUTPUT = Path("data/evaluation")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the command prints.

    Attributes:
        output: Text for stdout.
        notes: For stderr, a line each.
        failed: Whether the figures differ from the stored ones.
    """

    output: str
    notes: tuple[str, ...]
    failed: bool


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    options = argparse.ArgumentParser(
        prog="pubmed-search evaluate",
        description="Measure the ranking on a collection in BEIR's layout: nDCG@10, MRR@10, Recall@100.",
        epilog="Exit status: 0 done, 1 a stated error or, with --check, figures that moved, 2 wrong usage.",
    )
    options.add_argument("collection", type=Path, metavar="COLLECTION", help="a folder with corpus, queries and qrels")
    options.add_argument("--split", help="which judgements (default: test, else dev)")
    options.add_argument("--methods", type=_methods, default=METHODS, help="of bm25,dense,hybrid (default: all)")
    options.add_argument("--model", help="embedding model, a name or folder (default: the packaged one)")
    options.add_argument(
        "--rerank", metavar="MODEL", help="also measure hybrid with this cross-encoder, a folder or name"
    )
    options.add_argument(
        "--mesh",
        type=Path,
        metavar="FILE",
        help="also measure hybrid with this MeSH vocabulary: desc2026.xml or a .tsv",
    )
    options.add_argument("--output", type=Path, metavar="DIR", help="keep figures, table and picture there")
    options.add_argument("--check", type=Path, metavar="DIR", help="compare with the figures kept there")
    options.add_argument(
        "--cache", type=Path, default=OUTPUT / ".cache", metavar="DIR", help="vectors kept for the next time"
    )
    options.add_argument("--json", action="store_true", help="print one JSON object")
    return options


def run(argv: Sequence[str]) -> Outcome:
    """Run the command and return what to print.

    Raises:
        PubmedError: The collection, its library or a model cannot be used.
    """
    arguments = parser().parse_args(argv)
    _require_extra()
    evaluation = measure_collection(
        EvaluationRequest(
            collection=arguments.collection,
            cache=arguments.cache,
            split=arguments.split,
            methods=arguments.methods,
            model=arguments.model,
            reranker=arguments.rerank,
            mesh=arguments.mesh,
        ),
        Progress(),
    )
    output = json.dumps(evaluation.to_json()) + "\n" if arguments.json else table(evaluation)
    notes: list[str] = []
    if arguments.output:
        stored_path = save_evaluation(
            evaluation, arguments.output, shlex.join(["pubmed-search", "evaluate", *_portable(argv)])
        )
        notes.append(f"kept        {stored_path}")
    moved = differences(evaluation, arguments.check) if arguments.check else []
    return Outcome(output, (*notes, *moved), failed=bool(moved))


def _methods(text: str) -> tuple[str, ...]:
    methods = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not methods or not set(methods) <= set(METHODS):
        raise argparse.ArgumentTypeError(f"{text!r}: give one or more of {','.join(METHODS)}")
    return methods


def _portable(argv: Sequence[str]) -> list[str]:
    """Return the arguments without the paths of this machine."""
    arguments = list(argv)
    if "--cache" in arguments:
        position = arguments.index("--cache")
        del arguments[position : position + 2]
    return [Path(part).name if Path(part).is_absolute() else part for part in arguments]


def _require_extra() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("pytrec_eval", "matplotlib") if find_spec(name) is None]
    if missing:
        raise LibraryError(
            f"Measuring needs {' and '.join(missing)}:\n  pip install 'pubmed-semantic-search[evaluate]'"
        )
