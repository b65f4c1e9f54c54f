"""The loss of a run: what the student is pulled towards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.embedding.batch_data import OTHER, SPELT
from model.embedding.request import EmbedRequest
from model.embedding.student import find_student, load_student
from model.training_data.pair_kinds import SYNONYM

if TYPE_CHECKING:
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module

    from model.embedding.fusion_loss import Fusion


def loss_of(
    request: EmbedRequest, student: "SentenceTransformer", data: "Mapping[str, Dataset]"
) -> "Module | dict[str, Module]":
    """Return the loss: divergence from the guide's ranking fused with BM25's, without a guide contrast."""
    from sentence_transformers.sentence_transformer import losses

    if request.guide:
        return _fusion(request, student, data)
    return losses.MultipleNegativesRankingLoss(student, scale=1 / request.temperature)


def _fusion(
    request: EmbedRequest, student: "SentenceTransformer", data: "Mapping[str, Dataset]"
) -> "dict[str, Module]":
    """Return the loss of each kind; names of one heading share too few words for BM25 to help."""
    from model.embedding.fusion_loss import FusionLoss, token_weights

    guide = load_student(find_student(str(request.guide)), tokens=request.tokens)
    texts = [text for kind, part in data.items() if kind != SYNONYM or len(data) == 1 for text in part["positive"]]
    weights = token_weights(student.tokenizer, texts)
    return {
        kind: FusionLoss(student, guide, weights, _fusion_of(request, kind, part.column_names))
        for kind, part in data.items()
    }


def _fusion_of(request: EmbedRequest, kind: str, columns: list[str]) -> "Fusion":
    from model.embedding.fusion_loss import Fusion

    others, spelt = (sum(name.startswith(prefix) for name in columns) for prefix in (OTHER, SPELT))
    words = 0.0 if kind == SYNONYM else request.words
    return Fusion(words, scale=1 / request.temperature, others=others, spelt=spelt)
