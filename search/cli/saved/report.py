"""Saved searches as text and as JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from index.core.control_characters import safe
from index.core.formatting import counted
from index.core.readable_text import readable
from index.records.article import Article
from search.export.citation import journal_name, warned_title
from search.recording.saved_searches import SavedSearch
from search.recording.search_record import Json

if TYPE_CHECKING:
    from search.recording.replay import Replay

MOST_PRINTED = 200
"""New articles of one search; the rest is counted, and `--json` has all."""
NONE = "No search is saved in this library. Save one:\n  pubmed-search QUERY --save\n"


def list_text(searches: Iterable[SavedSearch]) -> str:
    """Return the searches as text that ends in a line break, without control characters."""
    return "".join(f"{line}\n" for search in searches for line in _list_lines(search)) or NONE


def _list_lines(search: SavedSearch) -> Iterator[str]:
    listed = search.record.listed
    best = f"the best {len(listed.pmids):,} of " if len(listed.pmids) < listed.total else ""
    yield f"{search.id}  {safe(search.title)}"
    yield f"{'':16}  {best}{counted(listed.total, 'article')} when last viewed, {_minute(search)}{_whose(search)}"


def list_json(searches: Iterable[SavedSearch]) -> str:
    """Return the searches as one JSON object on a line."""
    return _line([_described(search) for search in searches])


def run_text(
    found: "Sequence[tuple[SavedSearch, Replay]]", articles: Callable[[Iterable[int]], Iterator[Article]]
) -> str:
    """Return what is new in each search as text that ends in a line break, without control characters.

    Args:
        found: The searches, and how each compares with today.
        articles: Returns articles by PMID.
    """
    return "".join(f"{line}\n" for search, replay in found for line in _news_lines(search, replay, articles)) or NONE


def _news_lines(
    search: SavedSearch, replay: "Replay", articles: Callable[[Iterable[int]], Iterator[Article]]
) -> Iterator[str]:
    new, gone = len(replay.added), len(replay.removed)
    news = counted(new, "new article") if new else "nothing new"
    yield f"{search.id}  {safe(search.title)}"
    yield f"{'':16}  {news}{f', {gone:,} gone' if gone else ''}, since {_minute(search)}{_whose(search)}"
    for article in articles(replay.added[:MOST_PRINTED]):
        title = readable(warned_title(article)) or "(no title)"
        source = " ".join(part for part in (journal_name(article), str(article.year or "")) if part)
        yield safe(f"  PMID {article.pmid}  {title}{f' · {source}' if source else ''}")
    if new > MOST_PRINTED:
        yield f"  and {new - MOST_PRINTED:,} more: --json lists all"


def run_json(found: "Iterable[tuple[SavedSearch, Replay]]") -> str:
    """Return what is new in each search as one JSON object on a line."""
    return _line(
        [
            _described(search)
            | {
                "build": replay.now.searched.build,
                "total": replay.now.listed.total,
                "added": list(replay.added),
                "removed": list(replay.removed),
            }
            for search, replay in found
        ]
    )


def _described(search: SavedSearch) -> Json:
    record = search.record
    return {
        "id": search.id,
        "browser": search.browser or None,
        "query": record.request.text,
        "filters": record.request.filters,
        "sort": record.request.sort,
        "viewed": record.at,
        "total": record.listed.total,
    }


def _line(searches: list[Json]) -> str:
    # ASCII, so that no locale changes it and no control character passes.
    return json.dumps({"searches": searches}) + "\n"


def _minute(search: SavedSearch) -> str:
    return safe(f"{search.record.at.replace('T', ' ')[:16]} UTC")


def _whose(search: SavedSearch) -> str:
    return f" · of browser {search.browser}" if search.browser else ""
