"""What the commands that fine-tune an encoder have in common: their options and their report."""

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.command_line.option_types import above_zero, positive, whole_number
from model.fine_tuning.fine_tune import FineTuningHyperparameters


@dataclass(frozen=True, slots=True)
class FineTuneTask:
    """A subcommand that fine-tunes an encoder.

    Attributes:
        name: The subcommand.
        help: One line about it.
        description: What `--help` says of it.
        data: What the argument DATA has to be.
        recipe: The default hyperparameters.
        rows: What a row of the data is, in the plural.
        run: Fine-tunes, and returns what was measured.
        scores: Returns the report's lines of scores.
        example: Returns a Python expression that uses the model in a folder, with `pipeline` imported.
    """

    name: str
    help: str
    description: str
    data: str
    recipe: FineTuningHyperparameters
    rows: str
    run: Callable[[argparse.Namespace], dict[str, Any]]
    scores: Callable[[dict[str, Any]], Iterable[str]]
    example: Callable[[Path], str]

    def report(self, arguments: argparse.Namespace) -> str:
        """Fine-tune and return the report to print."""
        result = self.run(arguments)
        if arguments.json:
            return json.dumps(result)
        lines = (
            f"{self.rows:<11} {result['train_rows']:,} train · {result['test_rows']:,} test, {result['data']}",
            f"training    {result['steps']:,} steps in {result['seconds']:.0f} s, {result['precision']}",
            *self.scores(result),
            f"written     {arguments.output}",
            f'try         python -c "from transformers import pipeline; {self.example(arguments.output)}"',
        )
        return "\n".join(lines)


def add_task(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", task: FineTuneTask) -> None:
    """Add the subcommand of a task to those of `pubmed-model`."""
    parser = commands.add_parser(task.name, help=task.help, description=task.description)
    parser.add_argument("data", metavar="DATA", help=task.data)
    parser.add_argument(
        "--model",
        default="default",
        help="the encoder: a folder or a hub name (default: the packaged all-MiniLM-L6-v2)",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the run's folder and the model's")
    for name, kind, text in (
        ("epochs", positive, "how often each text is seen"),
        ("batch", positive, "texts a step"),
        ("learning-rate", above_zero, "at the first step"),
        ("max-tokens", positive, "what exceeds them is not read"),
        ("seed", whole_number(0), "of the head's first weights, the order and dropout"),
    ):
        value = getattr(task.recipe, name.replace("-", "_"))
        parser.add_argument(f"--{name}", metavar="N", type=kind, default=value, help=f"{text} (default: {value})")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=task.report)


def recipe_of(arguments: argparse.Namespace) -> FineTuningHyperparameters:
    """Return the requested recipe."""
    return FineTuningHyperparameters(
        epochs=arguments.epochs,
        batch=arguments.batch,
        learning_rate=arguments.learning_rate,
        max_tokens=arguments.max_tokens,
        seed=arguments.seed,
    )
