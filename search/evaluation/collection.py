"""A test collection in BEIR's layout, and the library that is made from it.

::

    corpus.jsonl[.gz]                            {"_id", "title", "text"} a line
    queries.jsonl[.gz]                           {"_id", "text"} a line; optional "type", or in "metadata"
    qrels.SPLIT.tsv or qrels/SPLIT.tsv           query, document, grade; a first line without a number is a header

The corpus takes the path of PubMed's own files: it is written as PubMed XML and `rebuild-index` reads it, so that the
product's own store, encoder, vectors and index are measured. Documents are numbered in the order of the corpus, and
these numbers stand in for PMIDs.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from index.core.errors import LibraryError
from index.core.files import replacing
from index.core.json_text import parse_json
from index.core.progress import Progress
from index.library.builds import current_manifest
from index.library.layout import Library

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = "<Year>2000</Year><Month>01</Month><Day>01</Day>"


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One query with its judgements.

    Attributes:
        id: As the collection names it.
        text: The question.
        type: Its kind, or None if the collection has none.
        judged: Grade by document, as the collection names it; above 0 is relevant.
    """

    id: str
    text: str
    type: str | None
    judged: dict[str, int]


@dataclass(frozen=True)
class Collection:
    """A folder in BEIR's layout.

    Attributes:
        folder: Its path.
    """

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> "Collection":
        """Open a collection.

        Raises:
            LibraryError: The folder holds no corpus or no queries.
        """
        collection = cls(folder.expanduser().absolute())
        for name in ("corpus.jsonl", "queries.jsonl"):
            collection._file(name)
        return collection

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of its sets of judgements."""
        flat = (path.name.removeprefix("qrels.").removesuffix(".tsv") for path in self.folder.glob("qrels.*.tsv"))
        return tuple(sorted({*flat, *(path.stem for path in self.folder.glob("qrels/*.tsv"))}))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The documents' names in order; the first one's number is 1."""
        return tuple(str(document["_id"]) for document in self._lines("corpus.jsonl"))

    def queries(self, split: str) -> tuple[JudgedQuery, ...]:
        """Return the judged queries of a split, in the order of the queries' file.

        Raises:
            LibraryError: There is no such split, or a line of it cannot be read.
        """
        judged = self._judgements(split)
        lines = (line for line in self._lines("queries.jsonl") if str(line["_id"]) in judged)
        return tuple(
            JudgedQuery(str(line["_id"]), str(line["text"]), _type_of(line), judged[str(line["_id"])]) for line in lines
        )

    def _judgements(self, split: str) -> dict[str, dict[str, int]]:
        paths = (self.folder / f"qrels.{split}.tsv", self.folder / "qrels" / f"{split}.tsv")
        path = next((path for path in paths if path.is_file()), None)
        if path is None:
            raise LibraryError(f"{self.folder} has no split {split!r}. It has: {', '.join(self.splits) or 'none'}")
        judged: dict[str, dict[str, int]] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            fields = line.split("\t")
            if len(fields) == 3 and fields[2].strip().lstrip("-").isdigit():  # noqa: PLR2004 - query, document, grade
                judged.setdefault(fields[0], {})[fields[1]] = int(fields[2])
            elif number > 1 and line.strip():
                raise LibraryError(f"{path} line {number} is not query, document and grade: {line[:80]!r}")
        return judged

    def library(self, cache: Path, *, model: str | None, progress: Progress) -> Library:
        """Return the library of the corpus, built or updated if needed.

        Texts that were encoded before, also in a killed run, are not encoded again.

        Args:
            cache: The folder with one such library for each collection.
            model: The embedding model, or None for the default.
            progress: Draws the progress bars.

        Raises:
            LibraryError: The corpus cannot be read.
            ModelError: The model is not found.
        """
        from index.build.rebuild import RebuildRequest, rebuild

        with self._file("corpus.jsonl").open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()[:16]
        library = Library(cache / f"{self.name}-{digest}")
        source = library.path / "corpus.xml.gz"
        if not source.is_file():
            self._write(source)
        # The model is named even if it is the default: one folder is used for one model after another.
        rebuild(RebuildRequest(library, (source,), model=model or "default"), progress)
        if (manifest := current_manifest(library)) is None or manifest.articles != len(self.ids):
            raise LibraryError(
                f"{library.path} does not hold every document of {self.folder}. Remove it and run again."
            )
        return library

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Without name and time in the gzip header the same documents make the same bytes.
        with replacing(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
            out.write(_HEAD.encode())
            out.writelines(article.encode() for article in _articles(self._lines("corpus.jsonl")))
            out.write(b"</PubmedArticleSet>\n")

    def _file(self, name: str) -> Path:
        for path in (self.folder / name, self.folder / f"{name}.gz"):
            if path.is_file():
                return path
        raise LibraryError(f"{self.folder} is not a collection in BEIR's layout: it holds no {name} or {name}.gz.")

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        path = self._file(name)
        with _open_text(path) as file:
            for number, line in enumerate(file, start=1):
                try:
                    record = parse_json(line)
                    if "_id" in record:
                        yield record
                        continue
                except (ValueError, TypeError):
                    pass
                raise LibraryError(f"{path} line {number} is not a JSON object with an _id.")


def _open_text(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def _type_of(line: dict[str, Any]) -> str | None:
    metadata = line.get("metadata")
    kind = line.get("type") or (metadata.get("type") if isinstance(metadata, dict) else None)
    return str(kind) if kind else None


def _articles(documents: Iterable[dict[str, Any]]) -> Iterator[str]:
    for number, document in enumerate(documents, start=1):
        title, text = _xml(document.get("title")), _xml(document.get("text"))
        abstract = f"<Abstract><AbstractText>{text}</AbstractText></Abstract>" if text else ""
        yield (
            f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{number}</PMID>'
            f"<DateRevised>{_DATE}</DateRevised><Article><Journal><JournalIssue><PubDate><Year>2000</Year></PubDate>"
            f"</JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle>{abstract}<Language>eng</Language></Article>"
            f'</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{number}</ArticleId>'
            "</ArticleIdList></PubmedData></PubmedArticle>\n"
        )


def _xml(text: object) -> str:
    """Return a text for XML: escaped, without the control characters and surrogates that XML forbids."""
    legal = _FORBIDDEN.sub(" ", str(text or ""))
    return escape(legal).strip()
