"""The line that is searched, with every line that it refers to put in its place."""

import re
from collections.abc import Iterator, Mapping, Sequence

from index.core.errors import QueryError
from search.pasting.numbered_lines import Line
from search.pasting.references import missing, references_in
from search.syntaxes.pointing import syntax_error

MAX_LENGTH = 100_000
"""As of any query with operators; lines that refer to each other could double with each."""


def resolved(lines: Sequence[Line]) -> str:
    """Return the last line with each reference replaced by the line that it names, in brackets.

    Args:
        lines: In canonical form.

    Raises:
        QuerySyntaxError: A line refers to one that is nowhere, or lines refer to each other in a circle.
        QueryError: The whole would be too long.
    """
    texts = {line.number: line.text for line in lines if line.number}
    last = lines[-1]
    done: dict[int, str] = {}
    for number in in_order(lines):
        done[number] = _substituted(texts[number], done)
    return _substituted(last.text, done) if not last.number else done[last.number]


def as_set(text: str) -> str:
    """Return a line joined to itself: alone its untagged words would rank, so they name the set that others use."""
    return f"({text}) OR ({text})"


def in_order(lines: Sequence[Line]) -> list[int]:
    """Return the numbers of the lines that the last one needs, itself among them, each after those that it needs.

    Raises:
        QuerySyntaxError: A line is nowhere, or needs itself.
    """
    texts = {line.number: line.text for line in lines if line.number}
    last = lines[-1]
    for _, start in missing(texts, last.text):
        raise _nowhere(last.text, start, texts)
    order: dict[int, None] = {}
    open_lines: dict[int, None] = {}
    waiting: list[tuple[int, bool]] = [
        (number, False) for number in ([last.number] if last.number else _numbers(last.text))
    ]
    while waiting:
        number, finished = waiting.pop()
        if finished:
            open_lines.pop(number)
            order[number] = None
        elif number in open_lines:
            circle = ", ".join(f"#{other}" for other in open_lines)
            raise syntax_error(f"Line #{number} refers to itself, through {circle}", texts[number], 0)
        elif number not in order:
            for _, start in missing(texts, texts[number]):
                raise _nowhere(texts[number], start, texts)
            open_lines[number] = None
            waiting.append((number, True))
            waiting.extend((other, False) for other in _numbers(texts[number]))
    return list(order)


def _numbers(text: str) -> Iterator[int]:
    return (number for number, _, _ in references_in(text))


def _substituted(text: str, done: Mapping[int, str]) -> str:
    parts, end = [], 0
    for number, start, stop in references_in(text):
        parts += [text[end:start], f"({done[number]})"]
        end = stop
    parts.append(text[end:])
    if sum(map(len, parts)) > MAX_LENGTH:
        raise QueryError(
            f"With its lines in their places, this strategy has more than {MAX_LENGTH:,} characters. Search in parts."
        )
    return "".join(parts)


def _nowhere(text: str, start: int, known: Mapping[int, str]) -> Exception:
    named = f"the lines here are #{min(known)} to #{max(known)}" if known else "paste its line as well"
    number = re.match(r"#\d+", text[start:])
    return syntax_error(f"There is no line {number[0] if number else ''}: {named}", text, start)
