"""A search written down so that anyone can repeat it: what was asked, of what, with what, and what came back."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from index.errors import ReplayError
from index.files import write_whole
from search.record_text import record_markdown

KIND = "pubmed-search record"
FORMAT = 1

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Attributes:
        text: The query as typed.
        filters: The filters as `Filters.to_json` gives them; empty for none.
        sort: "relevance", "newest" or "oldest".
        limit: How many articles were asked for; None for the whole result.
        recency: The years after which a score counts half, or None.
        reranker: Name of the model that read the best articles again, or None.
    """

    text: str
    filters: Json
    sort: str = "relevance"
    limit: int | None = None
    recency: float | None = None
    reranker: str | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched, and with what.

    Attributes:
        database: Always "PubMed".
        library: Name of the library's folder; where it lies is nobody's business.
        articles: How many articles the index holds.
        newest: The newest date among them, ISO 8601, or None.
        files: How many source files were applied to the library.
        last_file: The last of them, by NLM's numbering, or None.
        build: Name of the build that answered.
        content: Digest of everything that it was made from; equal for builds that answer alike.
        model: Name of the embedding model.
        fingerprint: The model's files and precision.
        program: Name of this program.
        version: Its version.
    """

    database: str
    library: str
    articles: int
    newest: str | None
    files: int
    last_file: str | None
    build: str
    content: str
    model: str
    fingerprint: str
    program: str
    version: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What came back.

    Attributes:
        total: How many articles pass the query and its filters.
        total_is: "exact": `total` is a count, not an estimate.
        pmids: The articles listed, in order.
        digest: SHA-256 of `pmids`, from `digest`.
    """

    total: int
    total_is: str
    pmids: tuple[int, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search.

    Attributes:
        at: When it was carried out, ISO 8601 with the offset from UTC.
        request: What was asked.
        read_as: How the query was read, as `ReadAs.to_json` gives it.
        ranking: The parameters of the ranking.
        searched: What was searched.
        listed: What came back.
        kind: Tells such a file from any other.
        format: Version of the file's layout.
    """

    at: str
    request: Request
    read_as: Json
    ranking: Json
    searched: Searched
    listed: Listed
    kind: str = KIND
    format: int = FORMAT

    def to_json(self) -> Json:
        """Return the JSON object that the file holds."""
        builtins: Json = msgspec.to_builtins(self)
        return {"kind": builtins.pop("kind"), "format": builtins.pop("format"), **builtins}

    def write(self, path: Path) -> tuple[Path, Path]:
        """Write the record twice, for people (`.md`) and for `--replay` (`.json`); return both paths.

        Args:
            path: With or without one of the two suffixes.

        Raises:
            ReplayError: One of the files is there already, or cannot be written.
        """
        base = path.with_suffix("") if path.suffix in {".md", ".json"} else path
        if not base.name:
            raise ReplayError(f"{path} is a folder: give the record a file name.")
        people, program = (base.with_name(base.name + suffix) for suffix in (".md", ".json"))
        for file in (people, program):
            if file.exists():
                raise ReplayError(f"{file} is there already, and a record is never overwritten. Give another name.")
        try:
            write_whole(program, (json.dumps(self.to_json(), indent=2) + "\n").encode())
            write_whole(people, record_markdown(self, replay=program.name).encode(errors="replace"))
        except OSError as error:
            raise ReplayError(f"The search record {base} cannot be written: {error.strerror or error}.") from error
        return people, program

    @classmethod
    def read(cls, path: Path) -> "SearchRecord":
        """Read a record that `write` wrote.

        Raises:
            ReplayError: There is none, it is something else, damaged, changed, or of a newer program.
        """
        content = _object(path)
        if content.get("kind") != KIND:
            raise ReplayError(f"{path} is not a search record. One is written by:\n  pubmed-search QUERY --record FILE")
        if content.get("format") != FORMAT:
            raise ReplayError(
                f"{path} was written by another version of this program: format {content.get('format')!r}, this one "
                f"reads {FORMAT}. Replay it with that version{_version(content)}, or record the search again:\n"
                "  pubmed-search QUERY --record FILE"
            )
        try:
            record = msgspec.convert(content, cls)
        except msgspec.ValidationError as error:
            raise ReplayError(f"The search record {path} is damaged: {error}.") from error
        if record.listed.digest != digest(record.listed.pmids):
            raise ReplayError(f"The search record {path} was changed: its PMIDs and their digest do not agree.")
        return record


def digest(pmids: tuple[int, ...]) -> str:
    """Return the SHA-256 of PMIDs in their order, each on a line of its own: `sha256sum` on such a file agrees."""
    return sha256("".join(f"{pmid}\n" for pmid in pmids).encode()).hexdigest()


def _object(path: Path) -> Json:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ReplayError(f"The search record {path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        hint = " Replay the file beside it that ends in .json." if path.suffix == ".md" else ""
        raise ReplayError(f"{path} is not a search record: it holds no JSON.{hint}") from error
    return content if isinstance(content, dict) else {}


def _version(content: Json) -> str:
    searched = content.get("searched")
    version = searched.get("version") if isinstance(searched, dict) else None
    return f" ({version})" if isinstance(version, str) else ""
