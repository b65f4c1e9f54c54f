"""`pubmed-model embed`: its options and its account."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.core.progress import Progress
from index.library.layout import Library
from model.cli.argument_types import positive
from model.embedding.request import START, EmbedRequest
from model.training_data.pair_kinds import KINDS
from model.training_data.pair_request import PairRequest, read_excluded

if TYPE_CHECKING:
    from model.embedding.train_embeddings import EmbedResult

_MINERS = ("bm25", "model")
_AS_TYPED = (
    *("output", "student", "negatives", "miners", "teacher", "reranker", "batch", "epochs", "steps"),
    *("learning_rate", "tokens", "temperature", "symmetric", "guide", "words", "seed", "save_steps"),
)
_AT_MOST = 20_000  # pairs of a kind, a pass, where no number is given


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    made = commands.add_parser(
        "embed",
        help="train an embedding model on pairs of texts",
        description="Train an embedding model: on pairs; on a teacher's vectors (--teacher); or on a cross-encoder's "
        "scores (--reranker). The same command again goes on with a run that was interrupted.",
    )
    made.add_argument("--output", metavar="DIR", type=Path, required=True, help="the run's folder")
    made.add_argument("--student", metavar="MODEL", default=START, help="the model to start from (name or folder)")
    _add_data(made)
    _add_training(made)
    made.add_argument("--json", action="store_true", help="print one JSON object")
    made.set_defaults(run=run)


def _add_data(made: argparse.ArgumentParser) -> None:
    data = made.add_argument_group("what it learns from")
    data.add_argument("--pairs", metavar="FILE", type=Path, action="append", default=[], help="pairs as .jsonl or .tsv")
    data.add_argument(
        "--library", metavar="DIR", help="make pairs of a library (default: PUBMED_LIBRARY, data/library)"
    )
    data.add_argument(
        "--kinds",
        type=_kinds,
        default={},
        metavar="KIND[:NUMBER],...",
        help=f"which pairs to make of the library, and how many at most: {', '.join(KINDS)}",
    )
    data.add_argument("--passes", metavar="N", type=positive, default=1, help="draw each kind's pairs afresh N times")
    data.add_argument("--exclude", metavar="FILE", type=Path, help="PMIDs and titles of test sets, one a line")
    data.add_argument("--negatives", metavar="N", type=int, default=0, help="hard negatives a pair (default: 0)")
    data.add_argument("--miners", type=_miners, default=_MINERS, metavar="M,M", help="what finds them: bm25,model")
    data.add_argument("--teacher", metavar="MODEL", help="learn this embedding model's vectors")
    data.add_argument("--reranker", metavar="MODEL", help="learn this cross-encoder's scores")


def _add_training(made: argparse.ArgumentParser) -> None:
    how = made.add_argument_group("how")
    how.add_argument("--batch", metavar="N", type=positive, default=64, help="pairs a step (default: 64)")
    how.add_argument("--epochs", metavar="N", type=float, default=1.0, help="rounds through the pairs (default: 1)")
    how.add_argument("--steps", metavar="N", type=positive, help="stop after so many steps")
    how.add_argument("--learning-rate", metavar="RATE", type=float, default=5e-5, help="(default: 5e-5)")
    how.add_argument("--tokens", metavar="N", type=positive, default=128, help="tokens read of a text (default: 128)")
    how.add_argument("--temperature", metavar="T", type=float, default=0.05, help="of the softmax (default: 0.05)")
    how.add_argument("--symmetric", action="store_true", help="positives have to find their anchors, too")
    how.add_argument("--guide", metavar="MODEL", help="what this model ranks above the positive is no negative")
    how.add_argument(
        "--words",
        metavar="WEIGHT",
        type=float,
        default=0.0,
        help="learn the guide's ranking fused with BM25's (try 10)",
    )
    how.add_argument("--seed", metavar="N", type=int, default=0, help="of all draws (default: 0)")
    how.add_argument("--save-steps", metavar="N", type=positive, default=100, help="steps between checkpoints")


def run(arguments: argparse.Namespace) -> str:
    """Train and return the account to print."""
    from model.embedding.train_embeddings import embed

    request = EmbedRequest(
        library=Library.locate(arguments.library) if arguments.kinds else None,
        made=PairRequest(
            arguments.kinds,
            passes=arguments.passes,
            seed=arguments.seed,
            excluded=read_excluded(arguments.exclude) if arguments.exclude else frozenset(),
        ),
        pairs=tuple(arguments.pairs),
        **{name: getattr(arguments, name) for name in _AS_TYPED},
    )
    account = embed(request, Progress())
    return json.dumps(asdict(account), default=str) if arguments.json else _lines(account)


def _lines(account: "EmbedResult") -> str:
    pairs = " · ".join(f"{number:,} {kind}" for kind, number in account.pairs.items())
    lines = (
        f"pairs       {pairs}",
        f"trained     {account.steps:,} steps, loss {account.loss:.4f} at the end, {account.seconds:.0f} s",
        f"written     {account.model}",
        f"try         pubmed-model export {account.output} --output NAME",
    )
    return "\n".join(lines)


def _kinds(text: str) -> dict[str, int]:
    kinds = {}
    for part in text.split(","):
        name, _, number = part.strip().partition(":")
        if name not in KINDS or (number and not number.isdecimal()):
            raise argparse.ArgumentTypeError(f"{part!r}: give some of {','.join(KINDS)}, each with :NUMBER or without")
        kinds[name] = int(number) if number else _AT_MOST
    return kinds


def _miners(text: str) -> tuple[str, ...]:
    miners = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if not set(miners) <= set(_MINERS):
        raise argparse.ArgumentTypeError(f"{text!r}: give some of {','.join(_MINERS)}")
    return miners
