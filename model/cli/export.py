"""`pubmed-model export`: its options and its report."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.packaging.export_model import ExportResult


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "export",
        help="write a trained embedding model as a folder that others load",
        description="Write the model of a run, or the mean of several, as half-precision safetensors with a card.",
    )
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="folders of runs of pubmed-model embed")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument(
        "--share", metavar="SHARE", type=float, default=1.0, help="of the tuned weights; the rest are the start's"
    )
    parser.add_argument(
        "--scores", metavar="FILE", type=Path, action="append", default=[], help="an evaluation, for the card"
    )
    parser.add_argument("--notes", metavar="FILE", type=Path, help="Markdown about data and limits, for the card")
    parser.add_argument("--license", metavar="SPDX", default="apache-2.0", help="(default: apache-2.0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Export and return the report to print."""
    from model.packaging.export_model import ExportRequest, export

    result = export(
        ExportRequest(
            runs=tuple(arguments.runs),
            output=arguments.output,
            share=arguments.share,
            scores=tuple(arguments.scores),
            notes=arguments.notes,
            license=arguments.license,
        )
    )
    return json.dumps(asdict(result), default=str) if arguments.json else _lines(result)


def _lines(result: "ExportResult") -> str:
    lines = (
        f"model       {result.parameters:,} parameters, {result.dimensions} dimensions, half precision",
        f"checked     cosine {result.cosine:.5f} to the trained weights, or more",
        f"written     {result.output}, {result.size / 1e6:,.1f} MB, model.safetensors sha256 {result.sha256}",
        f"try         rebuild-index --model {result.output}",
    )
    return "\n".join(lines)
