"""Text of an element that may hold inline markup, word for word.

The tags of sub- and superscripts, italics and bold are removed and their text stays ("H<sub>2</sub>O" is "H2O",
"Ca<sup>2+</sup>" is "Ca2+", "<sup>18</sup>F" is "18F"). Only behind a bare number would a script read as further
digits, and is marked: "10<sup>6</sup>" is "10^6", "5x10<sup>-3</sup>" is "5x10^-3". Formulas become readable text
(`index.parsing.mathml`). Only white space from the XML's layout is changed: a pretty-printed line break is one space.
Double spaces, no-break spaces and thin spaces stay as PubMed has them.
"""

import re
from copy import deepcopy
from typing import TypeAlias

from lxml import etree

from index.core.text_normalization import needs_exponent_mark
from index.parsing.mathml import MATH, formula

Element: TypeAlias = etree._Element

_MARKS = {"sup": "^", "sub": "_"}
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
    if next(element.iter(*_MARKS), None) is not None:
        return _with_marks(element)
    return [str(piece) for piece in element.itertext()]


def _with_marks(element: Element) -> list[str]:
    """Return the text nodes in order, with a mark before a script that would read as digits of a number before it."""
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if (mark := _MARKS.get(node.tag)) and needs_exponent_mark("".join(pieces[-3:]), "".join(node.itertext())):
                pieces.append(mark)
            pieces.append(node.text or "")
        elif node is not element:
            pieces.append(node.tail or "")
    return pieces


def _with_formulas_rendered(element: Element) -> Element:
    """Return a copy in which each formula is one text node."""
    element = deepcopy(element)
    element.tail = None
    for math in list(element.iter(MATH)):
        text = formula(math)
        del math[:]
        math.text = text
    return element
