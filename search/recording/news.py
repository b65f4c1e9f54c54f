"""What was new in a saved search, and when: what its feed lists."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from search.recording.replay import Replay
from search.recording.search_record import SearchRecord

MOST_NEWS = 200
"""Articles that are remembered of a search as new; the oldest go first."""

_BUILT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})-(\d{2})-")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Articles that were new in a search at the same time.

    Attributes:
        at: When the build that brought them was made, ISO 8601 in UTC: equal whenever one looks.
        pmids: The articles, in the order of the search.
    """

    at: str
    pmids: tuple[int, ...]


def news_of(replay: Replay, before: Iterable[Arrival]) -> tuple[Arrival, ...]:
    """Return what is new in a search and what was new before, the latest first, each article once.

    Args:
        replay: The search as last viewed, and now.
        before: What was new at earlier views, the latest first.
    """
    arrivals = [Arrival(_built(replay.now), replay.added), *before]
    known: set[int] = set()
    news: list[Arrival] = []
    for arrival in arrivals:
        pmids = tuple(pmid for pmid in arrival.pmids if pmid not in known)[: MOST_NEWS - len(known)]
        known.update(pmids)
        if pmids:
            news.append(Arrival(arrival.at, pmids))
    return tuple(news)


def _built(record: SearchRecord) -> str:
    """Return when the build was made, as its name says, else when the search was run."""
    found = _BUILT.match(record.searched.build)
    return f"{found[1]}:{found[2]}:{found[3]}+00:00" if found else record.at
