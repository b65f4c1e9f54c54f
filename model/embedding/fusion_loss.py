"""A loss that teaches meaning and words together: the student ranks a batch's texts as a fusion of two rankers does.

Ranking by words and ranking by meaning fail on different queries, and their fusion beats both. For each anchor this
loss turns a fusion of three things into a distribution over the texts of the batch, and pulls the student's own
distribution towards it: the cosines of a guide (the model before the training, so that nothing is forgotten), BM25 over
WordPiece tokens, and the known answer, the anchor's own positive.

Source:
    A dense model that learns BM25's ranking: Chen et al. (2022), arXiv:2110.06918.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_Columns = list[dict[str, Tensor]]
_K1, _B = 0.9, 0.4
_LABEL = 5.0  # how much being the anchor's own positive counts, in units of the softmax's logits
_FLOOR = 0.3  # of what a text with all of the query's words would score: a best score below that is not scaled up to 1


@dataclass(frozen=True, slots=True)
class Fusion:
    """How a fusion is made, and of which columns of a batch.

    A batch has an anchor, its positive, `others` other anchors of the same positive, for the first `spelt` of these all
    the words that BM25 may find them by, then negatives.

    Attributes:
        words: How much BM25 counts, in units of the softmax's logits.
        scale: What cosines are multiplied by.
        others: How many columns after the positive are also anchors.
        spelt: How many columns after these are words for BM25.
    """

    words: float
    scale: float = 20.0
    others: int = 0
    spelt: int = 0


class FusionLoss(nn.Module):
    """Divergence of the student's ranking of a batch from that of a fusion.

    Args:
        student: What is trained.
        guide: The model whose cosines are to be kept; it is not trained.
        weights: Inverse document frequency of each token, from `token_weights`.
        fusion: How the fusion is made.
    """

    weights: Tensor

    def __init__(
        self, student: "SentenceTransformer", guide: "SentenceTransformer", weights: Tensor, fusion: Fusion
    ) -> None:
        super().__init__()
        self.model, self.guide, self.fusion = student, guide.requires_grad_(requires_grad=False), fusion
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], _labels: Tensor | None = None) -> Tensor:
        """Return the mean over all anchors of a batch."""
        columns = list(sentence_features)
        first, last = 2 + self.fusion.others, 2 + self.fusion.others + self.fusion.spelt
        anchors, texts = [columns[0], *columns[2:first]], [columns[1], *columns[last:]]
        spelt = [columns[0], *columns[first:last], *columns[2 + self.fusion.spelt : first]]
        with torch.no_grad():
            target = self._target(anchors, spelt, texts).softmax(dim=1)
        return nn.functional.cross_entropy(self._cosines(self.model, anchors, texts), target)

    def _target(self, anchors: _Columns, spelt: _Columns, texts: _Columns) -> Tensor:
        """Return the fusion's scores, (anchors, texts)."""
        fused = self._cosines(self.guide.eval(), anchors, texts)
        if self.fusion.words:
            fused += self.fusion.words * self._by_words(spelt, texts)
        return fused + _LABEL * _own_positive(texts, rows=len(anchors), columns=fused.shape[1])

    def _cosines(self, model: "SentenceTransformer", anchors: _Columns, texts: _Columns) -> Tensor:
        """Return cosines times the scale, (anchors, texts)."""
        anchor_vectors, text_vectors = _vectors(model, anchors), _vectors(model, texts)
        with _exact(anchor_vectors):
            return self.fusion.scale * anchor_vectors @ text_vectors.T

    def _by_words(self, anchors: _Columns, texts: _Columns) -> Tensor:
        """Return BM25 scores over the best of each anchor, 0 to 1, (anchors, texts)."""
        queries = torch.cat([self._counts(column) for column in anchors]).clamp(max=1) * self.weights
        counts = torch.cat([self._counts(column) for column in texts])
        lengths = counts.sum(dim=1, keepdim=True)
        saturated = counts * (_K1 + 1) / (counts + _K1 * (1 - _B + _B * lengths / lengths.mean()))
        with _exact(queries):
            scores = queries @ saturated.T
        full_match = _FLOOR * (_K1 + 1) * queries.sum(dim=1, keepdim=True)
        return scores / torch.maximum(scores.amax(dim=1, keepdim=True), full_match).clamp(min=1e-6)

    def _counts(self, features: dict[str, Tensor]) -> Tensor:
        """Return how often each token occurs, (texts, vocabulary)."""
        ids = features["input_ids"]
        counts = torch.zeros(len(ids), len(self.weights), device=ids.device)
        return counts.scatter_add_(1, ids, features["attention_mask"].float()) * (self.weights > 0)


def token_weights(tokenizer: Any, texts: list[str]) -> Tensor:  # noqa: ANN401 - transformers types none of them
    """Return each token's inverse document frequency in some texts, 0 for special tokens, (vocabulary,)."""
    document_counts = torch.zeros(len(tokenizer))
    for start in range(0, len(texts), 512):
        for ids in tokenizer(texts[start : start + 512], truncation=True, max_length=512)["input_ids"]:
            document_counts[list(set(ids))] += 1
    weights = torch.log(1 + (len(texts) - document_counts + 0.5) / (document_counts + 0.5))
    weights[tokenizer.all_special_ids] = 0
    return weights


def _exact(tensor: Tensor) -> torch.autocast:
    """Keep scores out of the half precision that the encoder may compute in: near 20 its steps are as large as .1."""
    return torch.autocast(tensor.device.type, enabled=False)


def _vectors(model: "SentenceTransformer", columns: _Columns) -> Tensor:
    return torch.cat([nn.functional.normalize(model(dict(column))["sentence_embedding"].float()) for column in columns])


def _own_positive(texts: _Columns, *, rows: int, columns: int) -> Tensor:
    """Return 1 where a text is the anchor's positive, or one with the very same tokens, (anchors, texts)."""
    ids = texts[0]["input_ids"]
    same = (ids[:, None] == ids[None]).all(dim=2).float()
    return nn.functional.pad(same, (0, columns - len(ids))).repeat(rows, 1)
