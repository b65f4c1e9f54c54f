"""NCBI's E-utilities: what a PubMed query finds, record by record.

Source:
    E-utilities in depth, https://www.ncbi.nlm.nih.gov/books/NBK25499/: ESearch shows at most the first 10,000 PMIDs
    of a PubMed search; 3 requests a second are allowed, 10 with an API key.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, Final

from lxml import etree
from urllib3.exceptions import MaxRetryError, ProtocolError

from index.core.errors import QueryError
from index.sources.http_client import Client, Server

E_UTILITIES: Final = Server("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/")
SEARCH_LIMIT: Final = 9_999
BATCH: Final = 250
RESPONSE_LIMIT: Final = 1 << 29
FIRST_DAY: Final = date(1700, 1, 1)  # PubMed's oldest articles are of the 1780s
PARTIAL_RETRIES: Final = 2
_RECORDS = ("PubmedArticle", "PubmedBookArticle")


@dataclass(frozen=True, slots=True)
class EsearchResult:
    """What a search found.

    Attributes:
        count: How many articles PubMed says there are.
        pmids: Their PMIDs, ascending, each once. PubMed changes while one asks: it can be fewer or more than `count`.
        read_as: How PubMed read the query.
    """

    count: int
    pmids: tuple[int, ...]
    read_as: str


@dataclass(frozen=True, slots=True)
class FetchedRecord:
    """One record as XML, UTF-8."""

    pmid: int
    xml: bytes


class Pace:
    """Lets so many requests a second pass."""

    def __init__(self, per_second: float) -> None:
        self._interval_s = 1 / per_second
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may go out."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._interval_s


class EUtilities:
    """ESearch and EFetch for PubMed, at the pace that NCBI allows."""

    def __init__(self, client: Client, *, api_key: str | None = None) -> None:
        """Speak through `client`; an API key of one's own raises the pace."""
        self._client = client
        self._form = {"db": "pubmed", "tool": "pubmed-semantic-search"} | ({"api_key": api_key} if api_key else {})
        self._pace = Pace(10 if api_key else 3)

    def search(self, query: str) -> EsearchResult:
        """Return every PMID that `query` finds, over the 10,000 of one search by slicing the time of entry.

        Raises:
            DownloadError: NCBI could not be reached, or went on failing.
            QueryError: Nothing was found, or too much was entered on one day to be had this way.
        """
        whole = self._search(query, {})
        if not whole.count:
            raise QueryError(f"PubMed finds nothing for {query!r}, which it reads as: {whole.read_as or '(nothing)'}")
        if whole.count <= SEARCH_LIMIT:
            return whole
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        slices = self._slices(query, FIRST_DAY, tomorrow)
        pmids = {pmid for found in slices for pmid in found.pmids}
        return EsearchResult(whole.count, tuple(sorted(pmids)), whole.read_as)

    def fetch(self, pmids: Sequence[int]) -> Iterator[FetchedRecord]:
        """Yield the records of a batch in the order asked for; those that NCBI goes on leaving out are left out.

        Raises:
            DownloadError: NCBI could not be reached, or went on failing.
        """
        records: dict[int, FetchedRecord] = {}
        patience = self._client.server.patience.new(total=PARTIAL_RETRIES)
        while missing := [pmid for pmid in pmids if pmid not in records]:
            form = {"retmode": "xml", "id": ",".join(map(str, missing))}
            records |= {record.pmid: record for record in self._fetch(form)}
            if all(pmid in records for pmid in missing):
                break
            try:
                patience = patience.increment(
                    "POST", "efetch.fcgi", error=ProtocolError("fewer records than asked for")
                )
            except MaxRetryError:
                break
            patience.sleep()
        yield from (records[pmid] for pmid in pmids if pmid in records)

    def _slices(self, query: str, first: date, last: date) -> Iterator[EsearchResult]:
        found = self._search(query, {"datetype": "edat", "mindate": f"{first:%Y/%m/%d}", "maxdate": f"{last:%Y/%m/%d}"})
        if found.count <= SEARCH_LIMIT:
            yield found
            return
        if first == last:
            raise QueryError(
                f"{found.count:,} of the articles were entered in PubMed on {first}, and NCBI lists {SEARCH_LIMIT:,} at"
                " most. Ask more narrowly, or take all of PubMed:\n  rebuild-index --mirror baseline+updates"
            )
        middle = first + (last - first) // 2
        yield from self._slices(query, first, middle)
        yield from self._slices(query, middle + timedelta(days=1), last)

    def _search(self, query: str, dates: dict[str, str]) -> EsearchResult:
        form = {"term": query, "retmode": "json", "retmax": str(SEARCH_LIMIT), **dates}

        def attempt() -> EsearchResult:
            found = _read_search(self._ask("esearch.fcgi", form))
            if found.count <= SEARCH_LIMIT and len(found.pmids) != found.count:
                raise ProtocolError(f"{found.count} articles counted, {len(found.pmids)} listed")
            return found

        return self._client.retrying("esearch.fcgi", attempt)

    def _fetch(self, form: dict[str, str]) -> list[FetchedRecord]:
        return self._client.retrying("efetch.fcgi", lambda: list(_read_records(self._ask("efetch.fcgi", form))))

    def _ask(self, path: str, form: dict[str, str]) -> bytes:
        self._pace.wait()
        return self._client.read(path, limit=RESPONSE_LIMIT, form={**self._form, **form})


def _read_search(body: bytes) -> EsearchResult:
    try:
        # NCBI's JSON has held raw control characters: they are no reason to lose the answer.
        result: dict[str, Any] = json.loads(body, strict=False)["esearchresult"]
        count, pmids = int(result["count"]), sorted({int(pmid) for pmid in result["idlist"]})
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError(f"no search result but {body[:80]!r}") from error
    return EsearchResult(count, tuple(pmids), str(result.get("querytranslation", "")))


def _read_records(body: bytes) -> Iterator[FetchedRecord]:
    try:
        for _, element in etree.iterparse(
            BytesIO(body), tag=_RECORDS, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        ):
            pmid = element.findtext("MedlineCitation/PMID") or element.findtext("BookDocument/PMID") or ""
            if pmid.isdecimal():
                yield FetchedRecord(int(pmid), etree.tostring(element, encoding="utf-8", with_tail=False))
            element.clear()
    except etree.XMLSyntaxError as error:
        raise ProtocolError(f"no PubMed XML but {body[:80]!r}") from error
