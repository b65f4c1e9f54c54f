"""Answers that REST and MCP share, as JSON objects made from the searcher's records."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from index.command_line.version import program_version
from index.core.errors import QueryError
from index.core.readable_text import readable
from search.export.json_lines import whole_record
from search.service.request_models import EvidenceRequest, FacetRequest
from search.service.served_library import Heading, Listing, ServedLibrary

if TYPE_CHECKING:
    from index.lexical.mesh import Descriptor

MOST_NAMED = 20
"""PMIDs that one ambiguous citation lists."""

Json = dict[str, Any]


def list_json(listing: Listing) -> Json:
    """Return a page of results or of similar articles."""
    return listing.page.to_json() | {"listed": listing.listed, "next_cursor": listing.next_cursor()}


def articles_json(library: ServedLibrary, pmids: Sequence[int]) -> Json:
    """Return whole records in the order asked, and the PMIDs that the library does not hold."""
    wanted = list(dict.fromkeys(pmids))
    found = {article.pmid: whole_record(article) for article in library.articles(wanted)}
    return {"articles": list(found.values()), "not_found": [pmid for pmid in wanted if pmid not in found]}


def facets_json(library: ServedLibrary, request: FacetRequest) -> Json:
    """Return the counts of each field."""
    filters = request.filters()
    fields = list(dict.fromkeys(request.fields))
    mapping, whole = request.mapping, request.whole
    facets = library.facets(request.query, filters, fields=fields, size=request.size, mapping=mapping, whole=whole)
    counts = {
        facet.field: [{"value": one.value, "label": one.label, "articles": one.articles} for one in facet.counts]
        for facet in facets
    }
    return {"total": library.total(request.query, filters, mapping=mapping, whole=whole), "facets": counts}


def evidence_json(library: ServedLibrary, request: EvidenceRequest) -> Json:
    """Return the sentence of each article that answers best.

    Not found is what the library lacks, and what the query's own operators and tags exclude.
    """
    wanted = list(dict.fromkeys(request.pmids))
    page = library.search(request.query, limit=len(wanted), pmids=wanted, mapping=request.mapping, whole=True)
    found = {hit.article.pmid: hit.evidence.to_json() if hit.evidence else None for hit in page.hits}
    return {
        "build": page.build,
        "evidence": [{"pmid": pmid, "evidence": found[pmid]} for pmid in wanted if pmid in found],
        "not_found": [pmid for pmid in wanted if pmid not in found],
    }


def lookup_json(library: ServedLibrary, items: Sequence[str]) -> Json:
    """Return what each citation, title or identifier names."""
    return {"items": [_looked_up(library, item) for item in items]}


def _looked_up(library: ServedLibrary, item: str) -> Json:
    try:
        pmids, reason = library.named(item)[:MOST_NAMED], None
    except QueryError as error:
        pmids, reason = (), str(error)
    if not pmids:
        reason = reason or "The library holds no article of this identifier, title or citation."
        return {"item": item, "status": "not_found", "pmids": [], "reason": reason}
    return {"item": item, "status": "found" if len(pmids) == 1 else "ambiguous", "pmids": list(pmids), "reason": None}


def heading_json(library: ServedLibrary, name: str) -> Json:
    """Return a MeSH heading with its place in the tree."""
    heading: Heading = library.heading(name)
    around = {part: list(map(_named, getattr(heading, part))) for part in ("broader", "narrower", "exploded")}
    return {
        **_named(heading.descriptor),
        "entry_terms": list(heading.descriptor.entry_terms),
        "tree_numbers": list(heading.descriptor.tree_numbers),
        **around,
        "articles": heading.articles,
    }


def _named(descriptor: "Descriptor") -> Json:
    return {"ui": descriptor.ui, "name": descriptor.name}


def library_json(library: ServedLibrary) -> Json:
    """Return what is being searched."""
    manifest, corpus = library.manifest(), library.corpus()
    return {
        "build": manifest.build,
        "fingerprint": manifest.fingerprint,
        "content": manifest.content,
        "model": manifest.model,
        "articles": corpus.articles,
        "newest": manifest.newest,
        "mesh": library.has_mesh(),
        "version": program_version(),
    }


def shown_title(title: str | None) -> str:
    """Return a title as people read it."""
    return readable(title or "[no title]")
