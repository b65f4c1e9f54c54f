"""Characters that control a terminal or reorder text, made harmless."""

import unicodedata


def safe(text: str) -> str:
    """Return the text with every control and direction character replaced by a space, its length unchanged."""
    return "".join(" " if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    # Cc: escape sequences. Bidirectional overrides reorder their neighbours. Zl, Zp, Cs break lines or encoding.
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or (
        unicodedata.bidirectional(character) in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    )
