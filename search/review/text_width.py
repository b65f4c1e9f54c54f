"""How wide a text is in Arial, so that a drawing can break its lines where its boxes end."""

import unicodedata

_OF_EACH_WIDTH = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-`r", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
"""Thousandths of the size of the type. Source: Adobe's font metrics of Helvetica, whose widths Arial has."""
_WIDTHS = {character: width for width, characters in _OF_EACH_WIDTH.items() for character in characters}
_WIDEST, _PICTURE = 1000, 1400
"""Of characters that the table does not have: no letter of any script is wider, and no pictogram."""
_BOLD = 1.12
"""Bold letters are at most that much wider, digits and spaces not at all."""


def text_width(text: str, size_px: float, *, bold: bool = False) -> float:
    """Return the width of a line of text, in pixels; where the font is unknown, rather too wide than too narrow.

    Args:
        text: In one line.
        size_px: The size of the type.
        bold: Whether it is bold.
    """
    width = sum(map(_width, unicodedata.normalize("NFD", text)))
    return width * size_px / 1000 * (_BOLD if bold else 1)


def _width(character: str) -> int:
    if character in _WIDTHS:
        return _WIDTHS[character]
    kind = unicodedata.category(character)
    if kind in {"Mn", "Me"}:
        return 0
    return _PICTURE if kind == "So" else _WIDEST
