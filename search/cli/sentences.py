"""`pubmed-search --sentences`: a list of sentences as text."""

import textwrap
from collections.abc import Iterator

from index.core.control_characters import safe
from search.cli.screen import Terminal
from search.cli.terminal import article_lines, evidence_lines, indented, reading_parts
from search.explore.sentence_results import SentenceHit, SentencePage


def sentences_text(page: SentencePage, terminal: Terminal, *, explained: bool = False) -> str:
    """Return a page of sentences as text that ends in a line break.

    Args:
        page: The sentences.
        terminal: What can be shown.
        explained: Whether to print how many articles each part of the query matches, and why a sentence has its rank.

    Control sequences in a record or a query never reach the terminal.
    """
    parts = reading_parts(page.query, terminal, explained=explained)
    parts.append(_wrapped(f"Searched: {page.scope}", terminal) if page.total else "")
    parts += [
        "\n".join(_hit_lines(rank, hit, terminal, explained=explained))
        for rank, hit in enumerate(page.hits, start=page.offset + 1)
    ]
    parts.append(_wrapped(_footer(page), terminal))
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrapped(text: str, terminal: Terminal) -> str:
    return "\n".join(textwrap.wrap(safe(text), terminal.width))


def _hit_lines(rank: int, hit: SentenceHit, terminal: Terminal, *, explained: bool) -> Iterator[str]:
    sentence = list(evidence_lines(hit.sentence, terminal))
    number = f"{rank:>2}  "
    yield number + sentence[0].removeprefix(" " * len(number)) if sentence else number
    yield from sentence[1:]
    yield from article_lines(None, hit.article, terminal)
    if explained:
        meaning = "-" if hit.why.meaning is None else f"{hit.why.meaning:.3f}"
        parts = f"score {hit.score:.3f} · meaning {meaning} · words {hit.why.words:.2f}"
        yield from indented(f"Why: {parts} · article {hit.why.article:.3f}", terminal)


def _footer(page: SentencePage) -> str:
    if page.hits:
        result = f"{page.offset + 1:,}-{page.offset + len(page.hits):,} of {page.listed:,} sentences, ranked"
    elif page.offset and page.listed:
        result = f"{page.listed:,} sentences are listed; --offset is past the last"
    else:
        result = "No sentence" if page.total else "No article matches"
    return f"{result} · build {page.build} · {page.model} · {page.seconds * 1000:,.0f} ms"
