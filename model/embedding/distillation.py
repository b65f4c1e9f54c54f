"""What a student learns from its teachers: vectors of a larger model, or scores of a cross-encoder.

The two steps in which the published model was made. A teacher's wider vectors are projected onto their own principal
axes, so that the student needs no extra layer, which other readers of its folder would not apply.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.errors import DataError, ModelError
from index.core.progress import Progress
from index.embedding.encoder import Encoder
from model.training_data.pair_files import TrainingPair

if TYPE_CHECKING:
    from index.embedding.cross_encoder import Reranker

_FITTED = 50_000  # texts that the principal axes are taken from


def principal_axes(vectors: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """Return the principal directions of some vectors.

    They are taken about the origin, not the mean, as cosines are.

    Args:
        vectors: Shape (n, width).
        dimensions: How many directions, at most n and at most the width.

    Returns:
        Shape (width, dimensions); its columns have length 1 and are at right angles.

    Raises:
        DataError: There are fewer vectors than directions.
    """
    if len(vectors) < dimensions:
        raise DataError(
            f"{dimensions} principal axes need {dimensions} texts or more, not {len(vectors)}: give more pairs."
        )
    _, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors.astype(np.float64))
    principal: NDArray[np.float32] = axes[:, ::-1][:, :dimensions].astype(np.float32)
    return principal


def teacher_vectors(
    teacher: Encoder, texts: Sequence[str], *, dimensions: int, progress: Progress
) -> NDArray[np.float32]:
    """Return what the student's vectors should become, shape (len(texts), dimensions), rows of length 1.

    Raises:
        ModelError: The teacher's vectors are narrower than the student's.
        DataError: There are too few texts to project with.
    """
    if teacher.dimensions < dimensions:
        raise ModelError(f"The teacher has {teacher.dimensions} dimensions, fewer than the student's {dimensions}.")
    with progress.bar("teacher", len(texts), "text") as bar:
        vectors = teacher.encode(texts, done=bar.update)
    if teacher.dimensions > dimensions:
        vectors = vectors @ principal_axes(vectors[:_FITTED], dimensions)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def reranker_scores(
    reranker: "Reranker", pairs: Sequence[TrainingPair], *, progress: Progress
) -> Iterator[tuple[float, ...]]:
    """Yield for each pair the cross-encoder's logits of its positive and of each negative, in that order."""
    with progress.bar("reranker", len(pairs), "pair") as bar:
        for pair in pairs:
            yield tuple(reranker.logits(pair.anchor, (pair.positive, *pair.negatives)))
            bar.update()
