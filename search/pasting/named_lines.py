"""Lines of a strategy that are called by a word or a letter: "Set 1: …", "A. …", "Set 1 AND Set 2", "A AND B"."""

import re
from collections.abc import Sequence

_WORD = r"(?:Line|Set|Concept|Step|Query|Block)"
_WORD_LABEL = re.compile(rf"\s*{_WORD}\s+#?\d{{1,3}}\s*[.):]?\s+", re.IGNORECASE)
_WORD_REFERENCE = re.compile(rf"\b{_WORD}s?\s+#?(\d{{1,3}})\b", re.IGNORECASE)
_LETTER_LABEL = re.compile(r"\s*\(?([A-Z]|[IVX]{1,4}|[a-z](?=[.)]))[.):]\s+(?=\S)")
_TOKEN = re.compile(r"[A-Za-z]+|[()]|[^\sA-Za-z()]+")
_OPERATORS = {"and", "or", "not"}
_FEWEST = 2


def with_numbers(lines: Sequence[str]) -> list[str]:
    """Return lines with S1 or #1 in place of the words or letters by which they call each other; others as they are."""
    if sum(_WORD_LABEL.match(line) is not None for line in lines) >= _FEWEST:
        return [_WORD_REFERENCE.sub(r"S\1", line) for line in lines]
    labels = [_LETTER_LABEL.match(line) for line in lines]
    names = [label[1] for label in labels if label]
    if len(names) < _FEWEST or len(set(names)) < len(names):
        return list(lines)
    numbers = {name: f"#{number}" for number, name in enumerate(names, 1)}
    last = lines[-1][labels[-1].end() :] if labels[-1] else lines[-1]
    if not _refers_only(last, numbers):
        return list(lines)
    return [_with_number(line, label, numbers) for line, label in zip(lines, labels, strict=True)]


def _refers_only(text: str, numbers: dict[str, str]) -> bool:
    tokens = _TOKEN.findall(text)
    named = [token for token in tokens if token in numbers]
    joined = [token for token in tokens if token.lower() in _OPERATORS or token in {"(", ")"}]
    return len(named) >= _FEWEST and len(named) + len(joined) == len(tokens)


def _with_number(line: str, label: "re.Match[str] | None", numbers: dict[str, str]) -> str:
    body = line[label.end() :] if label else line
    if _refers_only(body, numbers):
        body = _TOKEN.sub(lambda token: numbers.get(token[0], token[0]), body)
    return f"{numbers[label[1]]} {body}" if label else body
