"""`pubmed-model compare`: its options and its report."""

import argparse
import json
from pathlib import Path

from index.command_line.option_types import positive
from index.embedding.model_files import DEFAULT_MODEL, RECOMMENDED_MODEL

_ARTICLES = 3000


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "compare",
        help="compare embedding models on articles of your own library",
        description="Compare embedding models on articles drawn from a library, before all of it is encoded: which one"
        " finds an abstract by its title, and articles by their MeSH headings (author keywords where there are none)?"
        f" For instance: pubmed-model compare {DEFAULT_MODEL} {RECOMMENDED_MODEL}",
    )
    parser.add_argument("models", metavar="MODEL", nargs="+", help="a folder, a hub name, or default")
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument(
        "--articles",
        metavar="N",
        type=positive,
        default=_ARTICLES,
        help=f"how many articles are drawn and encoded (default: {_ARTICLES:,})",
    )
    parser.add_argument(
        "--output", metavar="DIR", type=Path, default=Path("data/comparison"), help="(default: data/comparison)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Compare the models and return the report to print."""
    from index.core.progress import Progress
    from index.library.layout import Library
    from model.evaluation.library_collection import write_collection
    from search.evaluation.report import table
    from search.evaluation.runner import EvaluationRequest, measure_collection

    folder, progress = arguments.output / "collection", Progress()
    titles, subjects = write_collection(
        Library.locate(arguments.library), folder, articles=arguments.articles, progress=progress
    )
    methods = ("bm25", "dense", "hybrid")
    requests = (
        EvaluationRequest(folder, arguments.output / "cache", methods=methods, model=model)
        for model in arguments.models
    )
    evaluations = [measure_collection(request, progress) for request in requests]
    if arguments.json:
        return json.dumps([evaluation.to_json() for evaluation in evaluations])
    note = (
        f"{titles:,} titles, each of which should find its abstract, and {subjects:,} headings or keywords of these"
        " articles. bm25 is words alone, the same for every model; dense is meaning alone. In brackets: 95 % confidence"
        " intervals. Two models whose intervals overlap by much rank about as well."
    )
    return "\n".join([note, "", *map(table, evaluations)])
