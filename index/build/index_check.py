"""Checks a new index: both parts, vectors and words, find a known article."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.core.errors import LibraryError
from index.records.passages import EncodingKey, Passage

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.store.article_store import ArticleStore

_PROBES = 200  # articles among which the one with the longest title is the probe
_FOUND_WITHIN = 100
_SAME_TEXT = 0.99  # cosine; rounding to one byte a dimension costs less than .001


def choose_probe(store: "ArticleStore", keys: Sequence[EncodingKey]) -> Passage:
    """Choose the article that the index must find: one with a long title."""
    passages = store.passages([key.pmid for key in keys[:_PROBES]])
    return max(passages, key=lambda passage: (len(passage.title.split()), passage.pmid))


def verify(index: "SearchIndex", probe: Passage) -> None:
    """Check that both parts, vectors and words, find a known article.

    Args:
        index: The build; that its parts hold equally many articles was checked when it was opened.
        probe: The known article.

    Raises:
        LibraryError: They do not; the message says which part.
    """
    text, title = index.encoder.encode([probe.text, probe.title])
    own_scores = {match.pmid: match.score for match in index.nearest(text, _FOUND_WITHIN)}
    by_meaning = {match.pmid for match in index.nearest(title, _FOUND_WITHIN)}
    by_words = {match.pmid for match in index.matching(probe.title, _FOUND_WITHIN).matches}
    title_found = probe.pmid in by_meaning or not probe.title  # a collection may have abstracts only
    if own_scores.get(probe.pmid, 0) < _SAME_TEXT or not title_found:
        raise LibraryError(
            f"The vectors do not find PMID {probe.pmid} by its own text. Build it again:\n  rebuild-index"
        )
    if probe.pmid not in by_words and index.stems(probe.title):
        raise LibraryError(
            f"The words do not find PMID {probe.pmid} by its own title. Build it again:\n  rebuild-index"
        )
