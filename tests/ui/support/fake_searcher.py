"""A library that the page can show without a model: articles of our own, some of them nasty, ranked as listed."""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.core.errors import FilterValueError, Proposal, QueryError, QuerySyntaxError
from index.engine.filter_expression import Everything
from index.engine.selection import FacetCount
from index.records.article import Article, Author, Identifier, Journal, Link, MeshHeading, PublicationDate, Section
from search import Corpus, Evidence, Hit, Interpretation, Page, Query, Span, Suggestion, Why
from search.explore.facets import count_facet, count_years
from search.explore.similar_results import SimilarPage
from search.filters.filters import Filters
from search.query.clauses import Clause
from search.query.query import AS_TYPED, MAPPED
from search.results import Facet
from search.serving.library_status import LibraryStatus
from tests.support.fakes.fake_index import FakeIndex, FakeManifest, FakeStore
from tests.support.oracles.brute_force_filter import keeps

NASTY = (
    '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"> **bold** [link](javascript:alert(1)) '
    "![image](http://127.0.0.1:9/x.png) $E = mc^2$ `code` :red[is red] & <h1>b</h1>"
)


def article(number: int, *, year: int = 2021, **changes: object) -> Article:
    """Return article 900000000 + `number`, made up."""
    base = Article(
        pmid=900_000_000 + number,
        title=f"Sleep and memory in cohort {number}",
        sections=(
            Section("BACKGROUND", None, f"Cohort {number} was recruited in schools."),
            Section("RESULTS", None, "Short sleep impaired recall the next day. Recovery nights helped."),
        ),
        authors=tuple(Author(last_name=name, initials="A") for name in ("Okafor", "Lindqvist", "Moreau")),
        journal=Journal(title="Journal of Sample Records", iso_abbreviation="J Sample Rec"),
        published=PublicationDate(year=str(year), month="Mar", first=f"{year}-03-01", last=f"{year}-03-31"),
        ids=(Identifier("doi", f"10.5555/sample.{number}"),),
        types=("Journal Article",),
    )
    return replace(base, **changes)


def corpus() -> tuple[Article, ...]:
    """Return 48 articles of 2018 to 2021: the nasty one first, a retracted one second, one without abstract third."""
    nasty = article(
        1,
        title=NASTY,
        sections=(Section(NASTY, None, NASTY),),
        authors=(Author(collective_name=NASTY),),
        journal=Journal(title=NASTY),
        ids=(Identifier("doi", '10.5555/"><script>window.hacked = 1</script>'),),
        types=(NASTY,),
        copyright=NASTY,
    )
    retracted = article(
        2, types=("Journal Article", "Retracted Publication"), links=(Link("RetractionIn", pmid=900_000_044),)
    )
    return (
        nasty,
        retracted,
        article(3, sections=()),
        *(article(number, year=2018 + number % 4, **_varied_fields(number)) for number in range(4, 49)),
    )


def _varied_fields(number: int) -> dict[str, object]:
    headings = (*("Sleep", "Memory", "Adolescent", "Female")[: number % 5], f"Subject {number % 7}")
    return {
        "types": ("Journal Article", "Review") if number % 5 == 0 else ("Journal Article",),
        "languages": ("ger",) if number % 10 == 0 else ("eng",),
        "mesh": tuple(MeshHeading(ui=f"D{heading}", name=heading) for heading in headings),
    }


class FakeSearcher:
    """Answers as `Searcher` does, from a list of articles in the order given."""

    def __init__(self, articles: tuple[Article, ...]) -> None:
        self._articles = articles

    @property
    def count(self) -> int:
        return len(self._articles)

    def corpus(self) -> Corpus:
        return Corpus(self.count, "2021-06-07", "2026-01-02T03-04-05-abcd", "a made-up model", Path("library"))

    def holdings(self) -> LibraryStatus:
        return LibraryStatus(FakeStore(list(self._articles)).status(), FakeManifest(), None)

    def article(self, pmid: int) -> Article | None:
        return next((article for article in self._articles if article.pmid == pmid), None)

    def articles(self, pmids: Iterable[int]) -> Iterator[Article]:
        return (article for article in map(self.article, pmids) if article)

    def similar(self, pmids: Sequence[int], **options: object) -> SimilarPage:
        raise QueryError("This fake finds nothing similar.")

    def search(
        self,
        text: str,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: str = "relevance",
        filters: Filters | None = None,
        mapping: bool = True,
        whole: bool = False,
    ) -> Page:
        if text == "unanswerable":
            raise QueryError("This fake refuses that word.")
        if text == "(refused":
            proposal = Proposal("Close the bracket & go", "(refused)\n#2 <b>", ("One <remark>.",))
            raise QuerySyntaxError("This bracket is never closed\n  (refused\n  ^", 0, (proposal,))
        if text == "failure":
            raise RuntimeError("secret detail")
        filters = filters or Filters()
        _check(filters)
        matches = [article for article in self._articles if keeps(filters.expression(), article)]
        if sort != "relevance":
            matches.sort(key=lambda article: article.pmid, reverse=sort == "newest")
        hits = tuple(_hit(article, rank) for rank, article in enumerate(matches))[offset : offset + limit]
        if text == "slow":
            time.sleep(1.5)
        query = Query(text, text, _read(text, filters, mapping=mapping))
        build, model = self.corpus().build, self.corpus().model
        return Page(
            query, hits, offset, len(matches), "exact", len(matches), build, model, 0.041, filters=filters, sort=sort
        )

    def facets(self, text: str, filters: Filters | None, *, fields: Sequence[str], **options: Any) -> tuple[Facet, ...]:
        if text == "unanswerable":
            raise QueryError("This fake refuses that word.")
        _check(filters or Filters())
        index = FakeIndex(list(self._articles))
        within = index.select((filters or Filters()).expression())
        return tuple(Facet(field, count_facet(field, index, within, options["size"], None)) for field in fields)

    def years_of(
        self, field: str, values: Sequence[str], text: str, filters: Filters | None, **options: Any
    ) -> dict[str, tuple[FacetCount, ...]]:
        index = FakeIndex(list(self._articles))
        within = index.select((filters or Filters()).expression())
        return {value: count_years(field, value, index, within, None) for value in values}

    def citing(self, pmid: int) -> tuple[int, ...]:
        return ()

    def total(self, text: str, filters: Filters | None = None, **options: Any) -> int:
        return sum(keeps((filters or Filters()).expression(), article) for article in self._articles)


def _read(text: str, filters: Filters, *, mapping: bool) -> Interpretation:
    """Read "slepe" as a slip, and anything with AND as two demands, mapped to nothing but themselves."""
    says = f"{text}; by meaning and words"
    slip = (Suggestion("slepe", "sleep", text.replace("slepe", "sleep")),) if "slepe" in text else ()
    words = text.split(" AND ")
    parts = tuple(
        Clause(f"{word} in any field", Everything(), count=40, typed=word if mapping else "") for word in words
    )
    demands = Clause(text, Everything(), operator="AND", parts=parts, count=30) if len(parts) > 1 else None
    warnings = ("No article has 'slepe'.",) if slip else ()
    untagged = (MAPPED if mapping else AS_TYPED) if demands else ""
    return Interpretation((), filters.years, says, demands, warnings, None, slip, untagged=untagged)


def _check(filters: Filters) -> None:
    if "Revieww" in filters.types:
        raise FilterValueError("There is no type 'Revieww'.", "types", "Revieww", "Review")


def _hit(article: Article, rank: int) -> Hit:
    return Hit(article, math.exp(-rank / 20), _evidence(article), Why(0.5, 2.0, ("sleep",)))


def _evidence(article: Article) -> Evidence | None:
    if not article.sections:
        return None
    section = article.sections[-1]
    text = section.text.partition(". ")[0]
    return Evidence(text, section.label, 0, len(text), (Span(0, 5),))
