"""Similar articles for a terminal."""

import textwrap
from collections.abc import Iterator

from index.core.control_characters import safe
from search.cli.screen import Terminal
from search.cli.terminal import article_lines, evidence_lines, indented
from search.explore.similar_results import SimilarHit, SimilarPage


def similar_page_text(page: SimilarPage, terminal: Terminal, *, explained: bool = False) -> str:
    """Return a page of similar articles as text that ends in a line break.

    Args:
        page: The articles.
        terminal: What can be shown.
        explained: Whether to print scores, and the sentence of the given article beside that of the similar one.

    Control sequences in a record never reach the terminal.
    """
    hits = [
        "\n".join(_hit_lines(rank, hit, terminal, explained=explained))
        for rank, hit in enumerate(page.hits, start=page.offset + 1)
    ]
    return "\n\n".join([_wrapped(_heading(page), terminal), *hits, _wrapped(_footer(page), terminal)]) + "\n"


def _wrapped(text: str, terminal: Terminal) -> str:
    return "\n".join(textwrap.wrap(safe(text), terminal.width))


def _heading(page: SimilarPage) -> str:
    given = ", ".join(map(str, page.pmids))
    return "; ".join(
        part
        for part in (
            f"Similar to: PMID {given}",
            f"unlike PMID {', '.join(map(str, page.unlike))}" if page.unlike else "",
            str(page.filters),
        )
        if part
    )


def _hit_lines(rank: int, hit: SimilarHit, terminal: Terminal, *, explained: bool) -> Iterator[str]:
    yield from article_lines(rank, hit.article, terminal)
    shared = ", ".join((*hit.why.mesh, *hit.why.terms)) or "no word"
    pair = hit.why.sentences
    if pair:
        yield from evidence_lines(pair.found, terminal)
    yield from indented(f"Shares: {shared}", terminal)
    if explained:
        if pair:
            yield from indented(f"Beside PMID {pair.pmid}: {pair.given.text}", terminal)
        yield from indented(f"Why: score {hit.score:.3f} · meaning {hit.why.meaning:.3f}", terminal)


def _footer(page: SimilarPage) -> str:
    shown_range = f"{page.offset + 1:,}-{page.offset + len(page.hits):,} of {page.total:,}"
    none = f"{page.total:,} articles are left; --offset is past the last" if page.offset else "No article is left"
    result = f"{shown_range} articles, ranked" if page.hits else none
    return f"{result} · build {page.build} · {page.model} · {page.seconds * 1000:,.0f} ms"
