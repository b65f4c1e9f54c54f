"""The loss of a run: what the student is pulled towards."""

from typing import TYPE_CHECKING

from model.embed_request import EmbedRequest
from model.embedding_models import find_student, load_student

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module


def loss_of(request: EmbedRequest, student: "SentenceTransformer") -> "Module":
    """Return the loss: squared error to the teacher, divergence from the reranker, else contrast within the batch.

    Source:
        The guide: Solatorio (2024), arXiv:2402.16829.
    """
    from sentence_transformers.sentence_transformer import losses

    if request.teacher:
        return losses.MSELoss(student)
    if request.reranker:
        # The student's cosines lie between -1 and 1: without a temperature their softmax is flat whatever they are.
        return losses.DistillKLDivLoss(student, student_temperature=request.temperature)
    if request.guide:
        guide = load_student(find_student(request.guide), tokens=request.tokens)
        return losses.GISTEmbedLoss(
            student,
            guide.requires_grad_(requires_grad=False),
            temperature=request.temperature,
            contrast_anchors=False,
            contrast_positives=False,
        )
    if request.symmetric:
        return losses.MultipleNegativesRankingLoss(
            student,
            scale=1 / request.temperature,
            directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction",
        )
    return losses.MultipleNegativesRankingLoss(student, scale=1 / request.temperature)
