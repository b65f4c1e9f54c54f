"""One search carried out and written down from a single build."""

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from search.answer import Question
from search.ranking import CANDIDATES
from search.record import Json, Listed, Request, Searched, SearchRecord, digest

if TYPE_CHECKING:
    from index.library import Library
    from search.generation import Generation

DATABASE = "PubMed"
PROGRAM, DISTRIBUTION = "PubMed Semantic Search", "pubmed-semantic-search"
RANKING: Json = {"legs": ["meaning", "words"], "fusion": "min-max mean", "candidates": CANDIDATES}


def write_down(
    request: Request, question: Question, pmids: Iterable[int], *, serving: "Generation", library: "Library"
) -> SearchRecord:
    """Return the record of a search.

    Args:
        request: What was asked.
        question: The query as read by the build that `serving` holds.
        pmids: The articles listed, in order.
        serving: What was searched.
        library: Where it lies.
    """
    listed = tuple(pmids)
    return SearchRecord(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        request=request,
        read_as=question.query.read_as.to_json(),
        ranking=RANKING,
        searched=_searched(serving, library),
        listed=Listed(question.total(), "exact", listed, digest(listed)),
    )


def _searched(serving: "Generation", library: "Library") -> Searched:
    manifest, files = serving.index.manifest, serving.store.files()
    return Searched(
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
        version=_version(),
    )


def _version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "not installed"
