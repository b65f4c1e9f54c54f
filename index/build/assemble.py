"""From the store and the vectors to an index: encode what has no vector, join each article with its vector."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.core.progress import Progress
from index.embedding.vector_store import BATCH, VectorStore
from index.engine.columns import Document
from index.records.passages import EncodingKey, passage_of, searched_words

if TYPE_CHECKING:
    from index.embedding.encoder import Encoder
    from index.store.article_store import ArticleStore


def encode_missing(
    store: "ArticleStore",
    vector_store: VectorStore,
    encoder: "Encoder",
    missing: Sequence[EncodingKey],
    progress: Progress,
) -> None:
    """Encode texts batch by batch; a finished batch is never encoded again."""
    with progress.bar("vectors", len(missing), "article") as bar:
        for start in range(0, len(missing), BATCH):
            keys = missing[start : start + BATCH]
            passages = store.passages([key.pmid for key in keys])
            vector_store.append(keys, encoder.encode([passage.text for passage in passages], done=bar.update))


def documents(
    store: "ArticleStore", vector_store: VectorStore, keys: Sequence[EncodingKey], progress: Progress
) -> Iterator[Document]:
    """Yield every article as the index takes it, in descending order of PMID."""
    newest_first = sorted(keys, key=lambda key: -key.pmid)
    with progress.bar("index", len(newest_first), "article") as bar:
        for start in range(0, len(newest_first), BATCH):
            batch = newest_first[start : start + BATCH]
            articles = store.articles([key.pmid for key in batch]).values()
            for article, vector in zip(articles, vector_store.rows(batch), strict=True):
                yield Document(article, searched_words(passage_of(article)), vector)
            bar.update(len(batch))
