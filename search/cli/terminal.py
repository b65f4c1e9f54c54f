"""A page of results for a terminal: plain text, or bold where the terminal can."""

import os
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TextIO

from index.core.control_characters import safe
from index.records.article import Article
from index.records.passages import searched_title
from search.export.citation import journal_name
from search.query.clauses import Clause
from search.query.did_you_mean import corrected
from search.query.query import Span
from search.results import Evidence, Hit, Page

WIDTH_UNKNOWN, WIDTH_LEAST, WIDTH_MOST = 80, 40, 100
AUTHORS_NAMED = 3
INDENT = " " * 4
BOLD, RED, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the reader's terminal can show.

    Attributes:
        width: Columns to fill.
        colour: Whether bold and colour may be used.
    """

    width: int = WIDTH_UNKNOWN
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> Self:
        """Look at a stream; colour needs a terminal and respects `NO_COLOR` (https://no-color.org)."""
        shown = stream.isatty()
        columns = shutil.get_terminal_size((WIDTH_UNKNOWN, 24)).columns if shown else WIDTH_UNKNOWN
        colour = shown and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        return cls(max(WIDTH_LEAST, min(columns, WIDTH_MOST)), colour)

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour or weight, or as it is where there is none."""
        return f"{code}{text}{PLAIN}" if self.colour and text else text


def printed(page: Page, terminal: Terminal, *, explained: bool = False) -> str:
    """Return a page of results as text that ends in a line break.

    Args:
        page: The results.
        terminal: What can be shown.
        explained: Whether to say what each part of the query keeps, and why each article ranks where it does.

    Nothing that a record or a query holds reaches the terminal as a control sequence.
    """
    parts = ["\n".join(textwrap.wrap(f"Read as: {safe(page.query.read_as.description)}", terminal.width))]
    parts += ["\n".join(_reading_lines(page, terminal, explained=explained))]
    parts += [
        "\n".join(_hit_lines(rank, hit, terminal, explained=explained))
        for rank, hit in enumerate(page.hits, start=page.offset + 1)
    ]
    parts.append("\n".join(textwrap.wrap(_closing(page), terminal.width)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _reading_lines(page: Page, terminal: Terminal, *, explained: bool) -> Iterator[str]:
    read_as = page.query.read_as
    for warning in read_as.warnings:
        yield from textwrap.wrap(safe(f"Note: {warning}"), terminal.width)
    if read_as.suggestions:
        meant = corrected(page.query.text, read_as.suggestions)
        yield from textwrap.wrap(safe(f"Did you mean: {meant}"), terminal.width)
    if explained and read_as.clause:
        yield from _demand_lines(read_as.clause, "")


def _demand_lines(part: Clause, indent: str) -> Iterator[str]:
    count = "not counted" if part.count is None else f"{part.count:,}"
    yield safe(f"{count:>11}  {indent}{part.description}")
    for inner in part.parts:
        yield from _demand_lines(inner, indent + "  ")


def _hit_lines(rank: int, hit: Hit, terminal: Terminal, *, explained: bool) -> Iterator[str]:
    yield from article_lines(rank, hit.article, terminal)
    if hit.evidence:
        yield from evidence_lines(hit.evidence, terminal)
    if explained:
        yield from indented(_why(hit), terminal)


def article_lines(rank: int, article: Article, terminal: Terminal) -> Iterator[str]:
    """Yield the lines that say which article stands at a rank: title, source, identifiers."""
    yield from _title_lines(article, f"{rank:>2}  ", terminal)
    for line in (_source(article), _identity(article)):
        yield from indented(line, terminal)


def indented(text: str, terminal: Terminal) -> list[str]:
    """Return a text wrapped below a title, safe to print."""
    return textwrap.wrap(safe(text), terminal.width, initial_indent=INDENT, subsequent_indent=INDENT)


def _why(hit: Hit) -> str:
    meaning, words = hit.why.meaning, hit.why.words
    said = (
        f"score {hit.score:.3f}",
        "meaning -" if meaning is None else f"meaning {meaning:.3f}",
        "words -" if words is None else f"words {words:.2f}",
        f"matched {', '.join(hit.why.matched) or 'no word'}",
    )
    return "Why: " + " · ".join(said)


def _title_lines(article: Article, number: str, terminal: Terminal) -> Iterator[str]:
    warning = f"{article.retraction.upper()}: " if article.retraction else ""
    title = searched_title(article) or "(no title)"
    lines = textwrap.wrap(safe(warning + title), terminal.width - len(number))
    rest = len(warning)
    for place, line in enumerate(lines):
        marked, plain = line[: max(rest, 0)], line[max(rest, 0) :]
        rest -= len(line) + 1
        yield (number if place == 0 else " " * len(number)) + (
            terminal.paint(marked, BOLD + RED) + terminal.paint(plain, BOLD)
        )


def _source(article: Article) -> str:
    names = [str(author) for author in article.authors]
    if len(names) > AUTHORS_NAMED or not article.authors_complete:
        names = [*names[:AUTHORS_NAMED], "et al."]
    return " · ".join(part for part in (", ".join(names), journal_name(article), str(article.published)) if part)


def _identity(article: Article) -> str:
    types = ", ".join(kind for kind in article.types if kind != "Journal Article")
    doi = f"doi:{article.doi}" if article.doi else ""
    return " · ".join(part for part in (f"PMID {article.pmid}", doi, types) if part)


def evidence_lines(evidence: Evidence, terminal: Terminal) -> Iterator[str]:
    """Yield the lines of a sentence, what matches in it in bold."""
    label = f"{evidence.section}: " if evidence.section else ""
    text = safe(label + evidence.text)
    # White space is kept while wrapping, so that the lines joined are the text and the spans still hold.
    wrapper = textwrap.TextWrapper(terminal.width - len(INDENT), drop_whitespace=False, replace_whitespace=False)
    start = -len(label)
    for line in wrapper.wrap(text):
        words = line.strip()
        if words:
            yield INDENT + _marked(words, start + line.index(words), evidence.spans, terminal)
        start += len(line)


def _marked(line: str, start: int, spans: Sequence[Span], terminal: Terminal) -> str:
    parts, done = [], 0
    for span in spans:
        first, last = max(span.start - start, 0), min(span.end - start, len(line))
        if first < last:
            parts += [line[done:first], terminal.paint(line[first:last], BOLD)]
            done = last
    return "".join([*parts, line[done:]])


def _closing(page: Page) -> str:
    shown = f"{page.offset + 1:,}-{page.offset + len(page.hits):,} of {page.total:,}"
    found = f"{shown} articles, ranked" if page.hits else "No article matches"
    return f"{found} · build {page.build} · {page.model} · {page.seconds * 1000:,.0f} ms"
