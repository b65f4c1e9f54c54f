"""Records of searches as files: one for people, one for `--replay`."""

import json
from pathlib import Path

import msgspec

from index.core.errors import ReplayError
from index.core.files import write_whole
from index.core.json_text import parse_json
from search.recording.prisma_markdown import record_markdown
from search.recording.search_record import FORMAT, KIND, Json, SearchRecord, digest


def write_record(record: SearchRecord, path: Path) -> tuple[Path, Path]:
    """Write a record twice, for people (`.md`) and for `--replay` (`.json`); return both paths.

    Args:
        record: A search.
        path: With or without one of the two suffixes.

    Raises:
        ReplayError: One of the files already exists, or cannot be written.
    """
    base = path.with_suffix("") if path.suffix in {".md", ".json"} else path
    if not base.name:
        raise ReplayError(f"{path} is a folder: give the record a file name.")
    markdown_path, json_path = (base.with_name(base.name + suffix) for suffix in (".md", ".json"))
    for file in (markdown_path, json_path):
        if file.exists():
            raise ReplayError(f"{file} already exists, and a record is never overwritten. Give another name.")
    try:
        write_whole(json_path, (json.dumps(record.to_json(), indent=2) + "\n").encode())
        write_whole(markdown_path, record_markdown(record, replay=json_path.name).encode(errors="replace"))
    except OSError as error:
        raise ReplayError(f"The search record {base} cannot be written: {error.strerror or error}.") from error
    return markdown_path, json_path


def read_record(path: Path) -> SearchRecord:
    """Read a record that `write_record` wrote.

    Raises:
        ReplayError: There is none, or it is not a record, damaged, changed, or from another version.
    """
    return record_in(read_object(path), path)


def record_in(content: Json, path: Path) -> SearchRecord:
    """Return the record that a file's object holds; other keys beside its own are passed over.

    Args:
        content: The object.
        path: The file, for messages.

    Raises:
        ReplayError: As `read_record` does.
    """
    if content.get("kind") != KIND:
        raise ReplayError(f"{path} is not a search record. One is written by:\n  pubmed-search QUERY --record FILE")
    if content.get("format") != FORMAT:
        raise ReplayError(
            f"{path} was written by another version of this program: format {content.get('format')!r}, this one "
            f"reads {FORMAT}. Replay it with that version{_version(content)}, or record the search again:\n"
            "  pubmed-search QUERY --record FILE"
        )
    try:
        record = msgspec.convert(content, SearchRecord)
    except msgspec.ValidationError as error:
        raise ReplayError(f"The search record {path} is damaged: {error}.") from error
    if record.listed.digest != digest(record.listed.pmids):
        raise ReplayError(f"The search record {path} was changed: its PMIDs and their digest do not agree.")
    return record


def read_object(path: Path) -> Json:
    """Return the object that a record's file holds; empty where it holds another value.

    Raises:
        ReplayError: The file cannot be read, or is no JSON.
    """
    try:
        content = parse_json(path.read_bytes())
    except OSError as error:
        raise ReplayError(f"The search record {path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        hint = " Replay the file beside it that ends in .json." if path.suffix == ".md" else ""
        raise ReplayError(f"{path} is not a search record: it holds no JSON.{hint}") from error
    return content if isinstance(content, dict) else {}


def _version(content: Json) -> str:
    searched = content.get("searched")
    version = searched.get("version") if isinstance(searched, dict) else None
    return f" ({version})" if isinstance(version, str) else ""
