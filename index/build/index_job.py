"""Makes one index: encodes missing vectors, writes a folder aside, verifies it and publishes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build.article_choice import RULE, choose_articles
from index.build.assemble import documents, encode_missing, encode_sentences
from index.build.index_check import choose_cells, choose_sample, spread, verify
from index.core.errors import LibraryError
from index.core.files import size_of
from index.core.gc_tuning import collecting_rarely
from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.embedding.sentence_codes import CODE
from index.embedding.sentence_store import SentenceStore
from index.embedding.shard_merging import merge_small_shards
from index.embedding.text_encoder import LotEncoder
from index.embedding.vector_store import VectorStore
from index.lexical.abbreviation_pairs import DEFINED
from index.library.build_files import list_files
from index.library.builds import keep_failed, new_build_name, publish, temporary_build
from index.library.layout import Library
from index.library.manifest import FORMAT, Manifest
from index.records.encoding_keys import EncodingKeys
from index.records.passages import Passage
from index.store.article_store import ArticleStore
from index.store.ledger import Ledger


@dataclass(frozen=True)
class IndexJob:
    """Makes one index of a library's store.

    Attributes:
        library: The library, locked by the caller.
        store: Its articles.
        limit: How many articles at most, chosen by `choose_articles`; None for all.
        current: The build in service, or None.
        progress: Draws the bars.
    """

    library: Library
    store: ArticleStore
    limit: int | None
    current: Manifest | None
    progress: Progress

    @cached_property
    def keys(self) -> EncodingKeys:
        """The articles to index, newest first.

        Raises:
            LibraryError: There is no article.
        """
        keys = choose_articles(self.store, self.limit, self.progress)
        if not keys:
            raise LibraryError(f"{self.library.path} holds no article to index. Name files:\n  rebuild-index FOLDER")
        return keys

    def content(self, fingerprint: str) -> str:
        """Return a digest of what determines an index: the files applied, the limit, the model, the format."""
        with self.store.connection() as connection:
            files = Ledger(connection).applied_files()
        chosen = None if self.limit is None else (RULE, self.limit)
        return blake2b(repr((FORMAT, CODE, DEFINED, chosen, fingerprint, files)).encode(), digest_size=16).hexdigest()

    def encode(self, encoder: LotEncoder) -> int:
        """Encode the texts that have no vector yet, and their sentences; return how many texts there were.

        Raises:
            LibraryError: A shard that is merged with others is damaged; the next run encodes its texts again.
        """
        vector_store = self._vector_store(encoder)
        missing = vector_store.missing(self.keys)
        encode_missing(self.store, vector_store, encoder, missing, self.progress)
        merge_small_shards(vector_store, self.progress)
        sentence_store = self._sentence_store(encoder)
        encode_sentences(self.store, sentence_store, encoder, self.keys, self.progress)
        merge_small_shards(sentence_store, self.progress)
        return len(missing)

    def publish(self, encoder: Encoder) -> Manifest:
        """Write the index aside, verify it and put it into service.

        Raises:
            LibraryError: A shard is damaged, or the new index fails its check; the index in service stays.
        """
        from index.engine.index_writer import learn, most_learnt_from, write_index
        from index.engine.vector_index import VECTORS, VectorIndex

        sample = choose_sample(self.keys)
        passages = self.store.passages([key.pmid for key in sample])
        content = self.content(encoder.fingerprint)
        name = new_build_name(self.library, content)
        with temporary_build(self.library, name) as folder:
            vectors, sentences = self._vector_store(encoder), self._sentence_store(encoder)
            rows = documents(self.store, vectors, sentences, self.keys, self.progress)
            with collecting_rarely():
                learnt_from = spread(self.keys.newest_pmid_first(), most_learnt_from(len(self.keys)))
                learnt = learn(encoder, vectors.rows(learnt_from), articles=len(self.keys), progress=self.progress)
                faiss_kind = write_index(folder, rows, learnt)
            index = VectorIndex.open(
                folder / VECTORS, kind=faiss_kind, articles=len(self.keys), dimensions=encoder.dimensions
            )
            cells, recall = choose_cells(index, encoder, [passage.title for passage in passages], self.progress)
            manifest = Manifest(
                build=name,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                articles=len(self.keys),
                limit=self.limit,
                newest=self.store.status().newest,
                model=encoder.reference.name,
                fingerprint=encoder.fingerprint,
                precision=encoder.precision,
                dimensions=encoder.dimensions,
                vectors=faiss_kind,
                content=content,
                size_bytes=size_of(folder),
                previous=self.current.build if self.current else None,
                cells=cells,
                recall=round(recall, 4),
                files=list_files(folder),
            )
            manifest.write(folder)
            self._verify(folder, name, encoder, passages, vectors.rows(sample))
            publish(self.library, folder, name)
        return manifest

    def _verify(
        self, folder: Path, name: str, encoder: Encoder, passages: Sequence[Passage], vectors: NDArray[np.float16]
    ) -> None:
        from index.engine.search_index import SearchIndex

        try:
            verify(SearchIndex.open(folder, encoder=encoder), passages, vectors)
        except LibraryError as error:
            kept = keep_failed(self.library, folder, name)
            raise LibraryError(
                f"The new index fails its check, and is not put into service. It is kept in {kept} until the next "
                f"build:\n  rebuild-index\nThe check says: {error}"
            ) from error

    def _vector_store(self, encoder: LotEncoder) -> VectorStore:
        return VectorStore(self.library.vectors, fingerprint=encoder.fingerprint, model=encoder.reference.name)

    def _sentence_store(self, encoder: LotEncoder) -> SentenceStore:
        return SentenceStore(self.library.vectors, fingerprint=encoder.fingerprint, model=encoder.reference.name)
