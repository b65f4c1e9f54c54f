"""A search record for people: Markdown by the items of PRISMA-S, ready for a review's appendix."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.core.control_characters import safe

if TYPE_CHECKING:
    from search.recording.search_record import SearchRecord

PMIDS_A_LINE = 10
NOT_APPLICABLE = "Not applicable: one database was searched."
NOT_PART = "Not part of this search."


def record_markdown(record: "SearchRecord", *, replay: str) -> str:
    """Return the record as Markdown.

    Args:
        record: The search.
        replay: Name of the file from which it can be repeated.

    Source:
        Items 1-16 of PRISMA-S: Rethlefsen et al. (2021), doi:10.1186/s13643-020-01542-z.
    """
    parts = [
        "# Search record",
        _opening(record),
        "## PRISMA-S",
        *_items(record, replay),
        "## Articles",
        *_listed(record),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(record: "SearchRecord") -> str:
    searched = record.searched
    rows = {
        "Date": record.at,
        "Program": f"{searched.program} {searched.version}",
        "Build": searched.build,
        "Content": searched.content,
        "Model": searched.model,
        "Model fingerprint": searched.fingerprint,
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {_code(value)} |" for name, value in rows.items())])


def _items(record: "SearchRecord", replay: str) -> Iterator[str]:
    items = {
        "Database name": _database(record),
        "Multi-database searching": NOT_APPLICABLE,
        "Study registries": NOT_PART,
        "Online resources and browsing": "Not part of this search: it ran on a local copy, without a network.",
        "Citation searching": NOT_PART,
        "Contacts": NOT_PART,
        "Other methods": NOT_PART,
        "Full search strategies": _strategy(record),
        "Limits and restrictions": _limits(record),
        "Search filters": "No published search filter was added. One that was typed is part of the strategy above.",
        "Prior work": "Not known to the program: state here whose strategy was adapted, if any.",
        "Updates": f"{_code(f'pubmed-search --replay {replay}')} repeats it and names what was added and removed.",
        "Dates of searches": _code(record.at),
        "Peer review": "Not known to the program: state here who reviewed the strategy, if anybody.",
        "Total records": _totals(record),
        "Deduplication": (
            "Every PMID stands once, in its newest version; articles that NLM deleted are left out. Nothing else was "
            "compared: one study reported in two articles is two records."
        ),
    }
    for number, (name, text) in enumerate(items.items(), 1):
        yield f"**{number}. {name}.** {text}"


def _database(record: "SearchRecord") -> str:
    searched = record.searched
    last = f", the last of them {_code(searched.last_file)}" if searched.last_file else ""
    newest = f", the newest of {searched.newest}" if searched.newest else ""
    return (
        f"{searched.database}, in the local library {_code(searched.library)}: {searched.articles:,} articles{newest}; "
        f"{searched.files:,} source files applied{last}. Platform: {searched.program} {searched.version}."
    )


def _strategy(record: "SearchRecord") -> str:
    interpretation = record.read_as.get("says")
    return "\n\n".join(
        [
            "As typed:",
            _block(record.request.text),
            *_lines(record.read_as.get("lines")),
            *(["As read:", _block(interpretation)] if isinstance(interpretation, str) else []),
            "As read, in full:",
            _block(json.dumps(record.read_as, indent=2, ensure_ascii=False)),
            f"Order: {_order(record)}. Ranked with:",
            _block(json.dumps(record.ranking, indent=2, ensure_ascii=False)),
        ]
    )


def _lines(lines: object) -> Iterator[str]:
    """Yield the lines of a strategy with what each finds by itself."""
    if isinstance(lines, list):
        yield "Line by line, each with the articles that it finds by itself, without filters:"
        yield _block("\n".join(f"{_number(line)}  {line['count']:>9,}  {line['text']}" for line in lines))


def _number(line: dict[str, object]) -> str:
    return f"#{line['line']}" if line["line"] else "last"


def _order(record: "SearchRecord") -> str:
    request = record.request
    recency = f"; a score counts half after {request.recency:g} years" if request.recency else ""
    reranking = f"; the best read again by {_code(request.reranker)}" if request.reranker else ""
    return f"{request.sort}{recency}{reranking}"


def _limits(record: "SearchRecord") -> str:
    limit = record.request.limit
    listed = "the whole result is listed" if limit is None else f"the first {limit:,} articles are listed"
    if not record.request.filters:
        return f"No filter; {listed}."
    return (
        f"{listed.capitalize()}. Filters:\n\n{_block(json.dumps(record.request.filters, indent=2, ensure_ascii=False))}"
    )


def _totals(record: "SearchRecord") -> str:
    listed = record.listed
    passing = listed.total if listed.passing is None else listed.passing
    kind = "an exact count" if listed.total_is == "exact" else _code(listed.total_is)
    found = f"{listed.total:,} articles pass the query and its filters ({kind})"
    if listed.passing is not None and listed.total != listed.passing:
        found = f"{passing:,} articles pass the filters; {listed.total:,} of them are relevant ({kind})"
    elif listed.passing is None:
        found = f"{found}; words that only rank leave no article out"
    return f"{found}. {len(listed.pmids):,} are listed below, in order."


def _listed(record: "SearchRecord") -> Iterator[str]:
    pmids = record.listed.pmids
    yield f"SHA-256 of the PMIDs, one a line: `{record.listed.digest}`"
    lines = (pmids[start : start + PMIDS_A_LINE] for start in range(0, len(pmids), PMIDS_A_LINE))
    yield _block("\n".join(" ".join(map(str, line)) for line in lines))


def _block(text: str) -> str:
    """Return the text verbatim in a fence that it cannot close, with spaces for control characters."""
    lines = "\n".join(safe(line) for line in text.splitlines())
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", lines))])
    return f"{fence}\n{lines}\n{fence}"


def _code(text: str) -> str:
    escaped = safe(text).replace("`", "'").replace("|", "/")
    return f"`{escaped}`"
