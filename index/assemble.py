"""From the store and the vectors to an index: encode what has no vector, write both legs, check that they answer."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.columns import Document
from index.errors import LibraryError
from index.passages import EncodingKey, Passage, passage_of
from index.progress import Progress
from index.vectors import BATCH, VectorShards

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.engine import SearchIndex
    from index.store import ArticleStore

# A known item is looked for by its first or its last author. The thousand names of a consortium would only make the
# article look long, which BM25 counts against its other words.
_AUTHORS = 20
_PROBES = 200  # articles among which the one with the longest title is the probe
_FOUND_WITHIN = 100
_SAME_TEXT = 0.99  # cosine; rounding to half precision costs less than .001


def encode_missing(
    store: "ArticleStore", shards: VectorShards, encoder: "Encoder", missing: Sequence[EncodingKey], progress: Progress
) -> None:
    """Encode texts batch by batch; each batch that is done is done for good."""
    with progress.bar("vectors", len(missing), "article") as bar:
        for start in range(0, len(missing), BATCH):
            keys = missing[start : start + BATCH]
            passages = store.passages([key.pmid for key in keys])
            shards.append(keys, encoder.encode([passage.text for passage in passages], done=bar.update))


def documents(
    store: "ArticleStore", shards: VectorShards, keys: Sequence[EncodingKey], progress: Progress
) -> Iterator[Document]:
    """Yield every article as the index takes it, in descending order of PMID."""
    ordered = sorted(keys, key=lambda key: -key.pmid)
    with progress.bar("index", len(ordered), "article") as bar:
        for start in range(0, len(ordered), BATCH):
            chunk = ordered[start : start + BATCH]
            articles = store.articles([key.pmid for key in chunk]).values()
            for article, vector in zip(articles, shards.rows(chunk), strict=True):
                yield Document(article, searched_words(passage_of(article)), vector)
            bar.update(len(chunk))


def searched_words(passage: Passage) -> str:
    """Return everything that can find an article by its words; the title is there twice and so counts twice."""
    parts = (passage.title, passage.title, passage.abstract, *passage.keywords, *passage.mesh)
    return " ".join((*parts, *passage.authors[:_AUTHORS]))


def probe_of(store: "ArticleStore", keys: Sequence[EncodingKey]) -> Passage:
    """Choose the article that the index must find: one whose long title says much."""
    passages = store.passages([key.pmid for key in keys[:_PROBES]])
    return max(passages, key=lambda passage: (len(passage.title.split()), passage.pmid))


def verify(index: "SearchIndex", articles: int, probe: Passage) -> None:
    """Check that both legs hold every article and find a known one.

    Args:
        index: The build.
        articles: How many articles it should hold.
        probe: The known article.

    Raises:
        LibraryError: They do not; the message says which leg.
    """
    if set(index.sizes) != {articles}:
        rows, vectors, words, exact = index.sizes
        raise LibraryError(
            f"The index should hold {articles:,} articles, but has {rows:,} rows, {vectors:,} vectors, {words:,} "
            f"articles by their words and {exact:,} by their exact words. Build it again:\n  rebuild-index"
        )
    text, title = index.encoder.encode([probe.text, probe.title])
    itself = {match.pmid: match.score for match in index.nearest(text, _FOUND_WITHIN)}
    by_meaning = {match.pmid for match in index.nearest(title, _FOUND_WITHIN)}
    by_words = {match.pmid for match in index.matching(probe.title, _FOUND_WITHIN).matches}
    named = probe.pmid in by_meaning or not probe.title  # a collection may have abstracts only
    if itself.get(probe.pmid, 0) < _SAME_TEXT or not named:
        raise LibraryError(
            f"The vectors do not find PMID {probe.pmid} by its own text. Build it again:\n  rebuild-index"
        )
    if probe.pmid not in by_words and index.stems(probe.title):
        raise LibraryError(
            f"The words do not find PMID {probe.pmid} by its own title. Build it again:\n  rebuild-index"
        )
