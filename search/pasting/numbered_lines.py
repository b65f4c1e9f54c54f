"""The numbered lines of a pasted strategy, as #1, 1., S1 or L1 count them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.pasting.named_lines import with_numbers
from search.pasting.references import canonical, has_reference, is_reference_only

_LABEL = re.compile(r"\s*(?:(#|[SL]|\((?=\d+\))|(?:Search|No\.?)\s)\s?)?(\d{1,3})([.):](?:\s+|$)|\s*\t\s*|\s+)(?=\S)")
_LAST = 999  # the largest number that a label has
_OPERATOR = re.compile(r"(?:AND|OR|NOT)\b(?!/)", re.IGNORECASE)
_OPERATOR_LAST = re.compile(r"\b(?:AND|OR|NOT)\s*$", re.IGNORECASE)
_FINAL = re.compile(r"\s*(?:(?:final\s+)?search\s*:?\s+|\d{1,3}[.):]\s+(?=\(*#\d))", re.IGNORECASE)
_MARKS = {
    "#": (r"#\s?N[.):]?", ""), "S": (r"S\s?N[.):]?", ""), ".": (r"N[.)]", ""), " ": ("N", r"(?<=[\])\"*/.+\d])"),
}  # fmt: skip
"""How the number N of a line is written, and what must stand before it: a number alone is often part of a term."""

FEWEST = 2
"""Lines with numbers; one alone may be a title that begins with a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a strategy; `number` is 0 for a last one without a number."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class NumberedLines:
    """A strategy of numbered lines, in their order.

    Attributes:
        lines: The lines; the last one is what is searched.
        by_position: Whether they had no numbers, and are counted from the first.
        bare: Whether a number alone can refer to a line.
        before: Lines before the first number.
    """

    lines: tuple[Line, ...]
    bare: bool
    by_position: bool = False
    before: tuple[str, ...] = ()

    def canonical(self) -> tuple[Line, ...]:
        """Return the lines with every reference written as #1."""
        return tuple(
            Line(line.number, canonical(line.text, bare=self.bare or is_reference_only(line.text)))
            for line in self.lines
        )


def as_typed(lines: Iterable[Line]) -> str:
    """Return lines as a text of numbered lines."""
    return "\n".join(f"#{line.number} {line.text}" if line.number else line.text for line in lines)


def numbered_lines(lines: Sequence[str], is_strategy: Callable[[str], bool]) -> NumberedLines | None:
    """Return the numbered lines of a text, or None where it has none.

    Args:
        lines: The lines, none of them blank.
        is_strategy: Whether a text has operators, tags or signs of another house: a numbered list of titles has none.
    """
    cut = list(_cut_at_numbers(lines[0])) if len(lines) == 1 else with_numbers(lines)
    found = _labelled(cut) if len(cut) >= FEWEST else None
    if found is None:
        return None
    texts = [line.text for line in found.lines]
    strict = len(lines) == 1 and (_label(lines[0]) or ("",))[0] == " "
    if strict and not all(is_reference_only(text) or is_strategy(text) for text in texts):
        return None
    return found if any(is_reference_only(text) or is_strategy(text) for text in texts) else None


def counted_from_the_first(lines: Sequence[str]) -> NumberedLines | None:
    """Return lines without numbers as numbered by their places, where one of them refers to others."""
    if len(lines) < FEWEST or not any(is_reference_only(_FINAL.sub("", line)) for line in lines[1:]):
        return None
    numbered = tuple(Line(number, _FINAL.sub("", line).strip()) for number, line in enumerate(lines, 1))
    return NumberedLines(numbered, bare=True, by_position=True)


def _labelled(texts: Sequence[str]) -> NumberedLines | None:
    style, step = None, 0
    before: list[str] = []
    numbers: list[int] = []
    bodies: list[list[str]] = []
    last, unclosed = "", 0
    for text in texts:
        label = _label(text)
        if label and _follows(label, style, numbers, step):
            step = step or (label[1] - numbers[-1] if numbers else 0)
            style = label[0]
            numbers.append(label[1])
            bodies.append([label[2]])
            unclosed = text.count("(") - text.count(")")
        elif not numbers and not last and is_reference_only(text):
            last = text
        elif not numbers:
            before.append(text)
        elif not last and _begins_line(_FINAL.sub("", text), bodies[-1][-1], unclosed > 0):
            last = _FINAL.sub("", text).strip()
        elif last:
            last = f"{last} {text.strip()}"
        else:
            bodies[-1].append(text.strip())
            unclosed += text.count("(") - text.count(")")
    if len(numbers) + bool(last) < FEWEST or style is None or (style != "#" and min(numbers) != 1):
        return None
    lines = [Line(number, " ".join(body)) for number, body in zip(numbers, bodies, strict=True)]
    lines.sort(key=lambda line: line.number)
    if last:
        lines.append(Line(0, last))
    return NumberedLines(tuple(lines), bare=style != "#", before=tuple(before))


def _label(text: str) -> tuple[str, int, str] | None:
    """Return the style, the number and the rest of a line; "#1 AND #2" has no label."""
    found = _LABEL.match(text)
    if found is None or _OPERATOR.match(text, found.end()):
        return None
    mark, number, separator = found.groups()
    style = "#" if mark == "#" else mark or ("." if separator[0] in ".):" else " ")
    return style, int(number), text[found.end() :].strip()


def _follows(label: tuple[str, int, str], style: str | None, numbers: Sequence[int], step: int) -> bool:
    """Return whether a label continues those before it; a history lists the latest first."""
    if style is None:
        return True
    if label[0] != style:
        return False
    difference = label[1] - numbers[-1]
    if style == " ":
        return difference == 1
    return difference > 0 if step > 0 else difference < 0 if step < 0 else difference != 0


def _begins_line(text: str, before: str, unclosed: bool) -> bool:
    """Return whether a line without a number is one of its own, not the rest of the line before it."""
    continues = unclosed or _OPERATOR_LAST.search(before[-10:]) or _OPERATOR.match(text)
    return not continues and has_reference(text)


def _cut_at_numbers(text: str) -> Iterator[str]:
    """Cut one line at #1, #2, #3 or 1., 2., 3. in turn: some places where text is pasted lose its line breaks."""
    label = _LABEL.match(text)
    parsed = _label(text)
    if label is None or parsed is None or parsed[1] != 1 or parsed[0] not in _MARKS:
        yield text
        return
    start = 0
    for number in range(2, _LAST + 1):
        mark, behind = _MARKS[parsed[0]]
        before = r"(?<!\bAND)(?<!\bOR)(?<!\bNOT)(?<!\band)(?<!\bor)(?<!\bnot)(?<!\()"
        found = re.compile(
            rf"{before}{behind}\s+({mark.replace('N', str(number))}\s+)(?!(?:AND|OR|NOT|and|or|not)\b|\))"
        ).search(text, start)
        if found is None:
            break
        yield text[start : found.start()]
        start = found.start(1)
    yield text[start:]
