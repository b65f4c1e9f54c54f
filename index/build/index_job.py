"""Makes one index: encodes missing vectors, writes a folder aside, verifies it and publishes it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b

from index.build.article_choice import RULE, choose_articles
from index.build.assemble import documents, encode_missing, encode_sentences
from index.build.index_check import choose_probe, verify
from index.core.errors import LibraryError
from index.core.files import size_of
from index.core.gc_tuning import collecting_rarely
from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.embedding.sentence_codes import CODE
from index.embedding.sentence_store import SentenceStore
from index.embedding.vector_store import VectorStore
from index.lexical.abbreviation_pairs import DEFINED
from index.library.build_files import list_files
from index.library.builds import new_build_name, publish, temporary_build
from index.library.layout import Library
from index.library.manifest import FORMAT, Manifest
from index.records.passages import EncodingKey
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
    def keys(self) -> list[EncodingKey]:
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

    def encode(self, encoder: Encoder) -> int:
        """Encode the texts that have no vector yet, and their sentences; return how many texts there were."""
        vector_store = self._vector_store(encoder)
        missing = vector_store.missing(self.keys)
        encode_missing(self.store, vector_store, encoder, missing, self.progress)
        encode_sentences(self.store, self._sentence_store(encoder), encoder, self.keys, self.progress)
        return len(missing)

    def publish(self, encoder: Encoder) -> Manifest:
        """Write the index aside, verify it and put it into service.

        Raises:
            LibraryError: The new index fails its check; the index in service stays.
        """
        from index.engine.index_writer import write_index
        from index.engine.search_index import SearchIndex

        probe = choose_probe(self.store, self.keys)
        content = self.content(encoder.fingerprint)
        name = new_build_name(self.library, content)
        with temporary_build(self.library, name) as folder:
            vectors, sentences = self._vector_store(encoder), self._sentence_store(encoder)
            rows = documents(self.store, vectors, sentences, self.keys, self.progress)
            with collecting_rarely():
                faiss_kind = write_index(folder, rows, encoder, articles=len(self.keys))
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
                probe=probe.pmid,
                size_bytes=size_of(folder),
                previous=self.current.build if self.current else None,
                files=list_files(folder),
            )
            manifest.write(folder)
            verify(SearchIndex.open(folder, encoder=encoder), probe)
            publish(self.library, folder, name)
        return manifest

    def _vector_store(self, encoder: Encoder) -> VectorStore:
        return VectorStore(self.library.vectors, fingerprint=encoder.fingerprint, model=encoder.reference.name)

    def _sentence_store(self, encoder: Encoder) -> SentenceStore:
        return SentenceStore(self.library.vectors, fingerprint=encoder.fingerprint, model=encoder.reference.name)
