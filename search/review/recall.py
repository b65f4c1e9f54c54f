"""How many articles that are known to be relevant a strategy finds, and what keeps the others out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from index.core.formatting import counted
from index.engine.filter_expression import Everything, FilterExpression, Pmids
from index.records.article import Article
from search.filters.filter_descriptions import describe_filter
from search.filters.filters import Filters
from search.query.clauses import Clause, shortened
from search.query.query import Query
from search.retrieval.pipeline import PreparedQuery
from search.review.required import ReadLine, Required, blamed, read_lines, required_of
from search.tables.html_text import title_of

if TYPE_CHECKING:
    from search.serving.open_build import OpenBuild

WHAT_SHOWN = 300
"""Characters of a part of a strategy in a sentence: a concept may be joined from a hundred words."""

Cause: TypeAlias = Literal["not held", "not indexed", "lacks", "excluded", "filter", "not listed"]

_SENTENCES: dict[Cause, str] = {
    "not held": "This library does not hold it.",
    "not indexed": "The library holds it, but this index does not: rebuild-index, without --limit, adds it.",
    "lacks": "It does not have",
    "excluded": "It has what NOT excludes",
    "filter": "A filter excludes it",
    "not listed": "Nothing excludes it, but a plain question lists only the best, and it is not among them.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps an article out.

    Attributes:
        cause: "not held" or "not indexed" (by the library), "lacks" (a part of the strategy), "excluded" (by NOT),
            "filter", or "not listed" (by a plain question, which excludes nothing and lists the best).
        what: The part of the strategy or the filter, in words; "" where the cause says it all.
        line: The number of the strategy's line that it is, or None.
        article_has: What the article has instead, where a filter excludes it; "" where that is not one value.
    """

    cause: Cause
    what: str = ""
    line: int | None = None
    article_has: str = ""

    def __str__(self) -> str:
        """Return a sentence, or one with what it is about behind a colon."""
        if not self.what:
            return _SENTENCES[self.cause]
        line = f"line #{self.line}, " if self.line else ""
        has = f" (the article: {self.article_has})" if self.article_has else ""
        return f"{_SENTENCES[self.cause]}: {line}{shortened(self.what, WHAT_SHOWN)}{has}"


@dataclass(frozen=True, slots=True)
class MissingArticle:
    """A known article that a strategy does not find.

    Attributes:
        pmid: Its PMID.
        title: Its title; None where the library does not hold it.
        reasons: Everything that keeps it out: without any one of them the others still would.
    """

    pmid: int
    title: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a strategy, or a line of it, or a filter.

    Attributes:
        what: The part, in words.
        line: The number of the line that it is, or None.
        keeps: How many of the known articles that the index holds pass it.
        alone: How many it alone keeps out: they would be found without it.
    """

    what: str
    line: int | None
    keeps: int
    alone: int

    def __str__(self) -> str:
        """Return the part with its line, and how many articles are missing because of it alone."""
        line = f"#{self.line} " if self.line else ""
        alone = f" · alone keeps out {self.alone:,}" if self.alone else ""
        return f"{line}{shortened(self.what, WHAT_SHOWN)}{alone}"


@dataclass(frozen=True, slots=True)
class Recall:
    """What a strategy finds of the articles that are known to be relevant.

    Attributes:
        query: The strategy as read.
        filters: The filters beside it.
        known: The known articles, each once.
        found: Those of them that it finds.
        missing: The others, in the order given.
        parts: Lines, parts and filters, in the order typed.
        held: How many of the known articles the index holds.
        total: How many articles the strategy finds in all.
        build: Name of the build that was searched.
    """

    query: Query
    filters: Filters
    known: tuple[int, ...]
    found: tuple[int, ...]
    missing: tuple[MissingArticle, ...]
    parts: tuple[Part, ...]
    held: int
    total: int
    build: str

    def __str__(self) -> str:
        """Return "18 of 20 known articles found (90 %), among 2,143; 2 missing."."""
        found, known = len(self.found), len(self.known)
        sentence = f"{found:,} of {counted(known, 'known article')} found ({100 * found / known:.0f} %)"
        among = f"{sentence}, among {self.total:,}"
        if not self.missing:
            return f"{among}; none is missing."
        absent = known - self.held
        of_library = f", {absent:,} of them because the index does not hold {'it' if absent == 1 else 'them'}"
        return f"{among}; {known - found:,} missing{of_library if absent else ''}."

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that `pubmed-search recall --json` prints."""
        return {
            "query": self.query.to_json(),
            "filters": self.filters.to_json(),
            "build": self.build,
            "known": list(self.known),
            "held": self.held,
            "total": self.total,
            "found": list(self.found),
            "missing": [
                {
                    "pmid": article.pmid,
                    "title": article.title,
                    "reasons": [
                        {"cause": reason.cause, "what": reason.what, "line": reason.line, "says": str(reason)}
                        for reason in article.reasons
                    ],
                }
                for article in self.missing
            ],
            "parts": [
                {"what": part.what, "line": part.line, "keeps": part.keeps, "alone": part.alone} for part in self.parts
            ],
        }


def measure_recall(text: str, known: Sequence[int], filters: Filters, serving: "OpenBuild", *, mapping: bool) -> Recall:
    """Search with a strategy, and say of each known article whether it is found, and if not, why.

    Args:
        text: The strategy. A plain question finds what it lists.
        known: PMIDs, each once, at least one.
        filters: The filters beside it.
        serving: The build.
        mapping: Whether to map the untagged words of a Boolean query.

    Raises:
        QueryError: The strategy or a filter cannot be read.
    """
    prepared = PreparedQuery.unencoded(text, filters, serving, mapping=mapping)
    clause = prepared.query.read_as.clause
    held = _Known(serving, known)
    if clause is None:
        prepared = PreparedQuery.prepare(text, filters, serving, mapping=mapping)
        listing = prepared.listing()
        found, total = held.pmids & {article.pmid for article in listing}, listing.count
    else:
        total = prepared.within.count
        found = held.passing(prepared.filter_expression)
    lines = read_lines(prepared.query, serving, mapping=mapping)
    required = (*required_of(clause, lines), *_filters_as_required(filters, serving))
    articles = serving.store.articles([pmid for pmid in known if pmid not in found])

    def missing(pmid: int) -> MissingArticle:
        article = articles.get(pmid)
        if article is None:
            return MissingArticle(pmid, None, (Reason("not held"),))
        if pmid not in held.pmids:
            return MissingArticle(pmid, title_of(article), (Reason("not indexed"),))
        reasons = tuple(_reasons(article, held, clause, required, lines))
        return MissingArticle(pmid, title_of(article), reasons or (Reason("not listed"),))

    return Recall(
        query=prepared.query,
        filters=filters,
        known=tuple(known),
        found=tuple(pmid for pmid in known if pmid in found),
        missing=tuple(missing(pmid) for pmid in known if pmid not in found),
        parts=tuple(_part(each, held, required) for each in required),
        held=len(held.pmids),
        total=total,
        build=serving.index.manifest.build,
    )


class _Known:
    """What each part of one search keeps of the known articles that the index holds."""

    def __init__(self, serving: "OpenBuild", known: Sequence[int]) -> None:
        self._serving = serving
        self._within = serving.index.select(Pmids(frozenset(known)))
        self._kept: dict[FilterExpression, frozenset[int]] = {}
        self.pmids = self.passing(Everything())

    def passing(self, expression: FilterExpression) -> frozenset[int]:
        if expression not in self._kept:
            index = self._serving.index
            pmids = index.pmids_of(index.select(expression, self._within))
            self._kept[expression] = frozenset(map(int, pmids))
        return self._kept[expression]


def _reasons(
    article: Article, known: _Known, clause: Clause | None, required: Sequence[Required], lines: Mapping[str, ReadLine]
) -> Iterator[Reason]:
    def passes(part: Clause) -> bool:
        return article.pmid in known.passing(part.filter_expression)

    for part, excluded in blamed(clause, passes) if clause else ():
        line = lines.get(part.description)
        yield Reason("excluded" if excluded else "lacks", part.description, line.number if line else None)
    for each in required:
        if each.filter and article.pmid not in known.passing(each.expression):
            yield Reason("filter", each.what, article_has=_value_of(article, each.filter))


def _part(required: Required, known: _Known, all_required: Sequence[Required]) -> Part:
    keeps = known.passing(required.expression)
    alone = known.pmids - keeps if required.demanded else frozenset()
    for other in all_required:
        if other is not required and other.demanded and alone:
            alone &= known.passing(other.expression)
    return Part(required.what, required.line, len(keeps), len(alone))


def _filters_as_required(filters: Filters, serving: "OpenBuild") -> Iterator[Required]:
    for name in filters.set_fields():
        only = replace(Filters(), **{name: getattr(filters, name)})
        yield Required(describe_filter(name, getattr(filters, name)), only.expression(serving.mesh), filter=name)


def _value_of(article: Article, name: str) -> str:
    """Return what an article has where a filter wants something else."""
    values = {
        "years": str(article.year or "no year"),
        "dates": str(article.published) or "no date",
        "journals": article.journal.title or "",
        "types": ", ".join(article.types),
        "languages": ", ".join(article.languages),
    }
    return values.get(name, "")
