"""Which articles an index with a limit holds: first some that show what a library can do, then the newest.

The newest articles alone have no MeSH headings yet, are of one year, and hardly any is retracted. So each kind below
gets its share of the limit, its newest articles first, as far as the store has any; the rest are the newest of all.
The choice depends on the articles and the limit alone. It takes one pass over the store, and memory for the candidates.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from index.core.progress import Progress
from index.records.article import Article
from index.records.encoding_keys import EncodingKeys

if TYPE_CHECKING:
    from index.store.article_store import ArticleStore

RULE: Final = "kinds, then newest"
"""Names this rule in the digest of an index: another rule, another index."""

SHARES: Final = {"changed": 0.05, "mesh": 0.2, "trial": 0.05, "review": 0.05, "years": 0.15, "citing": 0.05}
"""Of the limit, how much each kind may take: retracted articles and the like, with headings, trials, reviews, from as
many years as possible, and those that cite an article of the store. What they cite or retract comes with them."""

_ABOUT_RETRACTION: Final = ("Retract", "ExpressionOfConcern")

Newness = tuple[str, int]
"""The day on which PubMed added an article, and its PMID: the order of `ArticleStore.newest`."""


@dataclass(slots=True)
class _Newest:
    """The newest articles of one kind, as many as may be taken, each with the articles that come along."""

    most: int
    heap: list[tuple[Newness, tuple[int, ...]]] = field(default_factory=list)

    def add(self, newness: Newness, along: Sequence[int]) -> None:
        push = heapq.heappush if len(self.heap) < self.most else heapq.heappushpop
        push(self.heap, (newness, tuple(along)))

    def in_order(self) -> Iterator[tuple[int, ...]]:
        """Yield each article's PMID and those that come along, the newest first."""
        return ((pmid, *along) for (_, pmid), along in sorted(self.heap, reverse=True))


def choose_articles(store: "ArticleStore", limit: int | None, progress: Progress) -> EncodingKeys:
    """Return the keys of the articles to index, newest first.

    Args:
        store: The library's articles.
        limit: How many at most; None for all.
        progress: Draws the pass over the store.
    """
    count = store.count()
    newest = store.newest(limit)
    if limit is None or count <= limit:
        return newest
    chosen: set[int] = set()
    for kind, candidates in _candidates(store, limit, count, progress).items():
        _take(chosen, candidates, len(chosen) + int(SHARES[kind] * limit))
    for key in newest:
        if len(chosen) == limit:
            break
        chosen.add(key.pmid)
    return store.keys(chosen)


def _take(chosen: set[int], candidates: Iterable[tuple[int, ...]], most: int) -> None:
    """Choose candidates with those that come along, as long as they all fit."""
    for pmids in candidates:
        if len(chosen.union(pmids)) <= most:
            chosen.update(pmids)


def _candidates(store: "ArticleStore", limit: int, count: int, progress: Progress) -> dict[str, list[tuple[int, ...]]]:
    """Return what there is of each kind, the newest first, in the order in which the kinds choose."""
    kinds = {kind: _Newest(int(share * limit)) for kind, share in SHARES.items() if int(share * limit)}
    years: defaultdict[int, _Newest] = defaultdict(lambda: _Newest(int(SHARES["years"] * limit)))
    with progress.bar("choice", count, "article") as bar:
        for article in store:
            newness = (article.entrez or article.published.first or "", article.pmid)
            for kind, named in _kinds(article):
                along = store.held(named) - {article.pmid} if named else frozenset()
                if kind in kinds and (along or kind != "citing"):
                    kinds[kind].add(newness, sorted(along))
            if "years" in kinds and article.year is not None:
                years[article.year].add(newness, ())
            bar.update(1)
    return {kind: _in_turn(years) if kind == "years" else list(kinds[kind].in_order()) for kind in kinds}


def _kinds(article: Article) -> Iterator[tuple[str, list[int]]]:
    """Yield each kind that an article is of, with the PMIDs of the articles that should come along."""
    if article.retraction:
        yield "changed", [link.pmid for link in article.links if link.pmid and link.kind.startswith(_ABOUT_RETRACTION)]
    if article.mesh:
        yield "mesh", []
    if any("Trial" in kind for kind in article.types):
        yield "trial", []
    if any("Review" in kind or kind == "Meta-Analysis" for kind in article.types):
        yield "review", []
    if cited := [reference.pmid for reference in article.references if reference.pmid]:
        yield "citing", cited


def _in_turn(years: dict[int, _Newest]) -> list[tuple[int, ...]]:
    """Return the newest article of each year, then the second of each, and so on."""
    ranked = [(place, -year, pmids) for year, newest in years.items() for place, pmids in enumerate(newest.in_order())]
    return [pmids for _, _, pmids in sorted(ranked)]
