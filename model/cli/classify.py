"""`pubmed-model classify`: its options and its report."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.cli.fine_tune_options import FineTuneTask, add_task, recipe_of
from model.fine_tuning.text_classification import RUN_GLUE


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    task = FineTuneTask(
        name="classify",
        help="fine-tune an encoder to classify texts",
        description="Fine-tune an encoder for text classification, with run_glue's preprocessing and settings. "
        "The same command again continues a run that was interrupted.",
        data="a folder with train.csv and test.csv (.gz or not; columns text,label), or a data set's name on the "
        "Hugging Face hub such as TimSchopf/medical_abstracts",
        recipe=RUN_GLUE,
        rows="texts",
        run=_classify,
        scores=_scores,
        example=_example,
    )
    add_task(commands, task)


def _classify(arguments: argparse.Namespace) -> dict[str, Any]:
    from index.core.errors import DataError
    from index.core.progress import Progress
    from model.fine_tuning.labelled_texts import open_texts
    from model.fine_tuning.text_classification import Classification, classify
    from model.runs.encoder_files import find_encoder

    data = open_texts(arguments.data)
    if data.train is None:
        raise DataError(f"{arguments.data} holds no train.csv to train on (columns text,label; .gz or not).")
    task = Classification(data.name, data.train, data.test, data.labels, data.names)
    return classify(find_encoder(arguments.model), task, recipe_of(arguments), arguments.output, progress=Progress())


def _scores(result: dict[str, Any]) -> Iterator[str]:
    yield f"test        accuracy {result['accuracy']:.4f} · loss {result['loss']:.4f}"


def _example(output: Path) -> str:
    return f"print(pipeline('text-classification', '{output}', truncation=True)('Chest pain after exercise.'))"
