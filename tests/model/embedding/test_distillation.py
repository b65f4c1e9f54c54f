"""What a student learns from its teachers: projected vectors, and a cross-encoder's logits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from index.core.errors import DataError, ModelError
from index.core.progress import SILENT
from model.embedding.distillation import principal_axes, reranker_scores, teacher_vectors
from model.training_data.pair_files import TrainingPair


@dataclass(frozen=True)
class Teacher:
    """A teacher that returns the given vectors."""

    vectors: np.ndarray

    @property
    def dimensions(self) -> int:
        return self.vectors.shape[1]

    def encode(self, texts: Sequence[str], *, done: object = None) -> np.ndarray:
        return self.vectors[: len(texts)]


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_axes_are_those_of_a_singular_value_decomposition() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    axes = principal_axes(vectors, 3)
    expected = np.linalg.svd(vectors, full_matrices=False)[2][:3].T
    assert axes.shape == (8, 3)
    assert np.abs((axes * expected).sum(axis=0)) == pytest.approx(np.ones(3), abs=1e-4)


def test_projecting_what_lies_in_few_dimensions_keeps_every_cosine() -> None:
    draws = np.random.default_rng(1)
    vectors = _unit(draws.normal(size=(40, 4)) @ draws.normal(size=(4, 12)))
    texts = [str(n) for n in range(40)]
    projected = teacher_vectors(Teacher(vectors), texts, dimensions=4, progress=SILENT)  # type: ignore[arg-type]
    assert projected.shape == (40, 4)
    assert projected @ projected.T == pytest.approx(vectors @ vectors.T, abs=1e-4)


def test_a_teacher_of_the_students_width_is_taken_as_it_is() -> None:
    vectors = _unit(np.eye(3) + 0.1)
    labels = teacher_vectors(Teacher(vectors), ["a", "b", "c"], dimensions=3, progress=SILENT)  # type: ignore[arg-type]
    assert np.array_equal(labels, vectors)


def test_a_narrow_teacher_or_too_few_texts_are_stated_errors() -> None:
    teacher = Teacher(_unit(np.ones((5, 4))))
    with pytest.raises(ModelError, match="4 dimensions, fewer than the student's 8"):
        teacher_vectors(teacher, ["a"], dimensions=8, progress=SILENT)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="2 principal axes need 2 texts or more, not 1"):
        teacher_vectors(teacher, ["a"], dimensions=2, progress=SILENT)  # type: ignore[arg-type]


class Reranker:
    """Scores a text by its length."""

    def logits(self, query: str, texts: Sequence[str]) -> list[float]:
        return [float(len(text) + len(query)) for text in texts]


def test_scores_are_of_the_positive_first_and_then_of_each_negative() -> None:
    pairs = [TrainingPair("a", "bb", ("ccc", "d")), TrainingPair("aa", "b", ("c", "dd"))]
    scores = list(reranker_scores(Reranker(), pairs, progress=SILENT))  # type: ignore[arg-type]
    assert scores == [(3.0, 4.0, 2.0), (3.0, 3.0, 4.0)]
