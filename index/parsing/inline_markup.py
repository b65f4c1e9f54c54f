"""Text of an element that may hold inline markup, word for word.

The tags of sub- and superscripts, italics and bold are removed and their text stays ("H<sub>2</sub>O" is "H2O");
formulas become readable text (`index.parsing.mathml`). Only white space from the XML's layout is changed: a
pretty-printed line break is one space. Double spaces, no-break spaces and thin spaces stay as PubMed has them.
"""

import re
from copy import deepcopy
from typing import TypeAlias

from lxml import etree

from index.parsing.mathml import MATH, formula

Element: TypeAlias = etree._Element

_BREAK = re.compile(r"[ \t\r\n]*[\t\r\n][ \t\r\n]*")
_INDENT = re.compile(r"[ \t\r\n]*(?:\n(?:\t| {2})|\t)[ \t\r\n]*")
_BORDER = re.compile(r"^[ \t\r]*\n[ \t\r\n]*|[ \t\r\n]*\n[ \t\r]*$")


def line(element: Element | None) -> str | None:
    """Return the element's text on one line: titles, names, keywords. None where there is no text."""
    if element is None:
        return None
    text = "".join(_pieces(element)) if len(element) else element.text
    if not text:
        return None
    if not text.isprintable():  # cheap, and nearly every text passes: no line break, no tab
        text = _BREAK.sub(" ", text)
    return text.strip() or None


def passage(element: Element | None) -> str | None:
    """Return the element's text with the authors' own line breaks: abstracts, statements. None where there is no text.

    A line break is layout, and becomes a space, if indentation follows it or a tag is next to it.
    """
    if element is None:
        return None
    pieces = _pieces(element) if len(element) else [element.text or ""]
    text = "".join(pieces)
    if not text.isprintable():
        text = "".join(_INDENT.sub(" ", _BORDER.sub(" ", piece)) for piece in pieces)
    return text.strip() or None


def _pieces(element: Element) -> list[str]:
    """Return the text nodes in order, comments and processing instructions left out, formulas rendered."""
    if next(element.iter(MATH), None) is not None:
        element = _with_formulas_rendered(element)
    return [str(piece) for piece in element.itertext()]


def _with_formulas_rendered(element: Element) -> Element:
    """Return a copy in which each formula is one text node."""
    element = deepcopy(element)
    element.tail = None
    for math in list(element.iter(MATH)):
        text = formula(math)
        del math[:]
        math.text = text
    return element
