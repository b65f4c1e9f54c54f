"""News of saved searches as an Atom feed, for a feed reader.

Source:
    Atom: RFC 4287, https://www.rfc-editor.org/rfc/rfc4287.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from index.command_line.version import program_version
from index.core.control_characters import without_controls
from index.records.article import Article
from search.export.citation import citation, labelled_abstract, warned_title
from search.recording.news import MOST_NEWS, Arrival
from search.recording.recorder import PROGRAM
from search.recording.saved_searches import SavedSearch

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class SearchNews:
    """A saved search and its news.

    Attributes:
        saved: The search as last viewed.
        arrivals: What is new in it, and what was new at earlier views, the latest first.
    """

    saved: SavedSearch
    arrivals: tuple[Arrival, ...]


def atom_feed(
    searches: Sequence[SearchNews],
    articles: Callable[[Iterable[int]], Iterator[Article]],
    *,
    identity: str,
    address: str | None = None,
) -> bytes:
    """Return one feed of the news of some searches, the latest first, each article once with its searches.

    Of equal news its entries are equal, whenever it is made; articles that the library no longer holds are left out.

    Args:
        searches: The searches, one or more.
        articles: Returns those of some articles that the library holds, in order.
        identity: What is this feed's own for as long as it exists; it is hashed, never shown.
        address: Where the feed is served, or None for a file.
    """
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    names = [news.saved.title for news in searches]
    _add(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, identity)}")
    _add(feed, "title", f"New in PubMed: {names[0]}" if len(names) == 1 else f"New in {len(names):,} PubMed searches")
    _add(feed, "subtitle", f"Up to {MOST_NEWS:,} new articles of each saved search, from a library on this machine")
    times = _times(searches)
    _add(feed, "updated", max(times.values() or (news.saved.record.at for news in searches)))
    _add(feed, "generator", PROGRAM, version=program_version())
    _add(_add(feed, "author"), "name", PROGRAM)
    if address:
        _add(feed, "link", rel="self", type=MEDIA_TYPE, href=address)
    found_by = _found_by(searches)
    for article in articles(sorted(times, key=lambda pmid: (times[pmid], pmid), reverse=True)):
        _add_entry(feed, article, at=times[article.pmid], searches=found_by[article.pmid])
    ET.indent(feed)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _times(searches: Iterable[SearchNews]) -> dict[int, str]:
    """Return when each article was first new in one of the searches."""
    times: dict[int, str] = {}
    for news in searches:
        for arrival in news.arrivals:
            times.update({pmid: min(arrival.at, times.get(pmid, arrival.at)) for pmid in arrival.pmids})
    return times


def _found_by(searches: Iterable[SearchNews]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for news in searches:
        for arrival in news.arrivals:
            for pmid in arrival.pmids:
                found.setdefault(pmid, []).append(news.saved.title)
    return found


def _add_entry(feed: ET.Element, article: Article, *, at: str, searches: Sequence[str]) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", article.url)
    _add(entry, "title", warned_title(article) or f"PMID {article.pmid}")
    _add(entry, "updated", at)
    _add(entry, "link", rel="alternate", type="text/html", href=article.url)
    for author in article.authors:
        _add(_add(entry, "author"), "name", str(author))
    for search in dict.fromkeys(searches):
        _add(entry, "category", term=search)
    source, abstract = citation(article), labelled_abstract(article.sections)
    _add(entry, "summary", "\n\n".join(part for part in (source, abstract) if part), type="text")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", {key: _allowed(value) for key, value in attributes.items()})
    element.text = _allowed(text) or None
    return element


def _allowed(text: str) -> str:
    """Return a text with spaces for what XML cannot hold: control characters and two others."""
    return without_controls(text, keep="\n").translate({0xFFFE: " ", 0xFFFF: " "})
