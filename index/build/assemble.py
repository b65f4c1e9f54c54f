"""From the store and the vectors to an index: encode what has no vector, join each article with its vector."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from index.core.progress import Bar, Progress
from index.embedding.sentence_codes import encode_codes
from index.embedding.sentence_store import MOST_SENTENCES, SentenceStore
from index.embedding.shard_store import BATCH
from index.embedding.vector_store import VectorStore
from index.engine.columns import Document
from index.records.article import Article
from index.records.passages import EncodingKey, encoded_sentences, passage_of, searched_words, sentences_key

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


def encode_sentences(
    store: "ArticleStore",
    sentence_store: SentenceStore,
    encoder: "Encoder",
    keys: Sequence[EncodingKey],
    progress: Progress,
) -> None:
    """Encode the sentences of articles that have no codes yet, batch by batch; a finished batch stays.

    Args:
        store: The articles.
        sentence_store: Receives the codes.
        encoder: The model.
        keys: The articles of the index.
        progress: Draws how many articles were read.
    """
    waiting: dict[bytes, Article] = {}
    with progress.bar("sentences", len(keys), "article") as bar:
        for start in range(0, len(keys), BATCH):
            articles = store.articles([key.pmid for key in keys[start : start + BATCH]])
            named = {sentences_key(article): article for article in articles.values()}
            missing = sentence_store.missing([key for key in named if key.text_hash not in waiting])
            waiting |= {key.text_hash: named[key] for key in missing}
            bar.update(len(articles) - len(missing))
            if len(waiting) >= BATCH:
                _encode_first(waiting, sentence_store, encoder, bar)
        while waiting:
            _encode_first(waiting, sentence_store, encoder, bar)


def _encode_first(waiting: dict[bytes, Article], sentence_store: SentenceStore, encoder: "Encoder", bar: Bar) -> None:
    """Encode the first batch of what waits, and take it out."""
    batch = [waiting.pop(text_hash) for text_hash in list(waiting)[:BATCH]]
    texts = [encoded_sentences(article)[:MOST_SENTENCES] for article in batch]
    codes = encode_codes(encoder.encode([sentence for sentences in texts for sentence in sentences]))
    ends = list(accumulate(map(len, texts)))
    parts = [codes[end - len(sentences) : end] for sentences, end in zip(texts, ends, strict=True)]
    sentence_store.append([sentences_key(article) for article in batch], parts)
    bar.update(len(batch))


def documents(
    store: "ArticleStore",
    vector_store: VectorStore,
    sentence_store: SentenceStore,
    keys: Sequence[EncodingKey],
    progress: Progress,
) -> Iterator[Document]:
    """Yield every article as the index takes it, in descending order of PMID."""
    newest_first = sorted(keys, key=lambda key: -key.pmid)
    with progress.bar("index", len(newest_first), "article") as bar:
        for start in range(0, len(newest_first), BATCH):
            batch = newest_first[start : start + BATCH]
            articles = store.articles([key.pmid for key in batch]).values()
            codes = sentence_store.codes(list(map(sentences_key, articles)))
            for article, vector, of_sentences in zip(articles, vector_store.rows(batch), codes, strict=True):
                yield Document(article, searched_words(passage_of(article)), vector, of_sentences)
            bar.update(len(batch))
