"""What a search for similar articles returns."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.records.article import Article
from search.filters.filters import Filters
from search.results import Evidence, HitList, rounded, shown_range, summary


@dataclass(frozen=True, slots=True)
class SentencePair:
    """The sentence of a given article and the sentence of a similar one that are closest.

    Attributes:
        pmid: The given article.
        given: Its sentence; the marked words are in the other sentence too.
        found: The similar article's sentence, likewise.
    """

    pmid: int
    given: Evidence
    found: Evidence

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `sentences`."""
        return {"pmid": self.pmid, "given": self.given.to_json(), "found": self.found.to_json()}


@dataclass(frozen=True, slots=True)
class WhySimilar:
    """Why an article is similar.

    Attributes:
        meaning: Cosine between the article and the mean of the given ones, -1 to 1.
        mesh: MeSH descriptors that a given article has too, main topics first; check tags (Humans, Female) left out.
        terms: Keywords and words that a given article has too, most distinctive first, as written in the similar one.
        sentences: The closest pair of sentences; None if the abstracts share no word.
    """

    meaning: float
    mesh: tuple[str, ...]
    terms: tuple[str, ...]
    sentences: SentencePair | None

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `why`."""
        return {
            "meaning": rounded(self.meaning),
            "mesh": list(self.mesh),
            "terms": list(self.terms),
            "sentences": self.sentences.to_json() if self.sentences else None,
        }


@dataclass(frozen=True, slots=True)
class SimilarHit:
    """One similar article.

    Attributes:
        article: Everything PubMed says about it.
        score: 0 to 1, never rising down the list; compares the hits of one search, not of two.
        why: Why it is similar.
    """

    article: Article
    score: float
    why: WhySimilar

    @property
    def evidence(self) -> Evidence | None:
        """Its sentence that is closest to one of the given articles; None where no sentence is."""
        return self.why.sentences.found if self.why.sentences else None

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `hits`."""
        return {**summary(self.article), "score": rounded(self.score), "why": self.why.to_json()}


@dataclass(frozen=True, slots=True)
class SimilarPage(HitList[SimilarHit]):
    """One page of articles similar to given ones: iterates over its hits, and shows them as a table in a notebook.

    Attributes:
        pmids: The given articles.
        unlike: The articles to avoid.
        hits: Similar articles, the most similar first; neither `pmids` nor `unlike` are among them.
        offset: How many more similar ones are before this page.
        total: How many articles pass the filters, without the given and the unlike ones; exact. All can be paged to.
        build: The index that answered.
        model: Name of the embedding model.
        fingerprint: The model's files and precision.
        filters: The filters.
        ranking: How the list was ranked.
        seconds: Time taken.
    """

    pmids: tuple[int, ...]
    unlike: tuple[int, ...]
    hits: tuple[SimilarHit, ...]
    offset: int
    total: int
    build: str
    model: str
    fingerprint: str
    filters: Filters
    ranking: Mapping[str, object]
    seconds: float

    def _summary(self) -> tuple[str, ...]:
        avoided = f", unlike {', '.join(map(str, self.unlike))}" if self.unlike else ""
        filtered = (f"Filters: {self.filters}",) if self.filters else ()
        like = ", ".join(map(str, self.pmids))
        return (f"{shown_range(self)} of {self.total:,} articles, most like {like}{avoided} first", *filtered)

    def to_json(self) -> dict[str, object]:
        """Return the JSON object that `pubmed-search similar --json` prints."""
        return {
            "similar_to": list(self.pmids),
            "unlike": list(self.unlike),
            "build": self.build,
            "fingerprint": self.fingerprint,
            "filters": self.filters.to_json(),
            "ranking": dict(self.ranking),
            "total": self.total,
            "total_is": "exact",
            "hits": [hit.to_json() for hit in self.hits],
        }
