"""One search run and recorded on a single build."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from index.command_line.version import program_version
from search.filters.filters import Filters
from search.pasting.numbered_lines import Line
from search.pasting.resolution import as_set, resolved
from search.query.query_reader import has_syntax
from search.recording.search_record import Json, ListedArticles, Request, SearchedLibrary, SearchRecord, digest
from search.retrieval.candidates import BEST_SENTENCE, CANDIDATES, TITLE, WHOLE
from search.retrieval.pipeline import PreparedQuery, select_articles
from search.retrieval.relevance import LEAST, LEAST_OF_UNKNOWN, WORDS
from search.retrieval.relevance_feedback import BEST, SHARE
from search.retrieval.result_list import stored

if TYPE_CHECKING:
    from index.library.layout import Library
    from search.serving.open_build import OpenBuild

DATABASE = "PubMed"
PROGRAM = "PubMed Semantic Search"
RANKING: Json = {
    "legs": ["meaning", "words"],
    "meaning": f"article {WHOLE}, best sentence {BEST_SENTENCE}, title {TITLE}, in an index with sentences",
    "fusion": "mean of scaled scores",
    "candidates": CANDIDATES,
    "feedback": f"{SHARE} from the best {BEST}",
    "relevant": f"cosine + {WORDS} words of a plain question >= {LEAST}, of unknown words {LEAST_OF_UNKNOWN}",
}


def write_down(  # noqa: PLR0913 - one search, each of its parts by name
    question: PreparedQuery,
    filters: Filters,
    limit: int | None,
    *,
    mapping: bool,
    serving: "OpenBuild",
    library: "Library",
) -> SearchRecord:
    """Run a search and return its record.

    Args:
        question: The query as read by the build that `serving` holds.
        filters: The filters beside the query.
        limit: How many articles to list; None for the whole result.
        mapping: Whether untagged words of a Boolean query were to be mapped.
        serving: The open build.
        library: Its library.
    """
    listing, order = question.listing(), question.order
    pmids = (article.pmid for article in listing)
    listed = tuple(islice((article.pmid for article in stored(pmids, serving.store.articles)), limit))
    text = question.query.text
    return SearchRecord(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        request=Request(
            text,
            filters.to_json(),
            order.sort,
            limit,
            order.recency,
            order.reranked_by,
            mapping=mapping,
            whole=question.whole,
        ),
        read_as=question.read(listing).read_as.to_json()
        | _lines(question.query.read_as.lines, serving, mapping=mapping),
        ranking=RANKING | order.to_json(),
        searched=_searched(serving, library),
        listed=ListedArticles(listing.count, listing.count_is, listed, digest(listed), question.within.count),
    )


def _lines(lines: Sequence[Line], serving: "OpenBuild", *, mapping: bool) -> Json:
    """Return the numbered lines of a strategy, each with what it finds where another line uses it, without filters."""
    if not lines:
        return {}
    *used, last = [resolved([*lines, line]) for line in lines]
    sets = [*(text if has_syntax(text) else as_set(text) for text in used), last]
    counts = (select_articles(text, Filters(), serving, mapping=mapping).count for text in sets)
    return {
        "lines": [
            {"line": line.number, "text": line.text, "count": count} for line, count in zip(lines, counts, strict=True)
        ]
    }


def _searched(serving: "OpenBuild", library: "Library") -> SearchedLibrary:
    manifest, files = serving.index.manifest, serving.store.files()
    return SearchedLibrary(
        database=DATABASE,
        library=library.path.name,
        articles=serving.index.count(),
        newest=manifest.newest,
        files=len(files),
        last_file=files[-1].name if files else None,
        build=manifest.build,
        content=manifest.content,
        model=manifest.model,
        fingerprint=manifest.fingerprint,
        program=PROGRAM,
        version=program_version(),
    )
