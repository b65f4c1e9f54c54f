"""What a run is trained on: pairs made once and kept beside it, one Hugging Face dataset for each kind."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.core.errors import DataError
from index.core.files import replacing
from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.embedding.model_files import resolve_model
from model.embedding.distillation import reranker_scores, teacher_vectors
from model.embedding.neighbour_order import neighbour_order
from model.embedding.request import EmbedRequest
from model.training_data.hard_negatives import Ranker, by_model, by_words, mine
from model.training_data.library_pairs import library_pairs
from model.training_data.pair_files import TrainingPair, read_pairs, write_pairs

if TYPE_CHECKING:
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer

Rows = dict[str, list[Any]]
PAIRS, LABELS = "pairs.jsonl", "labels.npy"
OTHER, SPELT = "other", "spelt"


def training_data(request: EmbedRequest, student: "SentenceTransformer", progress: Progress) -> "dict[str, Dataset]":
    """Return the data of a run, by kind; what an earlier call made is read.

    Raises:
        DataError: There is nothing to train on.
        ModelError: Teacher or reranker cannot be used.
    """
    from datasets import Dataset

    pairs = _cached_pairs(request, progress)
    if request.teacher:
        rows = {"texts": _teacher_rows(request, pairs, student.get_embedding_dimension() or 0, progress)}
    elif request.reranker:
        rows = _reranker_rows(request, pairs, progress)
    else:
        columns = _fusion_rows if request.words else _rows
        rows = {kind: columns(part) for kind, part in _by_kind(pairs).items()}
    return {kind: Dataset.from_dict(columns) for kind, columns in rows.items()}


def _cached_pairs(request: EmbedRequest, progress: Progress) -> list[TrainingPair]:
    """Make the pairs and their negatives, or read those of an earlier call."""
    path = request.output / PAIRS
    if not path.is_file():
        pairs = [pair for file in request.pairs for pair in read_pairs(file)]
        if request.library and request.pair_request.kinds:
            pairs += library_pairs(request.library, request.pair_request, progress)
        if request.negatives:
            pairs = mine(pairs, _rankers(request), count=request.negatives, progress=progress)
        write_pairs(path, pairs)
    return list(read_pairs(path))


def _rankers(request: EmbedRequest) -> list[Ranker]:
    rankers: list[Ranker] = [by_words] if "bm25" in request.miners else []
    if "model" in request.miners:
        rankers.append(by_model(Encoder.load(resolve_model(request.student))))
    return rankers


def _by_kind(pairs: Sequence[TrainingPair]) -> dict[str, list[TrainingPair]]:
    ordered = sorted(pairs, key=lambda pair: pair.kind)  # stable: within a kind they stay in order
    return {kind: list(part) for kind, part in groupby(ordered, key=lambda pair: pair.kind)}


def _rows(pairs: Sequence[TrainingPair]) -> Rows:
    """Return columns; every row has as many negatives as the pair with the fewest."""
    rows: Rows = {"anchor": [pair.anchor for pair in pairs], "positive": [pair.positive for pair in pairs]}
    return rows | _columns("negative", [pair.negatives for pair in pairs])


def _columns(name: str, texts: Sequence[tuple[str, ...]]) -> Rows:
    """Return one column for each position at which all rows have a text."""
    fewest = min(map(len, texts))
    return {f"{name}_{n + 1}": [row[n] for row in texts] for n in range(fewest)}


def _fusion_rows(pairs: Sequence[TrainingPair]) -> Rows:
    """Return columns, neighbours together; a repeated pair goes to another round, so it is not its own neighbour."""
    rounds: list[list[TrainingPair]] = []
    seen: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        number = seen[pair.anchor, pair.positive]
        seen[pair.anchor, pair.positive] += 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(pair)
    ordered = [part[position] for part in rounds for position in neighbour_order([pair.positive for pair in part])]
    others, spelt = [pair.others for pair in ordered], [pair.spelt for pair in ordered]
    rows = _rows(ordered)
    first = {name: rows.pop(name) for name in ("anchor", "positive")}
    return first | _columns(OTHER, others) | _columns(SPELT, spelt) | rows


def _teacher_rows(request: EmbedRequest, pairs: Sequence[TrainingPair], dimensions: int, progress: Progress) -> Rows:
    texts = list(dict.fromkeys(chain.from_iterable(pair.texts for pair in pairs)))

    def labels() -> NDArray[np.float32]:
        teacher = Encoder.load(resolve_model(request.teacher))
        return teacher_vectors(teacher, texts, dimensions=dimensions, progress=progress)

    return {"text": texts, "label": list(_cached_labels(request.output / LABELS, labels))}


def _reranker_rows(request: EmbedRequest, pairs: list[TrainingPair], progress: Progress) -> dict[str, Rows]:
    """Return columns with the reranker's scores of the positive and of each negative."""
    from index.embedding.cross_encoder import Reranker

    fewest = min(len(pair.negatives) for pair in pairs)
    if not fewest:
        raise DataError("A reranker compares texts: every pair needs a negative, and some have none.")

    def labels() -> NDArray[np.float32]:
        scores = reranker_scores(Reranker.load(str(request.reranker)), pairs, progress=progress)
        return np.array([row[: fewest + 1] for row in scores], dtype=np.float32)

    # One dataset of all kinds: texts of a batch are compared with those of their own row only.
    rows = _rows(pairs) | {"label": _cached_labels(request.output / LABELS, labels).tolist()}
    return {"pairs": rows}


def _cached_labels(path: Path, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
    if not path.is_file():
        content = make()
        with replacing(path) as file:
            np.save(file, content)
    labels: NDArray[np.float32] = np.load(path)
    return labels
