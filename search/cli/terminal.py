"""A page of results for a terminal: plain text, or bold where the terminal can."""

import textwrap
from collections.abc import Iterator, Sequence

from index.core.control_characters import safe
from index.core.readable_text import readable, readable_text
from index.records.article import Article
from index.records.passages import searched_title
from search.cli.screen import Terminal
from search.export.citation import journal_name
from search.query.clauses import Clause
from search.query.did_you_mean import corrected
from search.query.query import Query, Span
from search.results import Evidence, Hit, Page, found_text, nothing_text, shown_range

AUTHORS_NAMED = 3
INDENT = " " * 4
BOLD, RED = "\x1b[1m", "\x1b[31m"


def page_text(page: Page, terminal: Terminal, *, explained: bool = False) -> str:
    """Return a page of results as text that ends in a line break.

    Args:
        page: The results.
        terminal: What can be shown.
        explained: Whether to print how many articles each part of the query matches, and why each article has its rank.

    Control sequences in a record or a query never reach the terminal.
    """
    parts = reading_parts(page.query, terminal, explained=explained)
    parts += [
        "\n".join(_hit_lines(rank, hit, terminal, explained=explained))
        for rank, hit in enumerate(page.hits, start=page.offset + 1)
    ]
    parts.append("\n".join(textwrap.wrap(_footer(page), terminal.width)))
    return "\n\n".join(part for part in parts if part) + "\n"


def reading_parts(query: Query, terminal: Terminal, *, explained: bool) -> list[str]:
    """Return how a query was read, and then what is to be said about it, "" for nothing."""
    read_as = "\n".join(textwrap.wrap(f"Read as: {safe(query.read_as.description)}", terminal.width))
    return [read_as, "\n".join(_reading_lines(query, terminal, explained=explained))]


def _reading_lines(query: Query, terminal: Terminal, *, explained: bool) -> Iterator[str]:
    read_as = query.read_as
    for warning in (*query.notes, *read_as.warnings):
        yield from textwrap.wrap(safe(f"Note: {warning}"), terminal.width)
    if read_as.suggestions:
        correction = corrected(query.searched, read_as.suggestions)
        yield from textwrap.wrap(safe(f"Did you mean: {correction}"), terminal.width)
    if explained and read_as.clause:
        yield from _clause_lines(read_as.clause, "")


def _clause_lines(clause: Clause, indent: str) -> Iterator[str]:
    count = "not counted" if clause.count is None else f"{clause.count:,}"
    yield safe(f"{count:>11}  {indent}{clause.description}")
    for child in clause.parts:
        yield from _clause_lines(child, indent + "  ")


def _hit_lines(rank: int, hit: Hit, terminal: Terminal, *, explained: bool) -> Iterator[str]:
    yield from article_lines(rank, hit.article, terminal)
    if hit.evidence:
        yield from evidence_lines(hit.evidence, terminal)
    if explained:
        yield from indented(_why(hit), terminal)


def article_lines(rank: int | None, article: Article, terminal: Terminal) -> Iterator[str]:
    """Yield the lines that identify the article at a rank, or one below something else: title, source, identifiers."""
    yield from _title_lines(article, INDENT if rank is None else f"{rank:>2}  ", terminal)
    for line in (_source(article), _identifiers(article)):
        yield from indented(line, terminal)


def indented(text: str, terminal: Terminal) -> list[str]:
    """Return a text wrapped below a title, safe to print."""
    return textwrap.wrap(safe(text), terminal.width, initial_indent=INDENT, subsequent_indent=INDENT)


def _why(hit: Hit) -> str:
    meaning, words = hit.why.meaning, hit.why.words
    parts = (
        f"score {hit.score:.3f}",
        "meaning -" if meaning is None else f"meaning {meaning:.3f}",
        "words -" if words is None else f"words {words:.2f}",
        f"matched {', '.join(hit.why.matched) or 'no word'}",
        *([f"without {hit.why.lacks}"] if hit.why.lacks else []),
    )
    return "Why: " + " · ".join(parts)


def _title_lines(article: Article, prefix: str, terminal: Terminal) -> Iterator[str]:
    warning = f"{article.retraction.upper()}: " if article.retraction else ""
    title = readable(searched_title(article)) or "(no title)"
    lines = textwrap.wrap(safe(warning + title), terminal.width - len(prefix))
    warning_rest = len(warning)
    for line_number, line in enumerate(lines):
        marked, plain = line[: max(warning_rest, 0)], line[max(warning_rest, 0) :]
        warning_rest -= len(line) + 1
        yield (prefix if line_number == 0 else " " * len(prefix)) + (
            terminal.paint(marked, BOLD + RED) + terminal.paint(plain, BOLD)
        )


def _source(article: Article) -> str:
    names = [str(author) for author in article.authors]
    if len(names) > AUTHORS_NAMED or not article.authors_complete:
        names = [*names[:AUTHORS_NAMED], "et al."]
    return " · ".join(part for part in (", ".join(names), journal_name(article), str(article.published)) if part)


def _identifiers(article: Article) -> str:
    types = ", ".join(kind for kind in article.types if kind != "Journal Article")
    doi = f"doi:{article.doi}" if article.doi else ""
    return " · ".join(part for part in (f"PMID {article.pmid}", doi, types) if part)


def evidence_lines(evidence: Evidence, terminal: Terminal) -> Iterator[str]:
    """Yield the lines of a sentence, its matches in bold."""
    label = f"{evidence.section}: " if evidence.section else ""
    shown = readable_text(evidence.text)
    spans = [Span(shown.place(span.start), shown.place(span.end)) for span in evidence.spans]
    text = safe(label + shown.text)
    # White space is kept while wrapping, so that the joined lines are the text and the spans stay valid.
    wrapper = textwrap.TextWrapper(terminal.width - len(INDENT), drop_whitespace=False, replace_whitespace=False)
    start = -len(label)
    for line in wrapper.wrap(text):
        words = line.strip()
        if words:
            yield INDENT + _marked(words, start + line.index(words), spans, terminal)
        start += len(line)


def _marked(line: str, start: int, spans: Sequence[Span], terminal: Terminal) -> str:
    parts, done = [], 0
    for span in spans:
        first, last = max(span.start - start, 0), min(span.end - start, len(line))
        if first < last:
            parts += [line[done:first], terminal.paint(line[first:last], BOLD)]
            done = last
    return "".join([*parts, line[done:]])


def _footer(page: Page) -> str:
    if page.hits:
        result = f"{shown_range(page)} of {found_text(page)}, ranked"
    elif page.offset and page.total:
        result = f"the list has {found_text(page)}"
    else:
        result = nothing_text(page)
        if page.passing > page.total:
            which = "that pass the filters" if page.filters else "of the library"
            result += f". --whole lists all {page.passing:,} {which}"
    return f"{result} · build {page.build} · {page.model} · {page.seconds * 1000:,.0f} ms"
