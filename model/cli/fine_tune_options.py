"""The options of a fine-tune: its start, its folder, its recipe."""

import argparse
from pathlib import Path

from model.fine_tuning.fine_tune import FineTuningHyperparameters


def add_recipe(parser: argparse.ArgumentParser, default: FineTuningHyperparameters) -> None:
    """Add the options, with the values of a recipe where nothing is given."""
    parser.add_argument(
        "--model",
        default="default",
        help="the encoder: a folder or a hub name (default: the packaged all-MiniLM-L6-v2)",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the run's folder and the model's")
    for name, kind, what in (
        ("epochs", positive, "how often each text is seen"),
        ("batch", positive, "texts a step"),
        ("learning-rate", float, "at the first step"),
        ("max-tokens", positive, "what exceeds them is not read"),
        ("seed", int, "of the head's first weights, the order and dropout"),
    ):
        value = getattr(default, name.replace("-", "_"))
        parser.add_argument(f"--{name}", metavar="N", type=kind, default=value, help=f"{what} (default: {value})")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def recipe_of(arguments: argparse.Namespace) -> FineTuningHyperparameters:
    """Return the recipe that was asked for."""
    return FineTuningHyperparameters(
        epochs=arguments.epochs,
        batch=arguments.batch,
        learning_rate=arguments.learning_rate,
        max_tokens=arguments.max_tokens,
        seed=arguments.seed,
    )


def positive(text: str) -> int:
    """Read a whole number from 1 up, for an option's `type`."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 up")
    return int(text)
