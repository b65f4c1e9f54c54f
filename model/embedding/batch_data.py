"""What a run is trained on: pairs made once and kept beside it, one Hugging Face dataset for each kind."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.embedding.model_files import resolve_model
from model.embedding.neighbour_order import neighbour_order
from model.embedding.request import EmbedRequest
from model.training_data.hard_negatives import Ranker, by_model, by_words, mine
from model.training_data.library_pairs import library_pairs
from model.training_data.pair_files import TrainingPair, read_pairs, write_pairs

if TYPE_CHECKING:
    from datasets import Dataset

Rows = dict[str, list[Any]]
PAIRS = "pairs.jsonl"
OTHER, SPELT = "other", "spelt"


def training_data(request: EmbedRequest, progress: Progress) -> "dict[str, Dataset]":
    """Return the data of a run, by kind; what an earlier call made is read.

    Raises:
        DataError: There is nothing to train on.
        ModelError: The model that finds negatives cannot be used.
    """
    from datasets import Dataset

    pairs = _cached_pairs(request, progress)
    columns = _fusion_rows if request.guide else _rows
    return {kind: Dataset.from_dict(columns(part)) for kind, part in _by_kind(pairs).items()}


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
