"""A searcher with what programs ask for besides: whole lists with evidence, citations, MeSH."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search.evidence.answers import whole_answer
from search.explore.similar_results import SimilarPage
from search.filters.filters import Filters
from search.results import Hit, Page
from search.retrieval.ordering import Order
from search.retrieval.pipeline import PreparedQuery
from search.searcher import Searcher
from search.service.cursors import Cursor
from search.service.refusals import Refusal
from search.service.request_models import Question, SearchRequest, SimilarRequest
from search.service.workers import Workers

if TYPE_CHECKING:
    from index.lexical.mesh import Descriptor
    from index.library.manifest import Manifest
    from search.serving.open_build import OpenBuild


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a search, and its place in the list.

    Attributes:
        page: The page.
        listed: How many articles the whole list has.
        cursor: Where the page begins.
    """

    page: Page | SimilarPage
    listed: int
    cursor: Cursor

    def next_cursor(self, shown: int | None = None) -> str | None:
        """Return the cursor of what follows the first `shown` hits of the page, by default all; None at the end."""
        shown = len(self.page.hits) if shown is None else shown
        return self.cursor.after(shown, build=self.page.build, listed=self.listed)


@dataclass(frozen=True, slots=True)
class WholeList:
    """Every hit of a search, made as it is read.

    Attributes:
        build: The build that made the list.
        listed: How many hits there are.
        hits: The hits, best first.
    """

    build: str
    listed: int
    hits: Iterator[Hit]


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading, its place in the tree, and how many articles it has.

    Attributes:
        descriptor: The heading.
        broader: Those directly above it.
        narrower: Those directly below it.
        exploded: It and everything below it, by name.
        articles: How many articles of the library have one of these.
    """

    descriptor: "Descriptor"
    broader: "tuple[Descriptor, ...]"
    narrower: "tuple[Descriptor, ...]"
    exploded: "tuple[Descriptor, ...]"
    articles: int


class ServedLibrary(Searcher):
    """A searcher that answers the requests of programs."""

    def manifest(self) -> "Manifest":
        """Return the manifest of the build in service."""
        with self._serving() as serving:
            return serving.index.manifest

    def on_one_build(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what `work` answers, with the name of the build, made again where a new build came in between."""
        build = self.manifest().build
        answer = work()
        while (now := self.manifest().build) != build:
            build, answer = now, work()
        return {"build": build} | answer

    def has_mesh(self) -> bool:
        """Whether a MeSH vocabulary is loaded."""
        with self._serving() as serving:
            return serving.mesh is not None

    def listing(self, request: SearchRequest) -> Listing:
        """Answer one page of a search.

        Raises:
            QueryError, Refusal: The query or the cursor cannot be read, or the cursor is of an older build.
        """
        cursor = Cursor.of(request.cursor, request.asked())
        page = self.search(
            request.query,
            limit=request.limit,
            offset=cursor.offset,
            sort=request.sort,
            recency=request.recency,
            mapping=request.mapping,
            whole=request.whole,
            filters=request.filters(),
        )
        cursor.check_build(page.build)
        return Listing(page, page.total, cursor)

    def similar_listing(self, request: SimilarRequest) -> Listing:
        """Answer one page of similar articles; raises as `listing` does."""
        cursor = Cursor.of(request.cursor, request.asked())
        page = self.similar(
            request.like,
            unlike=request.unlike,
            limit=request.limit,
            offset=cursor.offset,
            filters=request.filters(),
        )
        cursor.check_build(page.build)
        return Listing(page, page.total, cursor)

    def whole_list(self, question: Question) -> WholeList:
        """Rank once, and explain hit after hit as they are read, all on the build in service now.

        Raises:
            QueryError: The query or a filter cannot be read.
        """
        with self._serving() as serving:
            order = Order(question.sort, question.recency)
            filters, mapping, whole = question.filters(), question.mapping, question.whole
            prepared = PreparedQuery.prepare(
                question.query, filters, serving, order=order, mapping=mapping, whole=whole
            )
            listing = prepared.listing()
            hits = whole_answer(prepared, listing, self._fetch)
            return WholeList(serving.index.manifest.build, listing.count, hits)

    def named(self, text: str) -> tuple[int, ...]:
        """Return the articles that a citation, a title or an identifier names; none where it names none."""
        with self._serving() as serving:
            item = PreparedQuery.prepare(text, Filters(), serving).known_item()
            return item.pmids if item else ()

    def heading(self, name: str) -> Heading:
        """Look a heading up by its name, entry term or number.

        Raises:
            Refusal: No vocabulary is loaded, or it has no such heading; the message names similar ones.
        """
        with self._serving() as serving:
            mesh = serving.mesh
            if mesh is None:
                raise Refusal(404, "no_mesh", "This library has no MeSH: rebuild-index --mesh package loads it.")
            descriptor = mesh.descriptor(name)
            if descriptor is None:
                near = ", ".join(found.name for found in mesh.complete(name[:40]))
                hint = f"Did you mean one of these: {near}?" if near else "Try fewer letters, or search for it."
                raise Refusal(404, "no_heading", f"MeSH has no heading or entry term {name[:100]!r}. {hint}")
            below = filter(None, map(mesh.descriptor, mesh.explode(descriptor.ui)))
            return Heading(
                descriptor,
                mesh.broader(descriptor.ui),
                mesh.narrower(descriptor.ui),
                tuple(sorted(below, key=lambda each: each.name)),
                _articles_with(descriptor.name, serving),
            )


def _articles_with(heading: str, serving: "OpenBuild") -> int:
    return serving.index.count(serving.index.select(Filters(mesh=(heading,)).expression(serving.mesh)))


@dataclass(frozen=True, slots=True)
class Desk:
    """What every route and tool needs.

    Attributes:
        library: The library.
        workers: The threads that read it.
    """

    library: ServedLibrary
    workers: Workers
