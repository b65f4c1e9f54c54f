"""Cuts a file of PubMed XML, of any size, into small well-formed documents without parsing it.

Each piece holds whole records between the file's own root tags, so that worker processes can parse them separately.
All pieces together are well formed exactly when the file is. Entities declared in a file are refused unread: NLM's
files declare none, and entity bombs and external entities need such declarations.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final

from index.core.errors import SourceError
from index.core.progress import Bar

BATCH_BYTES: Final = 1 << 20
# The longest record known is under 1 MB; this limits the memory that a hostile file can use: one record of 60 MB needed
# 695 MB in a worker.
RECORD_BYTES: Final = 32 << 20
HEAD_BYTES: Final = 1 << 16
ROOTS: Final = (b"PubmedArticleSet", b"PubmedBookArticleSet", b"BookDocumentSet")
ENDS: Final = (b"</PubmedArticle>", b"</PubmedBookArticle>")

_PROLOGUE: Final = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*>)*", re.DOTALL)
_ROOT: Final = re.compile(rb"<([^\s/>]+)[^>]*>")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_BYTE_ORDER_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}


def read_batches(path: Path, bar: Bar) -> Iterator[bytes]:
    """Yield the file as UTF-8 documents of about 1 MB, each with whole records.

    Args:
        path: The file, gzipped or not.
        bar: Updated with the kB of the file on disk that were read.

    Raises:
        SourceError: The file is damaged, is not a set of PubMed records, or declares entities.
    """
    try:
        with path.open("rb") as raw, closing(_decompressed(raw)) as content:
            read_kb = 0
            for document in _split(_as_utf8(content)):
                bar.update(raw.tell() // 1024 - read_kb)
                read_kb = raw.tell() // 1024
                yield document
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"damaged gzip file: {error}") from error
    except (UnicodeError, LookupError) as error:
        raise SourceError(f"text is not in the encoding that the file declares: {error}") from error


def _decompressed(raw: BinaryIO) -> BinaryIO | gzip.GzipFile:
    # By content, not by name: an error page saved under a .gz name is then reported as one.
    gzipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if gzipped else raw


def _as_utf8(content: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    head = content.read(BATCH_BYTES)
    declared = _ENCODING.match(head)
    mark = next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)
    encoding = mark or (declared[1].decode() if declared else "utf-8")
    decoder = None if codecs.lookup(encoding).name == "utf-8" else codecs.getincrementaldecoder(encoding)()
    while head:
        yield decoder.decode(head).encode() if decoder else head
        head = content.read(BATCH_BYTES)
    if decoder:
        yield decoder.decode(b"", True).encode()


def _split(chunks: Iterator[bytes]) -> Iterator[bytes]:
    text = b""
    while len(text) < HEAD_BYTES and (chunk := next(chunks, b"")):
        text += chunk
    start, root, name = _root(text)
    text, searched = text[start:], 0
    for chunk in chunks:
        text += chunk
        end = _last_end(text, searched)
        if end:
            yield root + text[:end] + b"</" + name + b">"
            text = text[end:]
        elif len(text) > RECORD_BYTES:
            raise SourceError(f"no record ends within {RECORD_BYTES >> 20} MB")
        # An end tag may be split between two chunks.
        searched = max(0, len(text) - len(ENDS[1]))
    yield root + text


def _last_end(text: bytes, start: int) -> int:
    """Return where the last record of `text` ends, or 0 if none ends after `start`."""
    return max((position + len(tag) for tag in ENDS if (position := text.rfind(tag, start)) >= 0), default=0)


def _root(text: bytes) -> tuple[int, bytes, bytes]:
    """Return where the root's content starts, the root's start tag, and its name."""
    if not text.strip():
        raise SourceError("the file is empty")
    prologue = _PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    if text.startswith(b"<!DOCTYPE", start):
        raise SourceError("its document type declares entities, which PubMed's files never do; the file was not read")
    root = _ROOT.match(text, start)
    if not root or root[1] not in ROOTS:
        actual = root[1] if root else text[start : start + 40]
        expected = ROOTS[0].decode()
        raise SourceError(f"not PubMed XML: expected <{expected}>, found {actual.decode(errors='replace')!r}")
    return root.end(), root[0], root[1]
