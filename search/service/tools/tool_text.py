"""Text for language models: marked as quoted, without hidden characters, in budgets that cut no word."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from pydantic import BaseModel

from index.core.control_characters import safe
from index.core.readable_text import readable
from index.records.article import Article

SENTENCE_MOST, AUTHORS_MOST = 1000, 20
_TAGS = dict.fromkeys(range(0xE0000, 0xE0080))
"""Unicode's tag characters spell text that models read and people do not see."""
_TURNING = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks of direction, which show a text in another order than it is read in."""

Model = TypeVar("Model", bound=BaseModel)


def quoted(text: str | None) -> str:
    """Return a text of a record as people see it."""
    return safe(readable(text or "").translate(_TAGS))


def unhidden(text: str) -> str:
    """Return a file's text, its lines as they are, without what hides or turns a word."""
    return text.translate(_TAGS | _TURNING)


def cut_at_word(text: str, most: int) -> str:
    """Return the beginning of a text, at most so many characters, up to the end of a word.

    A single word that is longer is returned whole.
    """
    if len(text) <= most:
        return text
    end = max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1))
    if end <= 0:
        ends = [place for place in (text.find(" ", most), text.find("\n", most)) if place > 0]
        end = min(ends, default=len(text))
    return text[:end]


def shortened(text: str, most: int = SENTENCE_MOST) -> str:
    """Return a text, with a sign where it was cut."""
    cut = cut_at_word(text, most)
    return cut if cut == text else f"{cut} …"


def fitting(items: Sequence[Model], characters: int) -> list[Model]:
    """Return the first items that fit into so many characters of JSON, and the first one in any case."""
    kept: list[Model] = []
    for item in items:
        characters -= len(item.model_dump_json())
        if characters < 0 and kept:
            break
        kept.append(item)
    return kept


def authors_of(names: Iterable[str]) -> list[str]:
    """Return the first authors, and how many more there are."""
    shown = [quoted(name) for name in names]
    left = len(shown) - AUTHORS_MOST
    return [*shown[:AUTHORS_MOST], f"and {left} more"] if left > 0 else shown


def abstract_text(article: Article) -> str:
    """Return the abstract with its sections' labels, a paragraph each; "" where there is none."""
    return "\n".join(_paragraphs(article))


def _paragraphs(article: Article) -> Iterator[str]:
    for section in article.sections:
        label = f"{quoted(section.label)}: " if section.label else ""
        yield f"{label}{quoted(section.text)}"


def marked(text: str, pmid: int) -> str:
    """Return text of a record between marks that nothing in it can close."""
    harmless = text.replace("<", "‹") if "</" in text else text
    return f'<abstract pmid="{pmid}">\n{harmless}\n</abstract>'
