"""The numbered searches of a session, put before a query that refers to them."""

from collections.abc import Callable, Mapping

from search.pasting.characters import lines_of
from search.pasting.numbered_lines import Line, as_typed, numbered_lines
from search.pasting.references import canonical, is_reference_only, references_in
from search.pasting.resolution import resolved


def with_history(text: str, history: Mapping[int, str], is_strategy: Callable[[str], bool]) -> str:
    """Return a query with the earlier searches that it refers to as numbered lines before it.

    The result says by itself what is searched, so that it can be kept, passed on and repeated. Lines of the query's
    own come before those of the history.

    Args:
        text: What was typed: "#1 AND #2 NOT review[pt]".
        history: Earlier searches as typed, by their numbers.
        is_strategy: Whether a text has operators or tags.

    Raises:
        QuerySyntaxError: An earlier search refers to one that is nowhere.
    """
    lines = lines_of(text)
    found = numbered_lines(lines, is_strategy) if lines else None
    texts = found.canonical() if found else (Line(0, canonical(" ".join(lines), bare=False)),)
    if not found and not is_reference_only(texts[0].text) and not is_strategy(texts[0].text):
        return text
    own = {line.number for line in texts}
    needed: dict[int, str] = {}
    waiting = [number for line in texts for number, _, _ in references_in(line.text)]
    while waiting:
        number = waiting.pop()
        if number not in own and number not in needed and number in history:
            needed[number] = in_one_line(history[number], is_strategy)
            waiting += [other for other, _, _ in references_in(needed[number])]
    before = "".join(f"#{number} {needed[number]}\n" for number in sorted(needed))
    return before + (as_typed(texts) if found and needed else text)


def in_one_line(text: str, is_strategy: Callable[[str], bool]) -> str:
    """Return a query in one line, its own numbered lines put into it.

    Raises:
        QuerySyntaxError: One of its lines refers to one that is nowhere.
    """
    lines = lines_of(text)
    found = numbered_lines(lines, is_strategy) if lines else None
    return resolved(found.canonical()) if found else canonical(" ".join(lines), bare=False)
