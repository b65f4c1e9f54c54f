"""The text of a file of XML: unzipped, as UTF-8, behind a window that moves over it."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Final

from index.core.errors import SourceError

BATCH_BYTES: Final = 1 << 20
HEAD_BYTES: Final = 4096  # enough for any XML declaration
# The longest record known is under 1 MB. At 16 MB a file of such records took 613 MB in all processes.
RECORD_BYTES: Final = 12 << 20

_SPACE: Final = re.compile(rb"(?:\s|\xef\xbb\xbf)*+")
_DECLARED: Final = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s{0,99}=\s{0,99}["']([^"'>]*+)["']""")
_CLOSERS: Final = {b"<?": b"?>", b"<!--": b"-->", b"<!DOCTYPE": b">"}
_LONGEST_OPENER: Final = len(b"<!DOCTYPE")
_BYTE_ORDER_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
# Codecs of Python that make text, but are no encodings of documents.
_NOT_OF_DOCUMENTS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})


def read_text(raw: BinaryIO) -> "Window":
    """Return the text of a file, gzipped or not, by its content and not by its name.

    Raises:
        SourceError: It declares an encoding that cannot be read. Damage is raised when the window comes to it.
    """
    gzipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    content = gzip.GzipFile(fileobj=raw) if gzipped else raw
    chunks = _read(content)
    head = next(chunks, b"")
    declared = _DECLARED.match(head)
    mark = next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)
    encoding = mark or (_codec(declared[1]) if declared else "utf-8")
    # A byte order mark outweighs the first declaration.
    return Window(_as_utf8(chain([head], chunks), encoding), declared=None if mark else encoding)


def _read(content: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    try:
        yield content.read(HEAD_BYTES)
        while chunk := content.read(BATCH_BYTES):
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"damaged gzip file: {error}") from error


def _as_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            if text := decoder.decode(chunk).encode():  # half a character may be all of a chunk
                yield text
        yield decoder.decode(b"", True).encode()
    except UnicodeError as error:
        raise SourceError(f"text is not in the encoding that the file declares: {error}") from error


def _codec(declared: bytes) -> str:
    """Return Python's name of the encoding that a document declares."""
    name = declared.decode("ascii", "backslashreplace")
    try:
        "".encode(name)  # refuses what makes bytes of bytes: hex, base64, rot13
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = "undefined"
    if codec.replace("_", "-") in _NOT_OF_DOCUMENTS:
        raise SourceError(f"it declares the encoding {name[:60]!r}, in which no XML can be written; expected utf-8")
    return codec


class Window:
    """The part of a text that is looked at; it grows at its end and is taken from its start."""

    def __init__(self, chunks: Iterator[bytes], *, declared: str | None) -> None:
        """Show nothing yet; each declaration must name the encoding `declared`, or with None the one of the first."""
        self._chunks = chunks
        self._declared = declared
        self._text = b""
        self._start = 0

    def __len__(self) -> int:
        return len(self._text) - self._start

    def more(self) -> bool:
        """Add the next chunk; whether there was one.

        Raises:
            SourceError: The window is longer than any record.
        """
        if len(self) > RECORD_BYTES:
            raise SourceError(f"no record ends within {RECORD_BYTES >> 20} MB")
        chunk = next(self._chunks, b"")
        self._text = self._text[self._start :] + chunk
        self._start = 0
        return bool(chunk)

    def take(self, length: int) -> bytes:
        """Return the first bytes and move behind them."""
        taken = self._text[self._start : self._start + length]
        self._start += length
        return taken

    def take_all(self) -> bytes:
        """Return what the window shows and move behind it."""
        return self.take(len(self))

    def peek(self, length: int) -> bytes:
        """Return the first bytes, fewer only at the end of the text."""
        while len(self) < length and self.more():
            pass
        return self._text[self._start : self._start + length]

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Match a pattern of at most 60 bytes at the start."""
        return pattern.match(self.peek(60))

    def search(self, pattern: re.Pattern[bytes], offset: int) -> tuple[re.Match[bytes], int] | None:
        """Return the next match of what the window shows, and the offset of its end; None if there is none."""
        match = pattern.search(self._text, self._start + offset)
        return (match, match.end() - self._start) if match else None

    def after(self, sign: bytes, offset: int) -> int:
        """Return the offset behind the next `sign`, however far it is; -1 if there is none."""
        while (position := self._text.find(sign, self._start + offset)) < 0:
            offset = max(offset, len(self) - len(sign) + 1)
            if not self.more():
                return -1
        return position - self._start + len(sign)

    def skip_prologue(self) -> bool:
        """Move to the next root element, over space, comments, instructions and a document type; whether there is one.

        Raises:
            SourceError: It is not whole, declares entities, or another encoding than the text has.
        """
        while head := self._skip_space():
            opener = next((opener for opener in _CLOSERS if head.startswith(opener)), None)
            if opener is None:
                return True
            length = self.after(_CLOSERS[opener], len(opener))
            if length < 0:
                raise SourceError(f"not PubMed XML: it ends inside {opener.decode()}")
            self._check(opener, self.take(length))
        return False

    def _skip_space(self) -> bytes:
        """Move to what is not space; return how it begins."""
        while True:
            space = _SPACE.match(self._text, self._start)
            self._start = space.end() if space else self._start
            if len(self) >= _LONGEST_OPENER or not self.more():
                return self._text[self._start : self._start + _LONGEST_OPENER]

    def _check(self, opener: bytes, markup: bytes) -> None:
        if opener == b"<!DOCTYPE" and b"[" in markup:
            raise SourceError(
                "its document type declares entities, which PubMed's files never do; the file was not read"
            )
        if opener == b"<?" and (declared := _DECLARED.match(markup)):
            self._check_encoding(declared[1])

    def _check_encoding(self, declared: bytes) -> None:
        """Compare what a document declares with the first: all documents of a file are decoded alike."""
        codec = _codec(declared)
        self._declared = self._declared or codec
        if codec != self._declared:
            raise SourceError(f"its documents declare two encodings, {self._declared} and {codec}")
