"""`pubmed-model pretrain`: its options and its report."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.command_line.option_types import above_zero, positive, whole_number
from model.pretraining.hyperparameters import PretrainingHyperparameters

if TYPE_CHECKING:
    from model.pretraining.pretrain import PretrainResult

_DEFAULT = PretrainingHyperparameters(Path())
_NUMBERS = (
    ("steps", "updates of the weights"),
    ("length", "tokens of a block, 512 at most"),
    ("batch", "blocks that go through the model at once"),
    ("accumulation", "batches that are gathered for one update"),
    ("warmup", "updates until the learning rate is at its highest"),
    ("seed", "of weights, order, masks and dropout"),
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "pretrain",
        help="train a BERT of 22.7M parameters from scratch by masked language modelling",
        description="Train a BERT of 22.7M parameters from scratch. The same command continues where it stopped.",
    )
    parser.add_argument("--dataset", metavar="DIR", type=Path, required=True, help="from pubmed-model dataset")
    parser.add_argument(
        "--output", metavar="DIR", type=Path, required=True, help="the run's folder, new or to continue"
    )
    parser.add_argument(
        "--own-vocabulary", action="store_true", help="train a WordPiece vocabulary (default: bert-base-uncased's)"
    )
    for name, text in _NUMBERS:
        default = getattr(_DEFAULT, name)
        parser.add_argument(
            f"--{name}", metavar="N", type=whole_number(0), default=default, help=f"{text} (default: {default:,})"
        )
    parser.add_argument(
        "--masked",
        metavar="SHARE",
        type=above_zero,
        default=_DEFAULT.masked,
        help=f"of the tokens, how many are predicted (default: {_DEFAULT.masked:g})",
    )
    rate = _DEFAULT.learning_rate
    parser.add_argument(
        "--learning-rate", metavar="RATE", type=above_zero, default=rate, help=f"the highest (default: {rate:g})"
    )
    parser.add_argument(
        "--every",
        metavar="N",
        type=positive,
        default=1000,
        help="updates between two checkpoints, each with a held-out loss (default: 1,000)",
    )
    parser.add_argument(
        "--seconds", metavar="S", type=above_zero, help="stop after so much time in updates, over all calls"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Train and return the report to print."""
    names = ("own_vocabulary", "learning_rate", "masked", *(name for name, _ in _NUMBERS))
    recipe = PretrainingHyperparameters(
        arguments.dataset.absolute(), **{name: getattr(arguments, name) for name in names}
    )
    if arguments.every < 1:
        raise ValueError(f"found --every {arguments.every}, expected 1 or more")
    from index.core.progress import Progress
    from model.pretraining.pretrain import pretrain

    result = pretrain(recipe, arguments.output, every=arguments.every, seconds=arguments.seconds, progress=Progress())
    return json.dumps(asdict(result), default=str) if arguments.json else _lines(result, recipe)


def _lines(result: "PretrainResult", recipe: PretrainingHyperparameters) -> str:
    from model.pretraining.compute_estimate import USEFUL_TOKENS, flops_a_token, gpu_hours

    rate = result.tokens / result.seconds
    flops = flops_a_token(recipe.shape, vocabulary=result.vocabulary, length=recipe.length, predicted=recipe.masked)
    held_out = " · ".join(f"{loss:.2f} at {step:,}" for step, loss in _evenly_chosen(result.losses))
    low, high = USEFUL_TOKENS
    return "\n".join(
        (
            f"steps       {result.steps:,} of {result.planned:,} · {result.tokens / 1e6:,.1f}M tokens,"
            f" {result.tokens / result.corpus:.2f} times the {result.corpus / 1e6:,.1f}M of the train split",
            f"speed       {rate:,.0f} tokens a second over {result.seconds / 60:,.0f} min of updates",
            f"held out    {held_out} (nats a masked token; {result.frequencies:.2f} by token frequencies alone)",
            f"to finish   {low / 1e9:.0f} to {high / 1e9:.0f} billion tokens make a useful model; extrapolated:"
            f" {low / rate / 86400:,.0f} to {high / rate / 86400:,.0f} days at this speed,"
            f" {gpu_hours(low, flops):.1f} to {gpu_hours(high, flops):.1f} hours of an A100 at 30 % of its peak",
            f"written     {result.output}: model of {result.parameters:,} parameters, configuration.json,"
            " metrics.json, loss.png",
            "try         python -c \"import transformers; print(transformers.AutoModel.from_pretrained('"
            f"{result.output}'))\"",
        )
    )


def _evenly_chosen(losses: tuple[tuple[int, float], ...], count: int = 6) -> list[tuple[int, float]]:
    """Return the first, the last and some between, evenly spaced."""
    last = len(losses) - 1
    return [losses[position] for position in sorted({round(step * last / (count - 1)) for step in range(count)})]
