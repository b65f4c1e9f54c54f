"""How long does a process take from its start to its first result, beside stock txtai's on the same build?

Each command runs in a process of its own, in turn with the others, on the library that `PUBMED_LIBRARY` names. The
first round is not counted, so that files are in the system's cache, byte code is written and the model is exported.
Stock txtai opens the published folder, encodes the question with the same model and searches its vectors; words,
filters, articles and evidence, which `pubmed-search` adds, it leaves out. CPU seconds are comparable on a busy machine.
"""

import statistics
import sys

from benchmarks._library import load_average
from benchmarks._measure import Cost, report, timed
from index.embedding.encoder import matching_model
from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import Manifest

ROUNDS = 5
QUESTION = "does metformin lower the risk of cancer?"
STOCK = """
import sys
from txtai import Embeddings
build, model, question = sys.argv[1:]
with Embeddings() as plain, Embeddings(path=model, method="sentence-transformers") as encoder:
    plain.load(build)
    plain.model.transform = lambda texts: encoder.batchtransform(list(texts))
    assert len(plain.search(question, 10)) == 10
"""


def main() -> None:
    """Run every command in turn and print the line."""
    library = Library.locate()
    build = current_build(library)
    manifest = Manifest.read(build)
    model = matching_model(manifest.model, manifest.precision, manifest.fingerprint, library=library.path)
    folder = ("--library", str(library.path))
    commands = {
        "search": (_command("search.cli.main"), QUESTION, "--limit", "10", *folder),
        "status": (_command("index.cli"), "--status", *folder),
        "stock_txtai": (STOCK, str(build), str(model.path), QUESTION),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    environment = {"PYTHONDONTWRITEBYTECODE": "", "HF_HUB_OFFLINE": "1"}
    for _ in range(1 + ROUNDS):
        for name, command in commands.items():
            costs[name].append(timed((sys.executable, "-c", *command), environment=environment))
    answer = {name: _medians(runs[1:]) for name, runs in costs.items()}
    report(
        "How long does a process take from its start to its first result?",
        {
            "articles": manifest.articles,
            "rounds": ROUNDS,
            **answer,
            "search_of_stock_wall": round(answer["search"]["wall_s"] / answer["stock_txtai"]["wall_s"], 3),
            "search_of_stock_cpu": round(answer["search"]["cpu_s"] / answer["stock_txtai"]["cpu_s"], 3),
            "load_average": load_average(),
        },
        packages=["onnxruntime", "tokenizers", "torch", "txtai"],
    )


def _command(module: str) -> str:
    return f"import sys; from {module} import main; sys.exit(main())"


def _medians(costs: list[Cost]) -> dict[str, float]:
    return {
        "wall_s": round(statistics.median(cost.wall_s for cost in costs), 2),
        "cpu_s": round(statistics.median(cost.cpu_s for cost in costs), 2),
        "peak_mb": round(statistics.median(cost.peak_mb for cost in costs)),
    }


if __name__ == "__main__":
    main()
