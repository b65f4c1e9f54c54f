"""Counts of what a store holds."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from index.store.ingest_stats import FileStats
from index.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class YearCount:
    """Articles published in one year; `year` is None for those without one."""

    year: int | None
    articles: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that could not be understood."""

    file: str
    position: int
    pmid: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What a store holds.

    Attributes:
        articles: Articles in service.
        with_abstract: Those that have an abstract.
        deletions: PMIDs that NLM deleted and no later file brought back.
        retractions: Retracted or partially retracted articles.
        years: Articles per year of publication, ascending, those without a year first.
        applied: The files applied, by rank.
        bad_files: The files refused or failed, with the reason.
        set_aside: The records set aside, by file and position.
        missing: Names of NLM's files missing between the first and the last known.
        newest: The latest day on which PubMed added an article, ISO 8601, or None.
        bytes: Size of the store on disk, write-ahead log included.
    """

    articles: int
    with_abstract: int
    deletions: int
    retractions: int
    years: tuple[YearCount, ...]
    applied: tuple[FileStats, ...]
    bad_files: tuple[FileStats, ...]
    set_aside: tuple[SetAside, ...]
    missing: tuple[str, ...]
    newest: str | None
    bytes: int


def read_status(connection: sqlite3.Connection, path: Path) -> StoreStatus:
    """Count what the store behind `connection` holds."""
    articles, with_abstract, retractions, newest = connection.execute(
        "SELECT count(*), coalesce(sum(has_abstract), 0), "
        "coalesce(sum(retraction IN ('retracted', 'partially retracted')), 0), max(entrez) FROM records"
    ).fetchone()
    ledger = Ledger(connection)
    files = ledger.file_stats()
    return StoreStatus(
        articles=articles,
        with_abstract=with_abstract,
        deletions=_count(connection, "SELECT count(*) FROM deletions WHERE pmid NOT IN (SELECT pmid FROM records)"),
        retractions=retractions,
        years=tuple(
            YearCount(*row)
            for row in connection.execute("SELECT year, count(*) FROM records GROUP BY year ORDER BY year")
        ),
        applied=tuple(stats for stats in files if stats.state == "applied"),
        bad_files=tuple(stats for stats in files if stats.state != "applied"),
        set_aside=tuple(
            SetAside(*row)
            for row in connection.execute(
                "SELECT name, position, pmid, set_aside.reason FROM set_aside JOIN files ON files.id = file "
                "ORDER BY rank, position"
            )
        ),
        missing=ledger.missing(),
        newest=newest,
        bytes=sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists()),
    )


def _count(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
