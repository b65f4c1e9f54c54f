"""What one call of `pubmed-search` asks, and its answer in pieces, whoever holds the library open."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from search.cli.screen import Terminal
from search.filters.filters import Filters

if TYPE_CHECKING:
    from search.searcher import Searcher


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, or a search for similar articles, and how its answer is to look.

    Attributes:
        text: The question; "" where articles are given.
        given: The articles to be like.
        unlike: The articles to avoid.
        filters: What an article must be.
        limit: How many results; None for all.
        offset: How many better results to skip.
        sort: The order.
        recency: Years after which a score counts half.
        mapping: Whether untagged words are mapped.
        whole: Whether a plain question lists what is not relevant to it, too.
        sentences: Whether sentences are listed in place of articles.
        format: A format of `search.export.formats`, or None for a page.
        as_json: Whether the page is one JSON object.
        explained: Whether the page says why each article ranks.
        terminal: Where the page is shown.
    """

    text: str
    filters: Filters
    limit: int | None
    given: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()
    offset: int = 0
    sort: str = "relevance"
    recency: float | None = None
    mapping: bool = True
    whole: bool = False
    sentences: bool = False
    format: str | None = None
    as_json: bool = False
    explained: bool = False
    terminal: Terminal = field(default_factory=Terminal)

    def to_json(self) -> dict[str, Any]:
        """Return it as one JSON object."""
        return asdict(self) | {"filters": self.filters.to_json()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        lists = {name: tuple(values[name]) for name in ("given", "unlike")}
        records = {"filters": Filters.from_json(values["filters"]), "terminal": Terminal(**values["terminal"])}
        return cls(**(values | lists | records))

    def answer(self, pubmed: "Searcher") -> Iterator[str | bytes]:
        """Yield what goes to standard output: text for people and JSON, bytes of a file.

        Raises:
            PubmedError: The query cannot be read, or the library cannot answer.
        """
        if self.given:
            return self._similar(pubmed)
        if self.sentences:
            return self._sentences(pubmed)
        return self._page(pubmed) if self.format is None else self._export(pubmed, self.format)

    def _page(self, pubmed: "Searcher") -> Iterator[str]:
        page = pubmed.search(
            self.text,
            filters=self.filters,
            mapping=self.mapping,
            whole=self.whole,
            limit=self.limit or 1,
            offset=self.offset,
            sort=self.sort,
            recency=self.recency,
        )
        if self.as_json:
            # ASCII, so that no locale changes it and no control character passes.
            yield json.dumps(page.to_json()) + "\n"
            return
        from search.cli.terminal import page_text

        yield page_text(page, self.terminal, explained=self.explained)

    def _sentences(self, pubmed: "Searcher") -> Iterator[str | bytes]:
        from search.explore.sentence_search import MOST_LISTED

        limit = MOST_LISTED if self.limit is None else self.limit
        page = pubmed.sentences(self.text, filters=self.filters, mapping=self.mapping, limit=limit, offset=self.offset)
        if self.format is not None:
            yield from file_pieces(pubmed.export(page, self.format))
        elif self.as_json:
            yield json.dumps(page.to_json()) + "\n"
        else:
            from search.cli.sentences import sentences_text

            yield sentences_text(page, self.terminal, explained=self.explained)

    def _export(self, pubmed: "Searcher", format: str) -> Iterator[bytes]:  # noqa: A002 - as in `Searcher.export`
        return file_pieces(
            pubmed.export(
                self.text,
                format,
                limit=self.limit,
                filters=self.filters,
                sort=self.sort,
                recency=self.recency,
                mapping=self.mapping,
                whole=self.whole,
            )
        )

    def _similar(self, pubmed: "Searcher") -> Iterator[str | bytes]:
        limit, offset = self.limit or 1, self.offset
        page = pubmed.similar(self.given, unlike=self.unlike, filters=self.filters, limit=limit, offset=offset)
        if self.format is not None:
            yield from file_pieces(pubmed.export(page, self.format))
        elif self.as_json:
            yield json.dumps(page.to_json()) + "\n"
        else:
            from search.cli.similar_terminal import similar_page_text

            yield similar_page_text(page, self.terminal, explained=self.explained)


def file_pieces(pieces: Iterator[str]) -> Iterator[bytes]:
    """Yield a file's content in UTF-8 and with its own line ends, whatever the locale."""
    for piece in pieces:
        yield piece.encode(errors="replace")
