"""The benchmarks that models are judged by, and where their data is.

::

    DATA/medical_abstracts/          CSV files as `pubmed-model classify` reads them, else the public set on the hub
    DATA/ner/ncbi_disease/           BIO columns as `pubmed-model entities` reads them
    DATA/corpora/pubmedqa_pqal.jsonl.gz, pubmed_subset.jsonl.gz, pubmed_summary.jsonl.gz      pairs, else the hub
    DATA/sts/biosses.tsv             graded sentence pairs
    DATA/collections/NAME/           judged collections as `pubmed-search evaluate` reads them

Each measurement is a run of its own (RUNS/benchmark/model/trial): done once, then read from its folder.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from index.core.progress import SILENT, Progress
from model.evaluation.pair_sets import PAIR_SETS, PairSet, find_pairs, read_graded
from model.fine_tuning.cross_validation import doubles, folds
from model.fine_tuning.fine_tune import FineTuningHyperparameters
from model.fine_tuning.iob2_sentences import open_entities
from model.fine_tuning.labelled_texts import MEDICAL_ABSTRACTS, TextData, open_texts
from model.fine_tuning.text_classification import RUN_GLUE, Classification, classify
from model.fine_tuning.token_classification import ENTITY_RECIPE, extract_entities
from model.runs.encoder_files import EncoderReference
from model.runs.run_once import identity_of, run_once

if TYPE_CHECKING:
    from model.evaluation.similarity import Encode

FOLDS: Final = 5
TRAIN_SEEDS: Final = (42, 43, 44)
PAIR_SEEDS: Final = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class BenchmarkSetup:
    """Where data and results are.

    Attributes:
        data: The benchmarks' data.
        runs: Receives a folder a measurement.
        cache: Libraries of the judged collections, kept for the next time.
        classification: How texts are classified.
        entities: How entities are extracted.
        progress: Draws the bars.
    """

    data: Path
    runs: Path
    cache: Path
    classification: FineTuningHyperparameters = RUN_GLUE
    entities: FineTuningHyperparameters = ENTITY_RECIPE
    progress: Progress = SILENT

    def run(self, benchmark: str, encoder: EncoderReference, trial: str) -> Path:
        """Return the folder of one measurement."""
        return self.runs / benchmark / encoder.name.replace("/", "--") / trial


Measure: TypeAlias = Callable[[BenchmarkSetup, EncoderReference], None]


def benchmarks(data: Path) -> dict[str, Measure]:
    """Return what measures a model on each benchmark, by name: quick ones first.

    The results are in the setup's runs afterwards. Each raises DataError if its data is missing, and ModelError if the
    model cannot be used for it.

    Args:
        data: The benchmarks' data; its collections are benchmarks too.
    """
    folders = sorted(path for path in (data / "collections").glob("*/") if path.is_dir())
    return {
        "biosses": _biosses,
        **{pair_set_name(pair_set): _pairs(pair_set) for pair_set in PAIR_SETS},
        **{folder.name: _collection(folder) for folder in folders},
        "ncbi_disease": _ncbi_disease,
        "medical_abstracts": _medical_abstracts,
    }


def pair_set_name(pair_set: PairSet) -> str:
    """Return a pair set's name as a benchmark, such as "pubmed_qa"."""
    return pair_set.name.lower().replace(" ", "_")


def _medical_abstracts(setup: BenchmarkSetup, encoder: EncoderReference) -> None:
    source = setup.data / "medical_abstracts"
    data = open_texts(str(source) if source.is_dir() else MEDICAL_ABSTRACTS)
    for trial, recipe, task in _trials(data, setup.classification):
        folder = setup.run("medical_abstracts", encoder, trial)
        classify(encoder, task, recipe, folder, progress=setup.progress)
        _drop_weights(folder)


def _trials(
    data: TextData, recipe: FineTuningHyperparameters
) -> Iterator[tuple[str, FineTuningHyperparameters, Classification]]:
    """Yield what is trained and judged: with a train file each seed, without one each fold of the test file."""
    details: dict[str, Any] = {"doubles": asdict(doubles(data.test))}
    if data.train is not None:
        details |= {"protocol": "train and test"}
        task = Classification(data.name, data.train, data.test, data.labels, data.names, details)
        yield from ((f"seed-{seed}", _with_seed(recipe, seed), task) for seed in TRAIN_SEEDS)
        return
    details |= {"protocol": f"{FOLDS} folds of the test file by distinct text"}
    for fold in folds(data.test, FOLDS, seed=recipe.seed):
        task = Classification(data.name, fold.train, fold.test, data.labels, data.names, details)
        yield f"fold-{fold.number}", recipe, task


def _with_seed(recipe: FineTuningHyperparameters, seed: int) -> FineTuningHyperparameters:
    return FineTuningHyperparameters(**(asdict(recipe) | {"seed": seed}))


def _ncbi_disease(setup: BenchmarkSetup, encoder: EncoderReference) -> None:
    data = open_entities(setup.data / "ner" / "ncbi_disease")
    folder = setup.run("ncbi_disease", encoder, f"seed-{setup.entities.seed}")
    extract_entities(encoder, data, setup.entities, folder, progress=setup.progress)
    _drop_weights(folder)


def _pairs(pair_set: PairSet) -> Measure:
    def measure(setup: BenchmarkSetup, encoder: EncoderReference) -> None:
        from model.evaluation.similarity import pair_score

        pairs = find_pairs(pair_set, setup.data)
        identity = identity_of("pairs", encoder, pair_set.name, repr(pairs)) | {"seeds": list(PAIR_SEEDS)}
        folder = setup.run(pair_set_name(pair_set), encoder, "five-seeds")
        run_once(folder, identity, lambda: asdict(pair_score(pairs, _encode_of(encoder), seeds=PAIR_SEEDS)))

    return measure


def _biosses(setup: BenchmarkSetup, encoder: EncoderReference) -> None:
    from model.evaluation.similarity import graded_score

    pairs = read_graded(setup.data / "sts" / "biosses.tsv")
    identity = identity_of("graded", encoder, "BIOSSES", repr(pairs))
    folder = setup.run("biosses", encoder, "all")
    run_once(
        folder, identity, lambda: {"pairs": len(pairs.grades), "spearman": graded_score(pairs, _encode_of(encoder))}
    )


def _collection(collection: Path) -> Measure:
    def measure(setup: BenchmarkSetup, encoder: EncoderReference) -> None:
        files = sorted(path for path in collection.rglob("*") if path.suffix in (".gz", ".jsonl", ".tsv"))
        identity = identity_of("retrieval", encoder, collection.name, " ".join(map(_hash_of, files)))
        folder = setup.run(collection.name, encoder, "ranking")
        run_once(folder, identity, lambda: _ranking_metrics(collection, encoder, setup.cache))

    return measure


def _ranking_metrics(collection: Path, encoder: EncoderReference, cache: Path) -> dict[str, Any]:
    """Measure the product's own ranking, as `pubmed-search evaluate` does."""
    from index.embedding.model_files import resolve_model
    from search.evaluation.runner import EvaluationRequest, measure_collection

    name = "default" if encoder.path == resolve_model(None).path else str(encoder.path)
    evaluation = measure_collection(EvaluationRequest(collection, cache, model=name), Progress())
    return {"evaluation": evaluation.to_json() | {"model": encoder.name}}


def _encode_of(encoder: EncoderReference) -> "Encode":
    """Return what encodes texts, in float32: the model's own pooling, mean pooling where it has none."""
    from transformers.utils import logging

    from index.embedding.encoder import Encoder
    from index.embedding.model_files import ModelReference, resolve_model

    if (encoder.path / "modules.json").is_file():
        reference = resolve_model(str(encoder.path))  # refuses what brings its own code
    else:
        reference = ModelReference(encoder.name, encoder.path, encoder.fingerprint)
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it warns of a pooler, which is not used
    return Encoder.load(reference, precision="fp32").encode


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _drop_weights(folder: Path) -> None:
    """Remove a fine-tuned model: only its scores are needed, and all weights together take gigabytes."""
    for path in (*folder.glob("*.safetensors"), folder / "checkpoints"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
