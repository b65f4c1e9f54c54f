"""Makes one index: encodes missing vectors, writes a folder aside, verifies it and publishes it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build.article_choice import RULE, choose_articles
from index.build.assemble import documents, encode_missing, encode_sentences
from index.build.index_changes import Files, IndexChanges, files_since, update_index
from index.build.index_check import choose_cells, choose_sample, spread, verify
from index.build.many_articles import encoding
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
from index.library.builds import current_build, keep_failed, new_build_name, publish, temporary_build
from index.library.layout import Library
from index.library.manifest import FORMAT, Manifest
from index.library.shard_place import place_of
from index.records.encoding_keys import EncodingKeys
from index.records.passages import Passage
from index.split.vector_bounds import bounds_digest, bounds_of, read_bounds
from index.store.article_store import ArticleStore
from index.store.ledger import Ledger

_log = logging.getLogger(__name__)

_READ_AT_ONCE = 10_000  # vectors


@dataclass(frozen=True, slots=True)
class _Written:
    """What the manifest says of the vectors that were written, and how many articles updates wrote."""

    kind: str
    cells: int | None
    recall: float
    changed: int | None


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
        if not keys and (place := place_of(self.library)) and self.store.files():
            raise LibraryError(
                f"Of the files that were read, no article falls to shard {place}. Split the library into fewer shards."
            )
        if not keys:
            raise LibraryError(f"{self.library.path} holds no article to index. Name files:\n  rebuild-index FOLDER")
        return keys

    def content(self, fingerprint: str, files: Files | None = None) -> str:
        """Return a digest of what determines an index: the files applied, the limit, the model, the format.

        Args:
            fingerprint: The model's.
            files: The files; None for all that were applied.
        """
        if files is None:
            with self.store.connection() as connection:
                files = Ledger(connection).applied_files()
        chosen = None if self.limit is None else (RULE, self.limit)
        made_of = (FORMAT, CODE, DEFINED, chosen, fingerprint, files, *self._shard(fingerprint))
        return blake2b(repr(made_of).encode(), digest_size=16).hexdigest()

    def bounds(self, fingerprint: str) -> NDArray[np.float32] | None:
        """Return the bounds of vectors that this library shares with other shards; None where it shares none."""
        return read_bounds(self.library.scale(fingerprint))

    def own_bounds(self, fingerprint: str, model: str) -> NDArray[np.float32]:
        """Return the bounds of the articles' own vectors, shape (2, dimensions).

        Raises:
            LibraryError: A vector is missing.
        """
        from index.engine.vector_index import unit_rows

        vectors, keys = VectorStore(self.library.vectors, fingerprint=fingerprint, model=model), self.keys
        starts = range(0, len(keys), _READ_AT_ONCE)
        return bounds_of(unit_rows(vectors.rows(keys[start : start + _READ_AT_ONCE])) for start in starts)

    def _shard(self, fingerprint: str) -> tuple[str, ...]:
        """Return what else determines the index of a shard of a split library."""
        place, bounds = place_of(self.library), self.bounds(fingerprint)
        return (*([str(place)] if place else ()), *([bounds_digest(bounds)] if bounds is not None else ()))

    @cached_property
    def changes(self) -> IndexChanges | None:
        """What has changed since the build in service was made, if that can be carried on; else None.

        Raises:
            LibraryError: There is no article.
        """
        if self.current is None or self.limit is not None:
            return None
        files = files_since(self.store, self.current.content, partial(self.content, self.current.fingerprint))
        if files is None:
            return None
        touched = self.store.touched([rank for rank, _, _ in files])
        changes = IndexChanges.since(current_build(self.library), self.current, touched, self.keys)
        return changes if changes.can_be_carried_on() else None

    def encode(self, encoder: LotEncoder) -> int:
        """Encode the texts that have no vector yet, and their sentences; return how many texts there were.

        Raises:
            LibraryError: A shard that is merged with others is damaged; the next run encodes its texts again.
        """
        vector_store = self._vector_store(encoder)
        missing = vector_store.missing(self.keys)
        sentence_store = self._sentence_store(encoder)
        changed = self._changes_for(encoder)
        keys = changed.keys if changed else self.keys
        # Hashes of texts that are gone make the second number smaller than it is.
        without_codes = len(keys) - len(sentence_store.text_hashes())
        with encoding(self.library, max(len(missing), without_codes)) as are_many:
            of_articles = encoder.for_many("articles") if are_many and missing else encoder
            encode_missing(self.store, vector_store, of_articles, missing, self.progress)
            merge_small_shards(vector_store, self.progress)
            of_sentences = encoder.for_many("sentences") if are_many else encoder
            encode_sentences(self.store, sentence_store, of_sentences, keys, self.progress)
        merge_small_shards(sentence_store, self.progress)
        return len(missing)

    def publish(self, encoder: Encoder) -> Manifest:
        """Write the index aside, verify it and put it into service.

        Raises:
            LibraryError: A shard is damaged, or the new index fails its check; the index in service stays.
        """
        if changes := self._changes_for(encoder):
            try:
                return self._publish(encoder, changes)
            except LibraryError as error:
                _log.warning("%s; all articles are written again instead", error)
            encode_sentences(self.store, self._sentence_store(encoder), encoder, self.keys, self.progress)
        return self._publish(encoder, None)

    def carried_on(self, manifest: Manifest) -> int | None:
        """Return how many articles a published build changed of the one in service; None where it wrote all."""
        before = self.current.changed if self.current else None
        return None if manifest.changed is None else manifest.changed - (before or 0)

    def _publish(self, encoder: Encoder, changes: IndexChanges | None) -> Manifest:
        sample = choose_sample(self.keys)
        if changes:
            sample = list(dict.fromkeys([*sample, *choose_sample(changes.keys)]))
        passages = self.store.passages([key.pmid for key in sample])
        content = self.content(encoder.fingerprint)
        name = new_build_name(self.library, content)
        with temporary_build(self.library, name) as folder:
            vectors = self._vector_store(encoder)
            with collecting_rarely():
                if changes:
                    written = self._carry_on(folder, encoder, vectors, changes)
                else:
                    written = self._write_all(folder, encoder, vectors, [passage.title for passage in passages])
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
                vectors=written.kind,
                content=content,
                size_bytes=size_of(folder),
                previous=self.current.build if self.current else None,
                cells=written.cells,
                recall=written.recall,
                changed=written.changed,
                files=list_files(folder),
            )
            manifest.write(folder)
            self._verify(folder, name, encoder, passages, vectors.rows(sample))
            publish(self.library, folder, name)
        return manifest

    def _carry_on(self, folder: Path, encoder: Encoder, vectors: VectorStore, changes: IndexChanges) -> "_Written":
        """Write what has changed; everything else is copied."""
        rows = documents(self.store, vectors, self._sentence_store(encoder), changes.keys, self.progress)
        all_vectors = partial(vectors.rows, self.keys.newest_pmid_first())
        bounds = self.bounds(encoder.fingerprint)
        update_index(folder, rows, changes, self.store.articles, all_vectors, bounds=bounds)
        before = changes.manifest
        return _Written(before.vectors, before.cells, before.recall, changes.changed)

    def _write_all(self, folder: Path, encoder: Encoder, vectors: VectorStore, titles: Sequence[str]) -> "_Written":
        from index.engine.index_writer import learn, most_learnt_from, write_index
        from index.engine.vector_index import VECTORS, VectorIndex

        learnt_from = spread(self.keys.newest_pmid_first(), most_learnt_from(len(self.keys)))
        learnt = learn(
            encoder,
            vectors.rows(learnt_from),
            articles=len(self.keys),
            progress=self.progress,
            bounds=self.bounds(encoder.fingerprint),
        )
        rows = documents(self.store, vectors, self._sentence_store(encoder), self.keys, self.progress)
        kind = write_index(folder, rows, learnt)
        del learnt  # all vectors, which are mapped from here on
        index = VectorIndex.open(folder / VECTORS, kind=kind, articles=len(self.keys), dimensions=encoder.dimensions)
        cells, recall = choose_cells(index, encoder, titles, self.progress)
        return _Written(kind, cells, round(recall, 4), None)

    def _changes_for(self, encoder: LotEncoder) -> IndexChanges | None:
        """Return the changes, if the build in service has vectors of this model."""
        return self.changes if self.current and self.current.fingerprint == encoder.fingerprint else None

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
