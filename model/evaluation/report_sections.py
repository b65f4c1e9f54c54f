"""The sections of an evaluation's report, as Markdown: one a benchmark, with what others published beside ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, stdev
from typing import Any, Final

from model.evaluation.benchmarks import FOLDS, TRAIN_SEEDS, pair_set_name
from model.evaluation.measurements import Measurement, by_model, decimal, mean_of, millions
from model.evaluation.pair_sets import PAIR_SETS
from model.evaluation.published_results import MEDICAL_ABSTRACTS, NCBI_DISEASE, PAIRS, REPRODUCED_WITHIN

_PAIR_BENCHMARKS: Final = tuple(pair_set_name(pair_set) for pair_set in PAIR_SETS)
_METHODS: Final = {"dense": "meaning", "bm25": "words", "hybrid": "both"}


@dataclass(frozen=True, slots=True)
class Measurements:
    """The content of a report.

    Attributes:
        measured: All measurements.
        parameters: Each model's number of parameters.
    """

    measured: Sequence[Measurement]
    parameters: Mapping[str, int]

    def size(self, model: str) -> str:
        """Return a model's number of parameters as 22.7M."""
        return millions(self.parameters[model]) if model in self.parameters else ""


def sections(measurements: Measurements) -> Iterator[str]:
    """Yield the sections of the benchmarks that have measurements."""
    for write in (_classification, _entities, _pairs, _graded, _retrieval):
        lines = list(write(measurements))
        if lines:
            yield "\n".join(lines) + "\n"


def _classification(measurements: Measurements) -> Iterator[str]:
    models = list(by_model(measurements.measured, "medical_abstracts"))
    if not models:
        return
    doubles = models[0][1][0].metrics["doubles"]
    yield "## Medical Abstracts: text classification\n"
    yield _table("model", "parameters", "accuracy", "loss", "trained and judged")
    for model, trials in models:
        for protocol, group in groupby(trials, key=lambda trial: str(trial.metrics["protocol"])):
            done_trials = list(group)
            expected = len(TRAIN_SEEDS) if protocol.startswith("train") else FOLDS
            progress = f"{protocol}, {len(done_trials)} of {expected} done, {done_trials[0].metrics['precision']}"
            yield _row(
                model,
                measurements.size(model),
                mean_of(done_trials, "accuracy"),
                mean_of(done_trials, "loss"),
                progress,
            )
    for row in MEDICAL_ABSTRACTS:
        yield _row(row.model, row.parameters, decimal(row.accuracy), decimal(row.loss), "*published:* train and test")
    yield "\n![Accuracy](medical_abstracts.png)\n"
    yield (
        f"run_glue's preprocessing and settings through Trainer (128 tokens, batch 32, learning rate 1e-4, 4 epochs), "
        f"scored with the saved model in float32; ± is the standard deviation over folds or seeds. Of the "
        f"{doubles['rows']:,} judged rows {doubles['distinct']:,} texts are distinct, and {doubles['contradicted']:,} "
        f"texts have more than one label: one answer a text is right on {decimal(doubles['ceiling'])} of the rows at "
        f"most. The published rows were trained on the train file's 11,550 rows, a fold on some "
        f"{doubles['rows'] * (FOLDS - 1) // FOLDS:,} rows of the test file: the two kinds of rows do not compare."
    )


def _entities(measurements: Measurements) -> Iterator[str]:
    models = list(by_model(measurements.measured, "ncbi_disease"))
    if not models:
        return
    yield "## NCBI disease: entity extraction\n"
    yield _table("model", "parameters", "devel F1", "test precision", "test recall", "test F1", "seconds")
    for model, trials in models:
        for metrics in (trial.metrics for trial in trials):
            scores = (metrics["devel"]["f1"], *(metrics["test"][name] for name in ("precision", "recall", "f1")))
            yield _row(model, measurements.size(model), *map(decimal, scores), f"{metrics['seconds']:.0f}")
    for name, score in NCBI_DISEASE:
        yield _row(name, "110M", "", "", "", f"{score} *(literature)*", "")
    yield "\nWhole mentions, strict (seqeval, IOB2); the epoch is chosen on devel."


def _pairs(measurements: Measurements) -> Iterator[str]:
    models = list(by_model(measurements.measured, *_PAIR_BENCHMARKS))
    if not models:
        return
    yield "## Pairs: Pearson's correlation x 100\n"
    yield _table("model", *(pair_set.name for pair_set in PAIR_SETS))
    for model, measured in models:
        scores = {measurement.benchmark: measurement.metrics for measurement in measured}
        yield _row(model, *(_pair_cell(scores.get(name)) for name in _PAIR_BENCHMARKS))
    for row in PAIRS:
        yield _row(f"{row.model} *(published)*", *(f"{row.scores[pair_set.name]:.2f}" for pair_set in PAIR_SETS))
    yield "\n![Pearson's correlation](pairs.png)\n"
    yield (
        "Cosine against 1 for a true pair and 0 for one with a stranger: the partners rolled by one, and in brackets "
        "the mean of five random draws with their standard deviation. " + " ".join(_reproduced(models))
    )


def _pair_cell(metrics: Mapping[str, Any] | None) -> str:
    if metrics is None:
        return ""
    random_draws = [100 * value for value in metrics["drawn"]]
    return f"{100 * metrics['rolled']:.2f} ({fmean(random_draws):.2f} ± {stdev(random_draws):.2f})"


def _reproduced(models: Sequence[tuple[str, Sequence[Measurement]]]) -> Iterator[str]:
    """Yield whether published rows come out here: only then can other published rows be compared."""
    published = {row.model: row.scores for row in PAIRS}
    for model, measured in models:
        for measurement in measured:
            name = str(measurement.metrics["data"])
            if model in published:
                ours, theirs = 100 * measurement.metrics["rolled"], published[model][name]
                verdict = "within" if abs(ours - theirs) <= REPRODUCED_WITHIN else "NOT within"
                yield f"{name} of {model}: {theirs:.2f} published, {ours:.2f} here, {verdict} {REPRODUCED_WITHIN}."


def _graded(measurements: Measurements) -> Iterator[str]:
    models = list(by_model(measurements.measured, "biosses"))
    if not models:
        return
    yield "## BIOSSES: Spearman's correlation\n"
    yield _table("model", "parameters", "Spearman")
    for model, measured in models:
        yield _row(model, measurements.size(model), decimal(measured[0].metrics["spearman"]))
    yield "\n100 sentence pairs graded by five annotators each."


def _retrieval(measurements: Measurements) -> Iterator[str]:
    retrievals = [measurement for measurement in measurements.measured if "evaluation" in measurement.metrics]
    names = sorted({measurement.benchmark for measurement in retrievals})
    if not names:
        return
    yield "## Retrieval: nDCG@10\n"
    yield "As `pubmed-search evaluate` measures it, with 95 % confidence intervals.\n"
    yield _table("collection", "model", *_METHODS.values(), "both: MRR@10", "both: Recall@100")
    for name in names:
        for model, measured in by_model(retrievals, name):
            evaluation = measured[0].metrics["evaluation"]
            rows = {row["method"]: row for row in evaluation["rows"] if row["type"] is None}
            cells = (_interval(rows[method]["ndcg_10"]) for method in _METHODS)
            best = rows["hybrid"]
            others = (decimal(best[metric]["mean"]) for metric in ("mrr_10", "recall_100"))
            yield _row(f"{name} {evaluation['split']}", model, *cells, *others)
    yield "\n![nDCG@10](retrieval.png)"


def _interval(figure: Mapping[str, float]) -> str:
    return f"{decimal(figure['mean'])} ({decimal(figure['low'])}-{decimal(figure['high'])})"


def _table(*headings: str) -> str:
    return _row(*headings) + "\n" + "|---" * len(headings) + "|"


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"
