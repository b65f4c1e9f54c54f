"""What was pasted, read into one line of PubMed's language, with everything that was changed said."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from index.core.errors import QuerySyntaxError
from search.pasting.characters import is_mostly_quoted, lines_of, straightened
from search.pasting.comments import without_columns, without_comments, without_labels
from search.pasting.foreign import refuse_foreign
from search.pasting.numbered_lines import Line, NumberedLines, as_typed, counted_from_the_first, numbered_lines
from search.pasting.references import canonical, is_reference_only, missing
from search.pasting.resolution import in_order, parted_from_limits, resolved, with_limits
from search.syntaxes.pointing import syntax_error
from search.syntaxes.recognition import foreign_part

_EXP = re.compile(r"(?:^|\(|\b(?:AND|OR|NOT)\b)\s*exp\s+(?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paste:
    """A pasted text, read.

    Attributes:
        text: What is searched, in one line; of a plain question what was typed.
        warnings: What was changed, a sentence each.
        lines: The numbered lines that were needed, in canonical form, the searched one last.
    """

    text: str
    warnings: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryLanguage:
    """What must be known of PubMed's language to read a paste.

    Attributes:
        has_syntax: Whether a text is more than a plain question.
        is_tag: Whether the text between square brackets is a field tag.
        check: Raises `QuerySyntaxError`, with mends, for a text that cannot be read.
    """

    has_syntax: Callable[[str], bool]
    is_tag: Callable[[str], bool]
    check: Callable[[str], None]


def read_paste(text: str, language: QueryLanguage) -> Paste:
    """Read what was typed or pasted; a plain question stays as it is.

    Raises:
        QuerySyntaxError: It is in another house's language, or refers to a line that is nowhere.
        QueryError: It is too long.
    """
    straight, remarks = straightened("\n".join(lines_of(text)))
    lines, comments = without_comments(straight.split("\n"))
    if not lines:
        return Paste(text)
    found = _numbered(lines, language)
    if found:
        return _read_numbered(found, [*remarks, *comments], language)
    joined, labels = without_labels(" ".join(lines))
    joined = canonical(joined, bare=False)
    refuse_foreign(joined, (Line(0, joined),), language.is_tag)
    refers = is_reference_only(joined) and "#" in joined
    if not refers and not _is_query(joined, text, language):
        return Paste(text)
    for number, start in missing((), joined):
        raise syntax_error(
            f"There is no search #{number}. Paste its line as well, or search for it first", joined, start
        )
    breaks = len(lines) - 1
    said = [
        f"{breaks} line break{' was' if breaks == 1 else 's were'} read as {'a space' if breaks == 1 else 'spaces'}."
    ]
    return Paste(joined, (*remarks, *comments, *labels, *(said if breaks else ())))


def _is_query(joined: str, typed: str, language: QueryLanguage) -> bool:
    """Return whether a text is a query; curly quotes around a few words of a question do not make it one."""
    if not language.has_syntax(joined):
        return language.has_syntax(typed)
    return '"' not in joined or '"' in typed or is_mostly_quoted(typed) or language.has_syntax(joined.replace('"', " "))


def _numbered(lines: Sequence[str], language: QueryLanguage) -> NumberedLines | None:
    def is_strategy(text: str) -> bool:
        return language.has_syntax(text) or foreign_part(text) is not None

    found = numbered_lines(lines, is_strategy)
    if found is None and len(lines) > 1 and any(map(is_strategy, lines)):
        return counted_from_the_first(lines)
    return found


def _read_numbered(found: NumberedLines, remarks: Sequence[str], language: QueryLanguage) -> Paste:
    bodies, columns = without_columns([line.text for line in found.lines])
    parted = [parted_from_limits(body) for body in bodies]
    unlimited = tuple(replace(line, text=text) for line, (text, _) in zip(found.lines, parted, strict=True))
    lines = list(replace(found, lines=unlimited).canonical())
    limits = [limit for _, limit in parted]
    refuse_foreign(as_typed(lines), lines, language.is_tag, [limit for limit in limits if limit])
    lines = [
        _checked(line, lines, partial(with_limits, limits=limit)) if limit else line
        for line, limit in zip(lines, limits, strict=True)
    ]
    needed = set(in_order(lines))
    used = tuple(line for line in lines if line.number in needed or not line.number)
    for line in used:
        _checked(line, used, language.check)
    said = [
        *remarks,
        *columns,
        *(f"{limit!r} was read as dates of publication." for limit in limits if limit),
        *_remarks_on(found, lines, used),
    ]
    return Paste(resolved(lines), tuple(said), used)


def _checked(line: Line, lines: Sequence[Line], read: Callable[[str], str | None]) -> Line:
    """Read one line by itself, so that an error points into it, not into all lines put together.

    Raises:
        QuerySyntaxError: It cannot be read; what is proposed is the whole strategy.
    """
    try:
        return replace(line, text=read(line.text) or line.text)
    except QuerySyntaxError as error:
        name = f"In line #{line.number}: " if line.number else "In the last line: "
        proposals = (
            replace(
                proposal,
                text=as_typed(replace(other, text=proposal.text) if other is line else other for other in lines),
            )
            for proposal in error.proposals
        )
        raise QuerySyntaxError(f"{name}{error}", error.position, tuple(proposals)) from None


def _remarks_on(found: NumberedLines, lines: Sequence[Line], used: Sequence[Line]) -> Sequence[str]:
    last = lines[-1]
    name = f"line #{last.number}" if last.number else "the last line"
    others = [line for line in used if line is not last]
    unused = [line for line in lines if line not in used]
    remarks = [f"Searched is {name}" + (f", with {_named(others)} in place." if others else ".")]
    if unused:
        remarks.append(f"Not part of it: {_named(unused)}.")
    if found.by_position:
        remarks.append("The lines have no numbers; they were counted from the first.")
    if found.before:
        remarks.append(f"What stands before the first number was left out: {found.before[0][:60]!r}.")
    remarks += [
        f"'exp' in line #{line.number} is Ovid's word for narrower headings; here it is a word. Write bees[mh]."
        for line in used
        if _EXP.search(line.text)
    ]
    return remarks


def _named(lines: Sequence[Line]) -> str:
    numbers = [f"#{line.number}" for line in lines]
    listed = ", ".join(numbers[:20]) + (f" and {len(numbers) - 20} more" if len(numbers) > 20 else "")  # noqa: PLR2004
    return f"line{'s' if len(numbers) > 1 else ''} {listed}"
