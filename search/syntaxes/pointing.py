"""Errors that quote a text and point at a character of it."""

from index.core.errors import Proposal, QuerySyntaxError

_QUOTED_CHARACTERS = 60


def syntax_error(message: str, text: str, position: int, proposals: tuple[Proposal, ...] = ()) -> QuerySyntaxError:
    """Return an error that quotes the query and points at a character of it."""
    text = text.replace("\n", " ")
    start = max(0, min(position - _QUOTED_CHARACTERS // 2, len(text) - _QUOTED_CHARACTERS))
    quoted = text[start : start + _QUOTED_CHARACTERS]
    prefix, suffix = "…" if start else "", "…" if start + _QUOTED_CHARACTERS < len(text) else ""
    caret = " " * (position - start + len(prefix)) + "^"
    return QuerySyntaxError(f"{message}\n  {prefix}{quoted}{suffix}\n  {caret}", position, proposals)
