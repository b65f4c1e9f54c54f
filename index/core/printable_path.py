"""Names of files, which may hold any byte but NUL, as text that can be printed and stored."""

import os
from pathlib import Path

from index.core.control_characters import safe


def printable_path(path: Path | str) -> str:
    r"""Return a file's name or path as one harmless line; different paths stay different.

    Bytes that are not UTF-8, control and direction characters are shown by their number: "caf\\xe9.xml". A backslash is
    doubled, so that no name looks like another one.
    """
    text = os.fsencode(path).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    if safe(text) == text:
        return text
    return "".join(character if safe(character) == character else _numbered(character) for character in text)


def _numbered(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
