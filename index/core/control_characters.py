"""Characters that control a terminal, break a line format or reorder text, made harmless."""

import unicodedata

_DIRECTIONS = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})


def safe(text: str) -> str:
    """Return the text with every control and direction character replaced by a space, its length unchanged."""
    # Bidirectional overrides reorder their neighbours. Zl, Zp break lines.
    return "".join(
        " "
        if is_control(character)
        or unicodedata.category(character) in {"Zl", "Zp"}
        or unicodedata.bidirectional(character) in _DIRECTIONS
        else character
        for character in text
    )


def without_controls(text: str, *, keep: str = "") -> str:
    """Return the text with every control character but those in `keep` replaced by a space, its length unchanged."""
    if text.isprintable():
        return text
    return "".join(" " if is_control(character) and character not in keep else character for character in text)


def is_control(character: str) -> bool:
    """Whether a character is a control character (escape sequences, line breaks) or half of a surrogate pair."""
    return unicodedata.category(character) in {"Cc", "Cs"}
