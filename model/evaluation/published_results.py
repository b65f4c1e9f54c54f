"""Figures that others published, to stand beside ours; each with its source. None was measured here."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PublishedClassification:
    """A row of the model card's table: Medical Abstracts, trained on its train file, scored on its test file."""

    model: str
    parameters: str
    accuracy: float
    loss: float


@dataclass(frozen=True, slots=True)
class PublishedPairs:
    """Pearson's correlation times 100 on each set of pairs."""

    model: str
    scores: dict[str, float]


# The card of neuml/biomedbert-small, 2026: run_glue, 128 tokens, batch 32, learning rate 1e-4, 4 epochs, one seed.
MEDICAL_ABSTRACTS: Final = (
    PublishedClassification("biomedbert-small", "22.7M", 0.6274, 0.8647),
    PublishedClassification("biomedbert-hash-nano", "0.969M", 0.6195, 0.9464),
    PublishedClassification("biomedbert-base", "110M", 0.6195, 0.9037),
    PublishedClassification("bert-base-uncased", "110M", 0.6118, 0.9712),
    PublishedClassification("BioClinical-ModernBERT-base", "149M", 0.5679, 1.0915),
    PublishedClassification("ModernBERT-base", "149M", 0.5672, 1.1079),
)


def _pairs(model: str, question_answer: float, subset: float, summary: float) -> PublishedPairs:
    return PublishedPairs(model, {"PubMed QA": question_answer, "PubMed Subset": subset, "PubMed Summary": summary})


# The cards of neuml/pubmedbert-base-embeddings, biomedbert-base-colbert and biomedbert-base-reranker.
PAIRS: Final = (
    _pairs("all-MiniLM-L6-v2", 90.40, 95.92, 94.07),
    _pairs("bge-base-en-v1.5", 91.02, 95.82, 94.49),
    _pairs("gte-base", 92.97, 96.90, 96.24),
    _pairs("pubmedbert-base-embeddings", 93.27, 97.00, 96.58),
    _pairs("biomedbert-base-colbert", 94.59, 97.18, 96.21),
    _pairs("biomedbert-base-reranker", 97.66, 99.76, 98.81),
)
REPRODUCED_WITHIN: Final = 0.3
"""Another model's row is believed once all-MiniLM-L6-v2's is met this closely."""

# Test F1, whole mentions. Lee et al. (2020), doi:10.1093/bioinformatics/btz682; Gu et al. (2021), doi:10.1145/3458754.
NCBI_DISEASE: Final = (("BERT-base", ".85-.86"), ("PubMedBERT", ".88"))
