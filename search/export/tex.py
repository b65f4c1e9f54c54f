"""Text as TeX prints it: characters that TeX would read as commands are escaped, capitals are protected."""

import re

from search.export.citation import one_line

# Braces by name: BibTeX counts them even after a backslash, and a single one would end the entry in the wrong place.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "%&$#_"},
    }
)
_WORD = re.compile(r"\S+")
_CORE = re.compile(r"[^\W_](?:.*[^\W_])?")


def escaped(text: str | None) -> str:
    """Return the text on one line, each character printed as it is."""
    return one_line(text).translate(_ESCAPES) if text else ""


def verbatim(text: str | None) -> str:
    """Return a DOI or an address as styles print it."""
    # Styles print a DOI or a URL verbatim, so nothing in it may be escaped; a percent sign does not start a comment.
    return "".join(
        f"%{ord(character):02X}" if character in "{}\\ " else character for character in one_line(text or "")
    )


def protected(title: str) -> str:
    """Return an escaped title, with braces around each word that a style would write in other letters.

    BibTeX's styles write a title in small letters, except its first character: "HIV" must stay in braces.
    """
    return _WORD.sub(lambda match: _protected_word(match[0], first=match.start() == 0), one_line(title))


def _protected_word(word: str, *, first: bool) -> str:
    core = _CORE.search(word)
    if not core:
        return escaped(word)
    changed = core[0].capitalize() if first and core.start() == 0 else core[0].lower()
    inner = escaped(core[0])
    if changed != core[0]:
        # A backslash right after a brace that stands alone would make BibTeX change the letters all the same.
        inner = f"{{{{{inner}}}}}" if inner.startswith("\\") else f"{{{inner}}}"
    return escaped(word[: core.start()]) + inner + escaped(word[core.end() :])
