"""`pubmed-model classify`: its options and its account."""

import argparse
import json
from pathlib import Path
from typing import Any

from model.cli.fine_tune_options import add_recipe, recipe_of
from model.fine_tuning.text_classification import RUN_GLUE


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "classify",
        help="fine-tune an encoder to classify texts",
        description="Fine-tune an encoder for text classification, with run_glue's preprocessing and settings. "
        "The same command again goes on with a run that was interrupted.",
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        help="a folder with train.csv and test.csv (.gz or not; columns text,label), or a data set's name on the "
        "Hugging Face hub such as TimSchopf/medical_abstracts",
    )
    add_recipe(parser, RUN_GLUE)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Fine-tune and return the account to print."""
    from index.core.errors import DataError
    from index.core.progress import Progress
    from model.fine_tuning.labelled_texts import open_texts
    from model.fine_tuning.text_classification import Classification, classify
    from model.runs.encoder_files import find_encoder

    data = open_texts(arguments.data)
    if data.train is None:
        raise DataError(f"{arguments.data} holds no train.csv to train on (columns text,label; .gz or not).")
    task = Classification(data.name, data.train, data.test, data.labels, data.names)
    found = classify(find_encoder(arguments.model), task, recipe_of(arguments), arguments.output, progress=Progress())
    return json.dumps(found) if arguments.json else _lines(found, arguments.output)


def _lines(found: dict[str, Any], output: Path) -> str:
    return "\n".join(
        (
            f"texts       {found['train_rows']:,} train · {found['test_rows']:,} test, {found['data']}",
            f"training    {found['steps']:,} steps in {found['seconds']:.0f} s, {found['precision']}",
            f"test        accuracy {found['accuracy']:.4f} · loss {found['loss']:.4f}",
            f"written     {output}",
            f'try         python -c "from transformers import pipeline; '
            f"print(pipeline('text-classification', '{output}', truncation=True)('Chest pain after exercise.'))\"",
        )
    )
