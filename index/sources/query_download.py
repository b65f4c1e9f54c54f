"""A topic of PubMed as a source file: what one query finds, kept in the mirror beside NLM's own files."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from index.core.errors import DownloadError, QueryError
from index.core.files import place, write_whole
from index.core.progress import Bar, Progress
from index.sources.eutils import BATCH, E_UTILITIES, EsearchResult, EUtilities
from index.sources.http_client import Client, Server

HEAD: Final = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""
TAIL: Final = b"</PubmedArticleSet>\n"


@dataclass(frozen=True, slots=True)
class QueryDownloadRequest:
    """A topic to take.

    Attributes:
        query: In PubMed's own query language.
        api_key: NCBI's key, which raises the pace from 3 to 10 requests a second.
        server: The E-utilities.
    """

    query: str
    api_key: str | None = field(default=None, repr=False)
    server: Server = E_UTILITIES


@dataclass(frozen=True, slots=True)
class QueryDownloadResult:
    """What a query brought; `found` is `stored` and what is missing.

    Attributes:
        path: The source file. A note of the query and the day lies beside it, ending in `.json`.
        query: As it was asked.
        read_as: How PubMed read it.
        found: Articles that PubMed counts.
        stored: Records in the file.
        missing: PMIDs that were found but whose records NCBI did not give.
        unlisted: Articles counted but not named by any slice of the search.
    """

    path: Path
    query: str
    read_as: str
    found: int
    stored: int
    missing: tuple[int, ...]
    unlisted: int

    @property
    def complete(self) -> bool:
        """Whether every article that PubMed counts is in the file."""
        return not self.missing and not self.unlisted

    def facts(self) -> dict[str, Any]:
        """Return all but the machine's own path, ready for JSON."""
        return {**asdict(self), "path": self.path.name}

    def __str__(self) -> str:
        """Return "1,204 found · 1,203 stored · 1 missing · 0 unlisted"."""
        counts = {"found": self.found, "stored": self.stored, "missing": len(self.missing), "unlisted": self.unlisted}
        return " · ".join(f"{count:,} {what}" for what, count in counts.items())


def fetch_topic(folder: Path, topic: QueryDownloadRequest, *, progress: Progress) -> QueryDownloadResult:
    """Take what a query finds in PubMed into a file under `folder`; the same query fills the same file again.

    Raises:
        DownloadError: NCBI could not be reached, or went on failing; the file is as it was.
        QueryError: The query is empty, finds nothing or too much for the E-utilities.
    """
    query = topic.query.encode("utf-8", "replace").decode()  # a terminal can hand over half a character
    if not query.strip():
        raise QueryError(
            'The query is empty. Ask PubMed for something:\n  rebuild-index --query "metformin AND cancer"'
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"query-{hashlib.sha256(query.encode()).hexdigest()[:16]}.xml.gz"
    with Client(topic.server) as client:
        utilities = EUtilities(client, api_key=topic.api_key)
        found = utilities.search(query)
        part = path.with_name(path.name + ".part")
        with progress.bar("articles", len(found.pmids), "article") as bar:
            stored = _write(part, utilities, found.pmids, bar)
    if not stored:
        raise DownloadError(f"PubMed finds {found.count:,} articles for {query!r}, but gave no record of them")
    place(part, path)
    account = _account(path, query, found, stored)
    _write_note(account)
    return account


def _write(part: Path, utilities: EUtilities, pmids: Sequence[int], bar: Bar) -> set[int]:
    stored: set[int] = set()
    # Without a time in the gzip header the same records make the same bytes, and a rebuild has nothing to do.
    with part.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
        out.write(HEAD)
        for start in range(0, len(pmids), BATCH):
            batch = pmids[start : start + BATCH]
            for record in utilities.fetch(batch):
                out.write(record.xml + b"\n")
                stored.add(record.pmid)
            bar.update(len(batch))
        out.write(TAIL)
    return stored


def _account(path: Path, query: str, found: EsearchResult, stored: set[int]) -> QueryDownloadResult:
    missing = tuple(pmid for pmid in found.pmids if pmid not in stored)
    # PubMed grows while one asks: more PMIDs listed than counted is no gap.
    total = max(found.count, len(found.pmids))
    return QueryDownloadResult(path, query, found.read_as, total, len(stored), missing, total - len(found.pmids))


def _write_note(account: QueryDownloadResult) -> None:
    note = {**account.facts(), "asked": datetime.now(UTC).isoformat(timespec="seconds")}
    target = account.path.with_name(account.path.name.removesuffix(".xml.gz") + ".json")
    write_whole(target, (json.dumps(note, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))
