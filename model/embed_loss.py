"""The loss of a run: what the student is pulled towards."""

from typing import TYPE_CHECKING

from model.embed_request import EmbedRequest

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module


def loss_of(request: EmbedRequest, student: "SentenceTransformer") -> "Module":
    """Return the loss: squared error to the teacher, divergence from the reranker, else contrast within the batch."""
    from sentence_transformers.sentence_transformer import losses

    if request.teacher:
        return losses.MSELoss(student)
    if request.reranker:
        # The student's cosines lie between -1 and 1: without a temperature their softmax is flat whatever they are.
        return losses.DistillKLDivLoss(student, student_temperature=request.temperature)
    if request.symmetric:
        return losses.MultipleNegativesRankingLoss(
            student,
            scale=1 / request.temperature,
            directions=("query_to_doc", "doc_to_query"),
            partition_mode="per_direction",
        )
    return losses.MultipleNegativesRankingLoss(student, scale=1 / request.temperature)
