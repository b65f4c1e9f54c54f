"""Checks a new index before it is published, and chooses how many of its cells a search looks into.

A sample of articles must have their own vectors and be found by their own titles; no single article decides, because
one title may stand for a hundred articles. What share of the nearest articles a search finds is measured with titles,
beside a search of every cell.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.progress import Progress
from index.records.encoding_keys import EncodingKeys
from index.records.passages import EncodingKey, Passage

if TYPE_CHECKING:
    from index.embedding.text_encoder import TextEncoder
    from index.engine.search_index import SearchIndex
    from index.engine.vector_index import VectorIndex

SAMPLE = 128
"""Articles that are compared, evenly spread over the index."""

LEAST_RECALL = 0.98
"""Of the ten nearest articles to a title, by as many cells as are needed for it."""

NEAREST = 10
_FOUND_WITHIN = 100
_LEAST_FOUND = 0.9  # of the sample, by their titles: some are "Reply", or another article's too
_FEWEST_STEMS = 4  # of a title that tells articles apart
_SAME_TEXT = 0.98  # cosine; one byte a dimension costs up to .01 of it where vectors are divided into cells
_FIRST_CELLS = 16


def spread(keys: EncodingKeys, count: int) -> EncodingKeys:
    """Return so many keys, evenly spread over all."""
    return keys.take(np.arange(count) * len(keys) // count)


def choose_sample(keys: Sequence[EncodingKey]) -> list[EncodingKey]:
    """Return the articles to compare; the same keys give the same ones."""
    return list(keys[:: max(1, len(keys) // SAMPLE)][:SAMPLE])


def choose_cells(
    vectors: "VectorIndex", encoder: "TextEncoder", titles: Sequence[str], progress: Progress
) -> tuple[int | None, float]:
    """Return how many cells a search looks into, and the share of the nearest articles that it finds then.

    Args:
        vectors: The index.
        encoder: The model that made them.
        titles: Of some of its articles: no article has their vectors.
        progress: Draws how many searches are done.

    Returns:
        The smallest power of two of cells with `LEAST_RECALL`; None and 1 for an index without cells.
    """
    if not vectors.cells:
        return None, 1.0
    queries = encoder.encode(list(titles))
    with progress.bar("recall", None, "search") as bar:
        exact = vectors.nearest_rows(queries, NEAREST, cells=vectors.cells)
        bar.update()
        cells = min(_FIRST_CELLS, vectors.cells)
        while (recall := _recall(vectors, queries, exact, cells)) < LEAST_RECALL and cells < vectors.cells:
            bar.update()
            cells = min(2 * cells, vectors.cells)
    return cells, recall


def _recall(vectors: "VectorIndex", queries: NDArray[np.float32], exact: NDArray[np.int64], cells: int) -> float:
    found = vectors.nearest_rows(queries, NEAREST, cells=cells)
    return float(np.mean([np.isin(nearest, rows).mean() for nearest, rows in zip(exact, found, strict=True)]))


def verify(index: "SearchIndex", passages: Sequence[Passage], vectors: NDArray[np.floating]) -> None:
    """Check that the index has the vectors of some articles, and finds them by their words.

    Args:
        index: The build; that its parts hold equally many articles was checked when it was opened.
        passages: The articles.
        vectors: Theirs, shape (n, dimensions).

    Raises:
        LibraryError: It does not; the message says which part.
    """
    pmids = [passage.pmid for passage in passages]
    try:
        cosines = np.einsum("ij,ij->i", index.vectors(pmids), vectors.astype(np.float32))
    except KeyError as error:
        raise LibraryError(f"The index does not hold an article of the store: {error.args[0]}") from error
    if other := np.count_nonzero(~(cosines >= _SAME_TEXT)):
        raise LibraryError(f"Of {len(pmids)} articles compared, {other} have other vectors in the index than their own")
    titled = [passage for passage in passages if len(index.stems(passage.title)) >= _FEWEST_STEMS]
    lost = [passage.pmid for passage in titled if not _is_found(index, passage)]
    if len(lost) > (1 - _LEAST_FOUND) * len(titled):
        raise LibraryError(
            f"Of {len(titled)} articles compared, {len(lost)} are not found by the words of their own titles, "
            f"such as PMID {lost[0]}"
        )


def verify_model(index: "SearchIndex", passage: Passage) -> None:
    """Check that the model that encodes questions gives a text of the index its vector.

    Raises:
        LibraryError: It does not.
        ModelError: It cannot be loaded.
    """
    cosine = float(index.vectors([passage.pmid])[0] @ index.encode(passage.text))
    if not cosine >= _SAME_TEXT:
        raise LibraryError(
            f"The model gives the text of PMID {passage.pmid} another vector than the index (cosine {cosine:.3f}). "
            "Build it again:\n  rebuild-index"
        )


def _is_found(index: "SearchIndex", passage: Passage) -> bool:
    return any(match.pmid == passage.pmid for match in index.matching(passage.title, _FOUND_WITHIN).matches)
