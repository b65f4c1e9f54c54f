"""From the store and the vectors to an index: encode what has no vector, write both legs, check that they answer."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.core.progress import Progress
from index.embedding.vector_store import BATCH, VectorStore
from index.engine.columns import Document
from index.records.passages import EncodingKey, Passage, passage_of

if TYPE_CHECKING:
    from index.embedding.encoder import Encoder
    from index.store.article_store import ArticleStore

# A known item is looked for by its first or its last author. The thousand names of a consortium would only make the
# article look long, which BM25 counts against its other words.
_AUTHORS = 20


def encode_missing(
    store: "ArticleStore", shards: VectorStore, encoder: "Encoder", missing: Sequence[EncodingKey], progress: Progress
) -> None:
    """Encode texts batch by batch; each batch that is done is done for good."""
    with progress.bar("vectors", len(missing), "article") as bar:
        for start in range(0, len(missing), BATCH):
            keys = missing[start : start + BATCH]
            passages = store.passages([key.pmid for key in keys])
            shards.append(keys, encoder.encode([passage.text for passage in passages], done=bar.update))


def documents(
    store: "ArticleStore", shards: VectorStore, keys: Sequence[EncodingKey], progress: Progress
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
