"""From the store and the vectors to an index: encode what has no vector, join each article with its vector."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.progress import Progress
from index.embedding.sentence_codes import encode_codes
from index.embedding.sentence_store import MOST_SENTENCES, SentenceStore
from index.embedding.shard_store import BATCH, missing_keys
from index.embedding.vector_store import VectorStore
from index.engine.columns import Document
from index.records.encoding_keys import EncodingKeys
from index.records.passages import EncodingKey, encoded_sentences, passage_of, searched_words, sentences_key

if TYPE_CHECKING:
    from index.embedding.text_encoder import LotEncoder
    from index.store.article_store import ArticleStore


def encode_missing(
    store: "ArticleStore",
    vector_store: VectorStore,
    encoder: "LotEncoder",
    missing: Sequence[EncodingKey],
    progress: Progress,
) -> None:
    """Encode texts batch by batch; a finished batch is never encoded again."""
    batches = (missing[start : start + BATCH] for start in range(0, len(missing), BATCH))
    texts = ((keys, [passage.text for passage in store.passages([key.pmid for key in keys])]) for keys in batches)
    with progress.bar("vectors", len(missing), "article") as bar:
        for keys, rows in encoder.encode_ahead(texts, done=bar.update):
            vector_store.append(keys, rows)


def encode_sentences(
    store: "ArticleStore",
    sentence_store: SentenceStore,
    encoder: "LotEncoder",
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
    known = sentence_store.text_hashes()
    lots = _without_codes(store, known, keys)
    texts = ((lot, [sentence for sentences in lot.sentences.values() for sentence in sentences]) for lot in lots)
    with progress.bar("sentences", len(keys), "article") as bar:
        for lot, rows in encoder.encode_ahead(texts):
            if lot.sentences:
                ends = list(accumulate(map(len, lot.sentences.values())))
                sentence_store.append(list(lot.sentences), np.split(encode_codes(rows), ends[:-1]))
            bar.update(lot.read)


@dataclass(frozen=True, slots=True)
class _Lot:
    """What is encoded together: the sentences of some articles, and how many articles were read to find them."""

    sentences: dict[EncodingKey, tuple[str, ...]]
    read: int


def _without_codes(store: "ArticleStore", known: NDArray[np.bytes_], keys: Sequence[EncodingKey]) -> Iterator[_Lot]:
    """Yield the sentences that have no codes, of `BATCH` articles at a time; an empty lot shows how far reading is.

    Args:
        store: The articles.
        known: The hashes of what has codes, in order.
        keys: The articles of the index.
    """
    waiting: dict[EncodingKey, tuple[str, ...]] = {}
    taken: set[bytes] = set()
    for start in range(0, len(keys), BATCH):
        articles = store.articles([key.pmid for key in keys[start : start + BATCH]]).values()
        sentences = {sentences_key(article): encoded_sentences(article)[:MOST_SENTENCES] for article in articles}
        new = [key for key in missing_keys(list(sentences), known) if key.text_hash not in taken]
        taken.update(key.text_hash for key in new)
        waiting |= {key: sentences[key] for key in new}
        full = len(waiting) >= BATCH or start + BATCH >= len(keys)
        lot = list(waiting)[:BATCH] if full else []
        yield _Lot({key: waiting.pop(key) for key in lot}, len(articles))
    if waiting:
        yield _Lot(waiting, 0)


def documents(
    store: "ArticleStore",
    vector_store: VectorStore,
    sentence_store: SentenceStore,
    keys: EncodingKeys,
    progress: Progress,
) -> Iterator[Document]:
    """Yield every article as the index takes it, in descending order of PMID."""
    newest_first = keys.newest_pmid_first()
    with progress.bar("index", len(newest_first), "article") as bar:
        for start in range(0, len(newest_first), BATCH):
            batch = newest_first[start : start + BATCH]
            articles = store.articles([key.pmid for key in batch]).values()
            codes = sentence_store.codes(list(map(sentences_key, articles)))
            for article, vector, of_sentences in zip(articles, vector_store.rows(batch), codes, strict=True):
                yield Document(article, searched_words(passage_of(article)), vector, of_sentences)
            bar.update(len(batch))
