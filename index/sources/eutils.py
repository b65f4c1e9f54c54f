"""NCBI's E-utilities: the results of a PubMed query, record by record.

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
from itertools import islice
from typing import Annotated, Final

import msgspec
from lxml import etree
from urllib3.exceptions import MaxRetryError, ProtocolError

from index.core.errors import DownloadError, QueryError
from index.sources.http_client import Client, Server

E_UTILITIES: Final = Server("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/")
SEARCH_LIMIT: Final = 9_999
PARTS_A_LIST: Final = 40
BATCH: Final = 250
RESPONSE_LIMIT: Final = 64 << 20  # a batch of records has some 3 MB
LONGEST_TRANSLATION: Final = 20_000
LONGEST_PMID: Final = 19  # digits
MOST_ARTICLES: Final = 10**9
FIRST_DAY: Final = date(1700, 1, 1)  # PubMed's oldest articles are from the 1780s
PARTIAL_RETRIES: Final = 2
_RECORDS = ("PubmedArticle", "PubmedBookArticle")


@dataclass(frozen=True, slots=True)
class EsearchResult:
    """What a search found.

    Attributes:
        count: How many articles PubMed says there are.
        pmids: Their PMIDs, ascending, each once. PubMed can change meanwhile: there can be fewer or more than `count`.
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
    """Limits the number of requests per second."""

    def __init__(self, per_second: float) -> None:
        self._interval_s = 1 / per_second
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._interval_s


class EUtilities:
    """ESearch and EFetch for PubMed, at the pace that NCBI allows."""

    def __init__(self, client: Client, *, api_key: str | None = None) -> None:
        """Send requests through `client`; an API key raises the pace."""
        self._client = client
        self._form = {"db": "pubmed", "tool": "pubmed-semantic-search"} | ({"api_key": api_key} if api_key else {})
        self._pace = Pace(10 if api_key else 3)

    def search(self, query: str) -> EsearchResult:
        """Return every PMID that `query` finds, also more than 10,000, by searching parts of the period of entry.

        Raises:
            DownloadError: NCBI could not be reached, or kept failing.
            QueryError: Nothing was found, or more articles were entered on one day than NCBI lists.
        """
        result = self._search(query, {})
        if not result.count:
            raise QueryError(f"PubMed finds nothing for {query!r}, which it reads as: {result.read_as or '(nothing)'}")
        if result.count <= SEARCH_LIMIT:
            return result
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        # Honest counts need fewer: a part over the limit is halved down to a day, which takes 17 halvings.
        most_parts = PARTS_A_LIST * (result.count // SEARCH_LIMIT + 1)
        slices = list(islice(self._slices(query, FIRST_DAY, tomorrow), most_parts + 1))
        if len(slices) > most_parts:
            raise DownloadError(f"PubMed counts {result.count:,} articles for {query!r}, but its parts never end")
        pmids = {pmid for part in slices for pmid in part.pmids}
        return EsearchResult(result.count, tuple(sorted(pmids)), result.read_as)

    def fetch(self, pmids: Sequence[int]) -> Iterator[FetchedRecord]:
        """Yield the records of a batch in the order asked for; records that NCBI repeatedly leaves out are missing.

        Raises:
            DownloadError: NCBI could not be reached, or kept failing.
        """
        records: dict[int, FetchedRecord] = {}
        retry = self._client.server.patience.new(total=PARTIAL_RETRIES)
        while missing := [pmid for pmid in pmids if pmid not in records]:
            form = {"retmode": "xml", "id": ",".join(map(str, missing))}
            records |= {record.pmid: record for record in self._fetch(form)}
            if all(pmid in records for pmid in missing):
                break
            try:
                retry = retry.increment("POST", "efetch.fcgi", error=ProtocolError("fewer records than requested"))
            except MaxRetryError:
                break
            retry.sleep()
        yield from (records[pmid] for pmid in pmids if pmid in records)

    def _slices(self, query: str, first: date, last: date) -> Iterator[EsearchResult]:
        result = self._search(
            query, {"datetype": "edat", "mindate": f"{first:%Y/%m/%d}", "maxdate": f"{last:%Y/%m/%d}"}
        )
        if result.count <= SEARCH_LIMIT:
            yield result
            return
        if first == last:
            raise QueryError(
                f"{result.count:,} of the articles were entered in PubMed on {first}, and NCBI lists {SEARCH_LIMIT:,}"
                " at most. Use a narrower query, or download all of PubMed:\n  rebuild-index --mirror baseline+updates"
            )
        middle = first + (last - first) // 2
        yield from self._slices(query, first, middle)
        yield from self._slices(query, middle + timedelta(days=1), last)

    def _search(self, query: str, dates: dict[str, str]) -> EsearchResult:
        form = {"term": query, "retmode": "json", "retmax": str(SEARCH_LIMIT), **dates}

        def attempt() -> EsearchResult:
            result = _read_search(self._post("esearch.fcgi", form))
            if result.count <= SEARCH_LIMIT and len(result.pmids) != result.count:
                raise ProtocolError(f"{result.count} articles counted, {len(result.pmids)} listed")
            return result

        return self._client.retrying("esearch.fcgi", attempt)

    def _fetch(self, form: dict[str, str]) -> list[FetchedRecord]:
        return self._client.retrying("efetch.fcgi", lambda: list(_read_records(self._post("efetch.fcgi", form))))

    def _post(self, path: str, form: dict[str, str]) -> bytes:
        self._pace.wait()
        return self._client.read(path, limit=RESPONSE_LIMIT, form={**self._form, **form})


class _Found(msgspec.Struct):
    """The part of ESearch's answer that is read; its numbers are strings."""

    count: Annotated[int, msgspec.Meta(ge=0, le=MOST_ARTICLES)]
    idlist: list[Annotated[int, msgspec.Meta(ge=1, le=MOST_ARTICLES)]]
    querytranslation: str | None = None


def _read_search(body: bytes) -> EsearchResult:
    try:
        # NCBI's JSON has held raw control characters: accept them.
        found = msgspec.convert(json.loads(body, strict=False)["esearchresult"], _Found, strict=False)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProtocolError(f"expected a search result, not {body[:80]!r}") from error
    read_as = (found.querytranslation or "")[:LONGEST_TRANSLATION]
    return EsearchResult(found.count, tuple(sorted(set(found.idlist))), read_as)


def _read_records(body: bytes) -> Iterator[FetchedRecord]:
    try:
        # Without `huge_tree`: the parser's own limits on depth and on the growth of entities hold.
        for _, element in etree.iterparse(
            BytesIO(body), tag=_RECORDS, resolve_entities=False, no_network=True, load_dtd=False
        ):
            pmid = element.findtext("MedlineCitation/PMID") or element.findtext("BookDocument/PMID") or ""
            if pmid.isdecimal() and len(pmid) <= LONGEST_PMID:
                yield FetchedRecord(int(pmid), etree.tostring(element, encoding="utf-8", with_tail=False))
            element.clear()
    except etree.XMLSyntaxError as error:
        raise ProtocolError(f"expected PubMed XML, not {body[:80]!r}") from error
