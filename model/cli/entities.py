"""`pubmed-model entities`: its options and its account."""

import argparse
import json
from pathlib import Path
from typing import Any

from model.cli.fine_tune_options import add_recipe, recipe_of
from model.fine_tuning.token_classification import ENTITY_RECIPE


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "entities",
        help="fine-tune an encoder to find entities",
        description="Fine-tune an encoder for entity extraction; the epoch is chosen on devel; precision, recall and "
        "F1 are strict (seqeval). The same command again goes on with a run that was interrupted.",
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        type=Path,
        help="a folder with train.tsv, devel.tsv and test.tsv: a word, a tab and its IOB2 tag a line, empty lines "
        "between sentences",
    )
    add_recipe(parser, ENTITY_RECIPE)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Fine-tune and return the account to print."""
    from index.core.progress import Progress
    from model.fine_tuning.iob2_sentences import open_entities
    from model.fine_tuning.token_classification import extract_entities
    from model.runs.encoder_files import find_encoder

    data = open_entities(arguments.data)
    found = extract_entities(
        find_encoder(arguments.model), data, recipe_of(arguments), arguments.output, progress=Progress()
    )
    return json.dumps(found) if arguments.json else _lines(found, arguments.output)


def _lines(found: dict[str, Any], output: Path) -> str:
    return "\n".join(
        (
            f"sentences   {found['train_rows']:,} train · {found['test_rows']:,} test, {found['data']}",
            f"training    {found['steps']:,} steps in {found['seconds']:.0f} s, {found['precision']}",
            *(f"{part:<11} {_scores(found[part])}" for part in ("devel", "test")),
            f"written     {output}",
            f"try         python -c \"from transformers import pipeline; print(pipeline('token-classification', "
            f"'{output}', aggregation_strategy='first')('Patients with cystic fibrosis.'))\"",
        )
    )


def _scores(score: dict[str, float]) -> str:
    return f"precision {score['precision']:.4f} · recall {score['recall']:.4f} · F1 {score['f1']:.4f} (whole mentions)"
