"""`pubmed-model embed`: its options and its report."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.command_line.option_types import above_zero, positive, whole_number, zero_or_more
from index.core.progress import Progress
from index.library.layout import Library
from model.embedding.request import START, EmbedRequest
from model.training_data.pair_kinds import KINDS
from model.training_data.pair_request import PairRequest, read_excluded

if TYPE_CHECKING:
    from model.embedding.train_embeddings import EmbedResult

_MINERS = ("bm25", "model")
_COPIED_OPTIONS = (
    *("output", "student", "negatives", "miners", "batch", "epochs", "steps"),
    *("learning_rate", "tokens", "temperature", "guide", "words", "seed", "save_steps"),
)
_DEFAULT_NUMBER = 20_000  # pairs of a kind, a pass


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "embed",
        help="train an embedding model on pairs of texts",
        description="Train an embedding model on pairs: by contrast, or towards a guide's ranking fused with BM25's "
        "(--guide). The same command again continues a run that was interrupted.",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the run's folder")
    parser.add_argument("--student", metavar="MODEL", default=START, help="the model to start from (name or folder)")
    _add_data(parser)
    _add_training(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def _add_data(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what it learns from")
    group.add_argument(
        "--pairs", metavar="FILE", type=Path, action="append", default=[], help="pairs as .jsonl or .tsv"
    )
    group.add_argument(
        "--library", metavar="DIR", help="make pairs of a library (default: PUBMED_LIBRARY, data/library)"
    )
    group.add_argument(
        "--kinds",
        type=_kinds,
        default={},
        metavar="KIND[:NUMBER],...",
        help=f"which pairs to make of the library, and how many at most: {', '.join(KINDS)}",
    )
    group.add_argument("--passes", metavar="N", type=positive, default=1, help="draw new pairs of each kind N times")
    group.add_argument("--exclude", metavar="FILE", type=Path, help="PMIDs and titles of test sets, one a line")
    group.add_argument(
        "--negatives", metavar="N", type=whole_number(0), default=0, help="hard negatives a pair (default: 0)"
    )
    group.add_argument("--miners", type=_miners, default=_MINERS, metavar="M,M", help="what finds them: bm25,model")


def _add_training(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how")
    group.add_argument("--batch", metavar="N", type=positive, default=64, help="pairs a step (default: 64)")
    group.add_argument(
        "--epochs", metavar="N", type=above_zero, default=1.0, help="rounds through the pairs (default: 1)"
    )
    group.add_argument("--steps", metavar="N", type=positive, help="stop after so many steps")
    group.add_argument("--learning-rate", metavar="RATE", type=above_zero, default=5e-5, help="(default: 5e-5)")
    group.add_argument("--tokens", metavar="N", type=positive, default=128, help="tokens read of a text (default: 128)")
    group.add_argument(
        "--temperature", metavar="T", type=above_zero, default=0.05, help="of the softmax (default: 0.05)"
    )
    group.add_argument("--guide", metavar="MODEL", help="learn this model's ranking, fused with BM25's")
    group.add_argument(
        "--words", metavar="WEIGHT", type=zero_or_more, default=10.0, help="BM25's weight in that fusion (default: 10)"
    )
    group.add_argument("--seed", metavar="N", type=whole_number(0), default=0, help="of all draws (default: 0)")
    group.add_argument("--save-steps", metavar="N", type=positive, default=100, help="steps between checkpoints")


def run(arguments: argparse.Namespace) -> str:
    """Train and return the report to print."""
    from model.embedding.train_embeddings import embed

    request = EmbedRequest(
        library=Library.locate(arguments.library) if arguments.kinds else None,
        pair_request=PairRequest(
            arguments.kinds,
            passes=arguments.passes,
            seed=arguments.seed,
            excluded=read_excluded(arguments.exclude) if arguments.exclude else frozenset(),
        ),
        pairs=tuple(arguments.pairs),
        **{name: getattr(arguments, name) for name in _COPIED_OPTIONS},
    )
    result = embed(request, Progress())
    return json.dumps(asdict(result), default=str) if arguments.json else _lines(result)


def _lines(result: "EmbedResult") -> str:
    pairs = " · ".join(f"{number:,} {kind}" for kind, number in result.pairs.items())
    lines = (
        f"pairs       {pairs}",
        f"trained     {result.steps:,} steps, loss {result.loss:.4f} at the end, {result.seconds:.0f} s",
        f"written     {result.model}",
        f"try         pubmed-model export {result.output} --output NAME",
    )
    return "\n".join(lines)


def _kinds(text: str) -> dict[str, int]:
    kinds = {}
    for part in text.split(","):
        name, _, number = part.strip().partition(":")
        if name not in KINDS or (number and not number.isdecimal()):
            raise argparse.ArgumentTypeError(f"{part!r}: give some of {','.join(KINDS)}, each with or without :NUMBER")
        kinds[name] = int(number) if number else _DEFAULT_NUMBER
    return kinds


def _miners(text: str) -> tuple[str, ...]:
    miners = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not set(miners) <= set(_MINERS):
        raise argparse.ArgumentTypeError(f"{text!r}: give some of {','.join(_MINERS)}")
    return miners
