"""Text that was escaped twice, shown as what it plainly is.

Some publishers deliver "&lt;i&gt;ZORP1&lt;/i&gt;" as text. The record keeps it word for word; people and indexes read
"ZORP1", as they do where the markup is real.
"""

import re
from html import unescape

from index.core.text_normalization import PlainText, needs_exponent_mark

_SUSPECT = re.compile(r"[&<]")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAG = re.compile(r"</?(?:i|b|u|em|strong|sc|su[bp]|italic|bold)\s*/?>", re.IGNORECASE)
_MOST_ESCAPES = 3


def readable(text: str) -> str:
    """Return a text without markup that was escaped as text; other text as it is."""
    return readable_text(text).text


def readable_text(text: str) -> PlainText:
    """Return a text without markup that was escaped as text, with the offsets in the original."""
    plain = PlainText(text)
    if not _SUSPECT.search(text):
        return plain
    for _ in range(_MOST_ESCAPES):
        unescaped = plain.replaced(_ENTITY, lambda entity: unescape(entity[0]))
        if unescaped is plain:
            break
        plain = unescaped
    return plain.replaced(_TAG, _script_mark)


def _script_mark(tag: re.Match[str]) -> str:
    marks = {"<sup>": "^", "<sub>": "_"}
    mark = marks.get(tag[0].lower(), "")
    return mark if mark and needs_exponent_mark(tag.string[: tag.start()], tag.string[tag.end() :]) else ""
