"""Cuts a file of PubMed XML, of any size, into small well-formed documents without parsing it.

Each piece holds whole records between the file's own root tags, so that worker processes can parse them separately.
All pieces together are well formed exactly when the file is; a file may hold several documents, one after the other.
Every byte is looked at a fixed number of times, whatever it is. Entities declared in a file are refused unread: NLM's
files declare none, and entity bombs and external entities need such declarations.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index.core.errors import SourceError
from index.core.progress import Bar
from index.ingest.xml_text import Window, read_text
from index.sources.regular_file import open_regular

SETS: Final = (b"PubmedArticleSet", b"PubmedBookArticleSet", b"BookDocumentSet")
RECORDS: Final = (b"PubmedArticle", b"PubmedBookArticle")
# Every tag takes some 150 bytes of a parser's memory: 32 MB of `<a/>` would take more than a gigabyte.
RECORD_TAGS: Final = 500_000

_NAME: Final = re.compile(rb"<([^\s/>]{1,40})(?=[\s/>])")
# What may end a record or a set, and what may hold text that only looks so.
_MARKUP: Final = re.compile(rb"<(?:(!--)|(!\[CDATA\[)|(\?)|/(Pubmed(?:Book)?Article(?:Set)?|BookDocumentSet)\s{0,9}>)")
_MARKUP_BYTES: Final = 60
_CLOSERS: Final = (b"-->", b"]]>", b"?>")


def read_batches(path: Path, bar: Bar) -> Iterator[bytes]:
    """Yield the file as UTF-8 documents of about 1 MB, each with whole records.

    Args:
        path: The file, gzipped or not.
        bar: Updated with the kB of the file on disk that were read.

    Raises:
        OSError: The file cannot be read.
        SourceError: The file is damaged, is not a set of PubMed records, or declares entities.
    """
    with open_regular(path) as raw:
        read_kb = 0
        for document in _split(read_text(raw)):
            bar.update(raw.tell() // 1024 - read_kb)
            read_kb = raw.tell() // 1024
            if len(document) > 4 * RECORD_TAGS and document.count(b"<") + document.count(b"=") > RECORD_TAGS:
                raise SourceError(f"a record has more than {RECORD_TAGS:,} tags and attributes")
            yield document


def _split(text: Window) -> Iterator[bytes]:
    empty = True
    while text.skip_prologue():
        empty = False
        yield from _document(text)
    if empty:
        raise SourceError("the file is empty")


def _document(text: Window) -> Iterator[bytes]:
    """Yield the pieces of the document that starts here, and move behind it."""
    name = _root_name(text)
    if name in RECORDS:  # a record without a set around it: one is put there
        start, end = b"<PubmedArticleSet>", b"</PubmedArticleSet>"
    else:
        length = text.after(b">", 0)
        start, end = text.take_all() if length < 0 else text.take(length), b""
        if length < 0 or start.endswith(b"/>"):
            yield start
            return
    yield from _content(text, name, start, end)


def _content(text: Window, name: bytes, start: bytes, end: bytes) -> Iterator[bytes]:
    """Yield `start`, whole records and `end` until the end tag of `name`, which is given back with its record."""
    scanned = whole = 0
    while True:
        if found := text.search(_MARKUP, scanned):
            markup, scanned = found
            if markup[4] == name:
                yield start + text.take(scanned) + end
                return
            if markup[4]:
                whole = scanned if markup[4] in RECORDS else whole
            elif (scanned := text.after(_CLOSERS[(markup.lastindex or 1) - 1], scanned)) < 0:
                break
            continue
        if whole:
            yield start + text.take(whole) + b"</" + name + b">"
        # An end tag may be split between two chunks.
        scanned, whole = max(scanned - whole, len(text) - _MARKUP_BYTES, 0), 0
        if not text.more():
            break
    yield start + text.take_all()  # without its end, which the parser reports


def _root_name(text: Window) -> bytes:
    root = text.match(_NAME)
    if root and root[1] in SETS + RECORDS:
        return root[1]
    found = (root[1] if root else text.peek(40)).decode(errors="replace")
    raise SourceError(f"not PubMed XML: expected <{SETS[0].decode()}>, found {found!r}")
