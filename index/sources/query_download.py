"""A topic of PubMed as a source file: the results of one query, kept in the mirror beside NLM's own files."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from index.core.errors import DownloadError, QueryError
from index.core.files import remove_leftovers, replacing, write_whole
from index.core.progress import Bar, Progress
from index.sources.eutils import BATCH, E_UTILITIES, EsearchResult, EUtilities
from index.sources.http_client import Client, Server
from index.sources.pmid_file import PmidList

HEAD: Final = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""
TAIL: Final = b"</PubmedArticleSet>\n"


@dataclass(frozen=True, slots=True)
class QueryDownloadRequest:
    """A topic to download.

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
    """The result of a query's download; `found` is `stored` plus what is missing.

    Attributes:
        path: The source file. A `.json` file beside it notes the query and the day.
        query: The query as given.
        read_as: How PubMed read it.
        found: Articles that PubMed counts.
        stored: Records in the file.
        missing: PMIDs that were found but whose records NCBI did not send.
        unlisted: Articles counted but not listed by any part of the search.
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

    def to_json(self) -> dict[str, Any]:
        """Return all fields, the path without its folder, ready for JSON."""
        return {**asdict(self), "path": self.path.name}

    def __str__(self) -> str:
        """Return "1,204 found · 1,203 stored · 1 missing · 0 unlisted"."""
        counts = {"found": self.found, "stored": self.stored, "missing": len(self.missing), "unlisted": self.unlisted}
        return " · ".join(f"{count:,} {label}" for label, count in counts.items())


@dataclass(frozen=True, slots=True)
class ListDownloadRequest:
    """Articles to download by their PMIDs.

    Attributes:
        listed: The PMIDs, and the file that they come from.
        api_key, server: As in `QueryDownloadRequest`.
    """

    listed: PmidList
    api_key: str | None = field(default=None, repr=False)
    server: Server = E_UTILITIES


def fetch_listed(folder: Path, request: ListDownloadRequest, *, progress: Progress) -> QueryDownloadResult:
    """Download articles by their PMIDs into a file under `folder`; the same PMIDs write the same file again.

    Raises:
        DownloadError: NCBI could not be reached, or kept failing, or sent none of the records; the file is unchanged.
    """
    pmids = tuple(sorted(request.listed.pmids))
    digest = hashlib.sha256(",".join(map(str, pmids)).encode()).hexdigest()
    path = _new_file(folder, f"pmids-{digest[:16]}.xml.gz")
    with Client(request.server) as client:
        utilities = EUtilities(client, api_key=request.api_key)
        return _download(
            path, utilities, EsearchResult(len(pmids), pmids, str(request.listed)), request.listed.name, progress
        )


def fetch_topic(folder: Path, topic: QueryDownloadRequest, *, progress: Progress) -> QueryDownloadResult:
    """Download the results of a query into a file under `folder`; the same query writes the same file again.

    Raises:
        DownloadError: NCBI could not be reached, or kept failing; the file is unchanged.
        QueryError: The query is empty, or finds nothing or too much for the E-utilities.
    """
    query = topic.query.encode("utf-8", "replace").decode()  # a terminal can pass half a character
    if not query.strip():
        raise QueryError('The query is empty. Give a PubMed query:\n  rebuild-index --query "metformin AND cancer"')
    path = _new_file(folder, f"query-{hashlib.sha256(query.encode()).hexdigest()[:16]}.xml.gz")
    with Client(topic.server) as client:
        utilities = EUtilities(client, api_key=topic.api_key)
        return _download(path, utilities, utilities.search(query), query, progress)


def _new_file(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def _download(
    path: Path, utilities: EUtilities, search: EsearchResult, query: str, progress: Progress
) -> QueryDownloadResult:
    remove_leftovers(path.parent)
    with replacing(path) as raw, progress.bar("articles", len(search.pmids), "article") as bar:
        stored = _write(raw, utilities, search.pmids, bar)
        if not stored:
            raise DownloadError(
                f"PubMed finds {search.count:,} articles for {query!r}, but NCBI sent none of their records"
            )
    result = _result(path, query, search, stored)
    _write_note(result)
    return result


def _write(raw: BinaryIO, utilities: EUtilities, pmids: Sequence[int], bar: Bar) -> set[int]:
    stored: set[int] = set()
    # Without a time in the gzip header the same records make the same bytes, and a rebuild has nothing to do.
    with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
        out.write(HEAD)
        for start in range(0, len(pmids), BATCH):
            batch = pmids[start : start + BATCH]
            for record in utilities.fetch(batch):
                out.write(record.xml + b"\n")
                stored.add(record.pmid)
            bar.update(len(batch))
        out.write(TAIL)
    return stored


def _result(path: Path, query: str, search: EsearchResult, stored: set[int]) -> QueryDownloadResult:
    missing = tuple(pmid for pmid in search.pmids if pmid not in stored)
    # PubMed can grow meanwhile: more PMIDs listed than counted is not a gap.
    total = max(search.count, len(search.pmids))
    return QueryDownloadResult(path, query, search.read_as, total, len(stored), missing, total - len(search.pmids))


def _write_note(result: QueryDownloadResult) -> None:
    note = {**result.to_json(), "asked": datetime.now(UTC).isoformat(timespec="seconds")}
    target = result.path.with_name(result.path.name.removesuffix(".xml.gz") + ".json")
    write_whole(target, (json.dumps(note, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))
