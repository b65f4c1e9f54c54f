"""`pubmed-model entities`: its options and its report."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.cli.fine_tune_options import FineTuneTask, add_task, recipe_of
from model.fine_tuning.token_classification import ENTITY_RECIPE


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    task = FineTuneTask(
        name="entities",
        help="fine-tune an encoder to find entities",
        description="Fine-tune an encoder for entity extraction; the epoch is chosen on devel; precision, recall and "
        "F1 are strict (seqeval). The same command again continues a run that was interrupted.",
        data="a folder with train.tsv, devel.tsv and test.tsv: a word, a tab and its IOB2 tag a line, empty lines "
        "between sentences",
        recipe=ENTITY_RECIPE,
        rows="sentences",
        run=_extract,
        scores=_scores,
        example=_example,
    )
    add_task(commands, task)


def _extract(arguments: argparse.Namespace) -> dict[str, Any]:
    from index.core.progress import Progress
    from model.fine_tuning.iob2_sentences import open_entities
    from model.fine_tuning.token_classification import extract_entities
    from model.runs.encoder_files import find_encoder

    data = open_entities(Path(arguments.data))
    return extract_entities(
        find_encoder(arguments.model), data, recipe_of(arguments), arguments.output, progress=Progress()
    )


def _scores(result: dict[str, Any]) -> Iterator[str]:
    for part in ("devel", "test"):
        score = result[part]
        yield (
            f"{part:<11} precision {score['precision']:.4f} · recall {score['recall']:.4f} · F1 {score['f1']:.4f} "
            "(whole mentions)"
        )


def _example(output: Path) -> str:
    return (
        f"print(pipeline('token-classification', '{output}', aggregation_strategy='first')"
        "('Patients with cystic fibrosis.'))"
    )
