"""A recorded search compared with the same search today."""

from dataclasses import dataclass
from typing import Literal

from index.core.control_characters import safe
from search.recording.search_record import Json, SearchRecord

Verdict = Literal["same", "reordered", "different"]

DESCRIPTIONS: dict[Verdict, str] = {
    "same": "the same articles in the same order",
    "reordered": "the same articles in another order",
    "different": "other articles",
}
PMIDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A value of the search that has changed."""

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Replay:
    """How a repeated search compares with its record.

    Attributes:
        then: The search as recorded.
        now: The same search, run again.
    """

    then: SearchRecord
    now: SearchRecord

    @property
    def verdict(self) -> Verdict:
        """Whether the list is the same, the same in another order, or different."""
        then, now = self.then.listed.pmids, self.now.listed.pmids
        if then == now:
            return "same"
        return "reordered" if sorted(then) == sorted(now) else "different"

    @property
    def added(self) -> tuple[int, ...]:
        """PMIDs listed now and not then, in today's order."""
        then = set(self.then.listed.pmids)
        return tuple(pmid for pmid in self.now.listed.pmids if pmid not in then)

    @property
    def removed(self) -> tuple[int, ...]:
        """PMIDs listed then and not now, in their old order."""
        now = set(self.now.listed.pmids)
        return tuple(pmid for pmid in self.then.listed.pmids if pmid not in now)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The values that changed, whether or not the list did."""
        then, now = _compared_values(self.then), _compared_values(self.now)
        return tuple(Change(what, then[what], now[what]) for what in then if then[what] != now[what])

    def to_json(self) -> Json:
        """Return the JSON object that `pubmed-search --replay --json` prints."""
        return {
            "verdict": self.verdict,
            "added": list(self.added),
            "removed": list(self.removed),
            "changes": [{"what": change.what, "then": change.then, "now": change.now} for change in self.changes],
            "then": self.then.to_json(),
            "now": self.now.to_json(),
        }

    def __str__(self) -> str:
        """Return the comparison for people, as lines that end in a line break, without control characters."""
        then, now = self.then, self.now
        rows = [
            ("query", then.request.text),
            ("recorded", f"{then.at}, {len(then.listed.pmids):,} of {then.listed.total:,} articles"),
            ("repeated", f"{now.at}, {len(now.listed.pmids):,} of {now.listed.total:,} articles"),
            ("list", DESCRIPTIONS[self.verdict]),
            *([("added", _pmid_summary(self.added))] if self.added else []),
            *([("removed", _pmid_summary(self.removed))] if self.removed else []),
            *((change.what, f"{change.then} then, {change.now} now") for change in self.changes),
        ]
        return "".join(f"{name:<12}{safe(text)}\n" for name, text in rows)


def _compared_values(record: SearchRecord) -> dict[str, str]:
    searched = record.searched
    return {
        "build": searched.build,
        "content": searched.content,
        "model": searched.model,
        "fingerprint": searched.fingerprint,
        "program": f"{searched.program} {searched.version}",
        "articles": f"{searched.articles:,}",
        "total": f"{record.listed.total:,}",
        "read as": str(record.read_as.get("says", record.read_as)),
        "ranking": ", ".join(f"{name} {value}" for name, value in record.ranking.items()),
    }


def _pmid_summary(pmids: tuple[int, ...]) -> str:
    rest = len(pmids) - PMIDS_SHOWN
    suffix = f" and {rest:,} more" if rest > 0 else ""
    return f"{len(pmids):,}: " + ", ".join(map(str, pmids[:PMIDS_SHOWN])) + suffix
