"""A search index and a store that live in memory, for the logic around them."""

import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.core.errors import LibraryError
from index.engine.filter_expression import Everything, FilterExpression
from index.engine.selection import FacetCount, Selection
from index.lexical.abbreviations import Abbreviations
from index.lexical.matches import KeywordMatches, Match, Matches, Tokens, Translation
from index.lexical.spelling import edits
from index.records.article import Article, Author, PublicationDate, Section
from index.records.article_fields import ALSO_KNOWN, key_of, values_of
from index.records.passages import encoded_sentences
from index.store.ingest_stats import FileStats
from index.store.store_status import SetAside, StoreStatus, YearCount
from search.serving.open_build import OpenBuild
from tests.support.fakes.fake_values import known_abbreviations
from tests.support.oracles.brute_force_filter import counted, keeps, value, words


@dataclass(frozen=True, slots=True)
class FakeManifest:
    build: str = "2026-11-22T10-04-31-3f9c"
    model: str = "fake-model"
    newest: str | None = "2021-03-02"
    content: str = "c0ffee"
    fingerprint: str = "f00d"
    articles: int = 35
    size_bytes: int = 2_000_000
    vectors: str = "IDMap,SQ8"
    dimensions: int = 26
    precision: str = "fp32"


def article(
    pmid: int, *, title: str | None = "A title", abstract: str | list[tuple[str, str]] = "", **fields
) -> Article:
    """Return an article; sentences end at ". ", as in no real abstract."""
    labelled = [(None, abstract)] if isinstance(abstract, str) else abstract
    sections = tuple(
        Section(label, None, text, (0, *(match.end() for match in re.finditer(r"[.?!]\s+", text))))
        for label, text in labelled
        if text
    )
    fields.setdefault("published", PublicationDate(year="2020", first="2020-01-01", last="2020-12-31"))
    fields.setdefault("authors", (Author("Okafor", "Ngozi", "N"),))
    return Article(pmid, title=title, sections=sections, **fields)


def stems(text: str) -> Tokens:
    """Cut a text into words; the stem is the lower-case word without a final s."""
    words = list(re.finditer(r"\w+", text))
    stem = [word[0].lower().removesuffix("s") for word in words]
    return Tokens(stem, [word.start() for word in words], [word.end() for word in words])


class FakeEncoder:
    """Counts letters: texts that share letters are near, texts that share none are at right angles."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.calls.append(texts)
        letters = "abcdefghijklmnopqrstuvwxyz"
        rows = np.array([[text.lower().count(letter) for letter in letters] for text in texts]).reshape(-1, 26)
        return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)).astype(np.float32)


@dataclass
class FakeIndex:
    """Words match by stem and score 1 each."""

    articles: list[Article]
    manifest: FakeManifest = FakeManifest()
    encoder: FakeEncoder = field(default_factory=FakeEncoder)
    ranks_by_sentences: bool = False
    abbreviations: Abbreviations = field(default_factory=known_abbreviations)

    def stems(self, text: str) -> Tokens:
        return stems(text)

    def document_frequency(self, stem: str) -> int:
        return sum(stem in self._stems(record) for record in self.articles)

    def has_word(self, word: str) -> bool:
        return any(self.document_frequency(token.stem) for token in stems(word))

    def has_form(self, word: str) -> bool:
        return self.has_exact_word(word)

    def has_exact_word(self, word: str) -> bool:
        return any(word in words(f"{record.title} {record.abstract}") for record in self.articles)

    def has_value(self, field: str, sought: str, *, start: bool = False) -> bool:
        names, same = (field, ALSO_KNOWN.get(field)), key_of(field)
        values = (same(item) for record in self.articles for name, item in values_of(record) if name in names)
        return any(item.startswith(same(sought)) if start else item == same(sought) for item in values)

    def has_any(self, field: str) -> bool:
        names = (field, ALSO_KNOWN.get(field))
        return any(name in names for record in self.articles for name, _ in values_of(record))

    def select(self, expression: FilterExpression, within: Selection | None = None) -> Selection:
        if isinstance(expression, Everything):
            return within or Selection(len(self.articles), None)
        rows = np.array([keeps(expression, record) for record in self._rows], dtype=bool)
        if within is not None and within.rows is not None:
            rows &= within.rows
        return Selection(int(rows.sum()), rows)

    def select_counting(
        self, expression: FilterExpression, parts: Sequence[FilterExpression]
    ) -> tuple[Selection, tuple[int, ...]]:
        return self.select(expression), tuple(self.select(part).count for part in parts)

    def count(self, within: Selection | None = None) -> int:
        return len(self._within(within))

    def pmids_of(self, selection: Selection) -> np.ndarray:
        return np.array([record.pmid for record in self._within(selection)], dtype=np.int64)

    def facets(self, field: str, within: Selection | None = None, size: int = 20) -> tuple[FacetCount, ...]:
        selected = self._within(within)
        pairs = (pair for record in selected for pair in values_of(record))
        written = {value(item): " ".join(item.split()) for name, item in pairs if name == field}
        counts = Counter(item for record in selected for item in counted(record, field))
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
        return tuple(FacetCount(item, written.get(item, item), count) for item, count in best)

    def counts(self, filters: list[FilterExpression], within: Selection | None = None) -> tuple[int, ...]:
        selected = self._within(within)
        return tuple(sum(keeps(expression, record) for record in selected) for expression in filters)

    def suggest(self, word: str) -> str | None:
        known = Counter(
            candidate for record in self.articles for candidate in set(words(f"{record.title} {record.abstract}"))
        )
        candidates = [
            (edits(word, candidate), -count, candidate)
            for candidate, count in known.items()
            if edits(word, candidate) <= 2
        ]
        return None if word in known or len(word) < 4 or not candidates else min(candidates)[2]

    def vectors(self, pmids: list[int]) -> np.ndarray:
        records = {record.pmid: record for record in self.articles}
        return self.encoder.encode([f"{records[pmid].title} {records[pmid].abstract}" for pmid in pmids])

    def best_sentences(self, pmids: list[int], vector: np.ndarray) -> np.ndarray | None:
        cosines = self.sentence_cosines(pmids, vector)
        best = [[own[0], max(own)] if len(own) else [-1.0, -1.0] for own in cosines]
        return np.array(best).reshape(-1, 2).T if self.ranks_by_sentences else None

    def sentence_cosines(self, pmids: list[int], vector: np.ndarray) -> list[np.ndarray]:
        return [vectors @ vector for vectors in self.sentence_vectors(pmids)]

    def sentence_vectors(self, pmids: list[int]) -> list[np.ndarray]:
        records = {record.pmid: record for record in self.articles}
        return [self.encoder.encode(list(encoded_sentences(records[pmid]))) for pmid in pmids]

    def days(self, pmids) -> np.ndarray:
        first_days = {record.pmid: record.published.first for record in self.articles}
        return np.array([int((first_days[int(pmid)] or "0").replace("-", "")) for pmid in pmids])

    def years(self) -> dict[int, int]:
        years = [record.year for record in self.articles if record.year]
        return {year: years.count(year) for year in years}

    def encode(self, text: str) -> np.ndarray:
        return self.encoder.encode([text])[0]

    def nearest(self, vector: np.ndarray, limit: int, within: Selection | None = None) -> Matches:
        records = self._within(within)
        cosines = (
            self.encoder.encode([f"{record.title} {record.abstract}" for record in records]) @ vector if records else []
        )
        return self._best(
            [Match(record.pmid, float(cosine)) for record, cosine in zip(records, cosines, strict=True)], limit
        )

    def matching(
        self, terms: str, limit: int, within: Selection | None = None, *, translations: Sequence[Translation] = ()
    ) -> KeywordMatches:
        query_stems = {token.stem for token in stems(terms)}
        other_names = [name for translation in translations for name in translation.names]
        other_stems = [{token.stem for token in stems(name)} for name in other_names]

        def score(article_stems: set[str]) -> float:
            return len(query_stems & article_stems) + 0.5 * any(name <= article_stems for name in other_stems)

        scored = [Match(record.pmid, score(self._stems(record))) for record in self._within(within)]
        scored = [match for match in scored if match.score]
        return KeywordMatches(len(scored), self._best(scored, limit))

    @property
    def _rows(self) -> list[Article]:
        return sorted(self.articles, key=lambda record: -record.pmid)

    def _within(self, within: Selection | None) -> list[Article]:
        if within is None or within.rows is None:
            return self._rows
        return [record for record, kept in zip(self._rows, within.rows, strict=True) if kept]

    @staticmethod
    def _stems(record: Article) -> set[str]:
        return {token.stem for token in stems(f"{record.title} {record.abstract}")}

    @staticmethod
    def _best(matches: list[Match], limit: int) -> Matches:
        return matches_of(sorted(matches, key=lambda match: (-match.score, -match.pmid))[:limit])


def matches_of(matches: Sequence[Match]) -> Matches:
    """Return matches in columns."""
    return Matches(
        np.array([match.pmid for match in matches], dtype=np.int64), np.array([float(match.score) for match in matches])
    )


class FakeStore:
    """A store that fails when it is read after it was closed."""

    def __init__(self, articles: list[Article]) -> None:
        self.held = {record.pmid: record for record in articles}
        self.closed = threading.Event()

    def article(self, pmid: int) -> Article | None:
        return self.articles([pmid]).get(pmid)

    def articles(self, pmids: list[int]) -> dict[int, Article]:
        if self.closed.is_set():
            raise LibraryError("read after close")
        return {pmid: self.held[pmid] for pmid in pmids if pmid in self.held}

    def citing(self, pmid: int) -> tuple[int, ...]:
        records = self.held.values()
        citing = (record.pmid for record in records if any(cited.pmid == pmid for cited in record.references))
        return tuple(sorted(citing, reverse=True))

    def files(self) -> tuple[FileStats, ...]:
        return (FileStats("pubmed21n1298.xml.gz", "applied", read=len(self.held)),)

    def status(self) -> StoreStatus:
        records = self.held.values()
        return StoreStatus(
            articles=len(records),
            with_abstract=sum(bool(record.sections) for record in records),
            deletions=2,
            retractions=sum(record.retraction == "retracted" for record in records),
            years=(YearCount(2019, 30), YearCount(2020, 5)),
            applied=self.files(),
            bad_files=(FileStats("pubmed21n1299.xml.gz", "failed", reason="the file is cut short"),),
            set_aside=(SetAside("pubmed21n1298.xml.gz", 7, None, "no PMID"),),
            missing=("pubmed21n1297.xml.gz",),
            newest="2021-03-02",
            bytes=1_000_000,
        )

    def close(self) -> None:
        assert not self.closed.is_set(), "closed twice"
        self.closed.set()


class FakeLibrary:
    """Stands in for what `OpenBuild.open` and `current_build` read from disk; `publish` moves the pointer."""

    def __init__(self, articles: list[Article]) -> None:
        self.encoder = FakeEncoder()
        self.opened: list[tuple[Path, FakeEncoder | None]] = []
        self.stores: list[FakeStore] = []
        self.broken: set[Path] = set()
        self.publish("first", articles)

    def publish(self, build: str, articles: list[Article]) -> None:
        self.current, self.articles = Path(build), articles
        self.manifest = FakeManifest(build=build)

    def open(self, build: Path, encoder: FakeEncoder | None) -> tuple[FakeIndex, FakeStore]:
        self.opened.append((build, encoder))
        if build in self.broken:
            raise LibraryError(f"{build} is damaged")
        self.stores.append(FakeStore(self.articles))
        return FakeIndex(self.articles, self.manifest, encoder or self.encoder), self.stores[-1]


def stand_in(monkeypatch, articles: list[Article]) -> FakeLibrary:
    """Put a library in memory in place of the one on disk, wherever a `Searcher` is opened."""
    fake = FakeLibrary(articles)
    monkeypatch.setattr("search.serving.open_library.current_build", lambda library: fake.current)
    monkeypatch.setattr(
        OpenBuild, "open", lambda library, build, *, encoder=None: OpenBuild(build, *fake.open(build, encoder))
    )
    return fake
