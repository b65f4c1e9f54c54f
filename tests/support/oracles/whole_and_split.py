"""What is asked of a library that is whole and of one that is split: everything a program can ask, in many ways."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from index.library.manifest import Manifest
from search.serving.open_build import OpenBuild

TEXTS = (
    "risk factors for severe covid-19 in hospital",
    "does metformin lower the risk of cancer?",
    "sleep and memory in adolescents",
    "hypertensoin in pregnent women",  # misspelt
    "CRP and ICU mortality",  # abbreviations
    "zzqx qqzzx",  # no article has any of it
    "cancer AND (therapy OR surgery)",
    "heart[ti] OR cardiac[tiab]",
    '"risk factors" NOT children',
    '"patients treated"[tiab:~3]',
    "neur* AND humans[mh]",
    "review[pt] AND 2020:2021[dp]",
    "smith j[au] OR wang[au]",
    "neoplasms[mh] AND english[la]",
    "rats[mh] OR mice[mh]",
)
"""Plain questions first, then queries in PubMed's language."""

FILTERS: tuple[dict[str, object], ...] = (
    {"years": "2019-2021", "types": "Journal Article"},
    {"mesh": "Neoplasms"},
    {"languages": ["English", "French"], "has_abstract": True},
    {"species": "humans", "age": "adult"},
)

Request = tuple[str, str, dict[str, Any]]
"""Method, path and the options of the client."""
Answer = tuple[int, str | None, bytes]
"""Status, tag and content."""


def requests_of(pmids: Sequence[int]) -> Iterator[Request]:
    """Yield over 200 requests.

    Args:
        pmids: Articles of the library, a dozen or more.
    """
    for number, text in enumerate(TEXTS):
        pmid = pmids[number % len(pmids)]
        yield "GET", "/v1/search", {"params": {"query": text, "limit": 20}}
        yield "GET", "/v1/search", {"params": {"query": text, "limit": 25, "whole": True, "mapping": False}}
        for filters in FILTERS:
            yield "GET", "/v1/search", {"params": {"query": text, **filters}}
        yield "POST", "/v1/search", {"json": {"query": text, "sort": "newest", "limit": 15}}
        yield "POST", "/v1/search", {"json": {"query": text, "sort": "oldest", "years": "2020-", "recency": None}}
        yield "GET", "/v1/search", {"params": {"query": text, "recency": 5, "limit": 15}}
        yield "GET", "/v1/search/lines", {"params": {"query": text}}
        yield "GET", "/v1/sentences", {"params": {"query": text}}
        yield "GET", "/v1/facets", {"params": {"query": text, "size": 7}}
        yield "GET", "/v1/facets", {"params": {"query": text, "size": 100, "whole": True, "years": "2021"}}
        yield "GET", "/v1/export", {"params": {"query": text, "format": "ris"}}
        yield "GET", "/v1/similar", {"params": {"like": pmid, "limit": 15}}
        yield "POST", "/v1/evidence", {"json": {"query": text, "pmids": list(pmids[:20])}}
    yield "GET", "/v1/facets", {"params": {"query": "", "size": 3}}
    yield "GET", "/v1/similar", {"params": {"like": list(pmids[:3]), "unlike": pmids[3], "limit": 100}}
    yield "POST", "/v1/lookup", {"json": {"items": [str(pmids[5]), "nothing of the kind", "2021"]}}
    yield "GET", "/v1/articles/1", {}  # none has it
    yield "POST", "/v1/articles", {"json": {"pmids": [*pmids[:30], 1, 2]}}
    yield "GET", f"/v1/articles/{pmids[2]}", {}
    yield "GET", "/v1/mesh", {"params": {"name": "Neoplasms"}}
    yield "GET", "/v1/library", {}
    yield "GET", "/v1/search", {"params": {"query": "(a"}}
    yield "GET", "/v1/search", {"params": {"query": "cancer", "types": "Revieww"}}


def name_like(build: OpenBuild, other: Manifest) -> None:
    """Give a build the name and the digest of another one, so that every byte of their answers can be compared."""
    build.index.manifest = replace(build.index.manifest, build=other.build, content=other.content)


def answers_of(client: httpx2.Client, asked: Iterable[Request]) -> list[Answer]:
    """Return what a service answers to each request."""
    answers = (client.request(method, path, **options) for method, path, options in asked)
    return [(answer.status_code, answer.headers.get("etag"), answer.content) for answer in answers]


def next_pages(asked: Sequence[Request], answers: Sequence[Answer]) -> list[Request]:
    """Return the request for the next page of each answer that has one."""
    further = []
    for (method, path, options), (_, _, content) in zip(asked, answers, strict=True):
        cursor = b"next_cursor" in content and path != "/v1/search/lines" and json.loads(content).get("next_cursor")
        if cursor:
            further.append((method, path, {kind: {**values, "cursor": cursor} for kind, values in options.items()}))
    return further
