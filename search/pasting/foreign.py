"""A strategy in another house's language: refused by name, with its translation to be accepted."""

import re
from collections.abc import Callable, Sequence

from index.core.errors import Proposal, QuerySyntaxError
from search.pasting.numbered_lines import Line
from search.pasting.resolution import in_order
from search.syntaxes.dialect import Dialect
from search.syntaxes.pointing import syntax_error
from search.syntaxes.recognition import ForeignPart, foreign_part, has_pubmed_tags, translated

MOST_REMARKS = 30
_PROXIMITY = re.compile(r"(?:NEAR|NEXT|ADJ|PRE|[NW])(?:/?\d+)?", re.IGNORECASE)
_TRUNCATED = re.compile(r"[\w-]{4,}\$")
_CODE_SIGNS = (".", ":")
_TERM = re.compile(r"(?:\([^()]{1,1000}\)|\"[^\"]{1,1000}\"|[\w*$-]{1,100})$")


def refuse_foreign(text: str, lines: Sequence[Line], is_tag: Callable[[str], bool], limits: Sequence[str] = ()) -> None:
    """Refuse a strategy that is not in PubMed's language, with its translation where there is one.

    Args:
        text: The whole, comments left out.
        lines: Its lines in canonical form, the searched one last.
        is_tag: Whether the text between square brackets is a field tag of PubMed.
        limits: What stood behind lines to limit them; nothing of it is translated.

    Raises:
        QuerySyntaxError: It is in another language, or a part of it.
    """
    part = foreign_part(text)
    if part is None:
        return
    name = " or ".join(f"{house.name}'s" for house in part.houses)
    if has_pubmed_tags(text, is_tag):
        raise syntax_error(
            f"{part.text!r} is {name} language; the rest is in PubMed's. Write this part with field tags as well",
            text,
            part.start,
            _with_and_in_place(text, part.start, part.text) or _with_part_translated(text, part),
        )
    left_out = tuple(f"The limit {limit!r} was left out." for limit in limits)
    proposals = [_translation(lines, house, left_out, alone=len(part.houses) == 1) for house in part.houses]
    message = f"This is written in {name} language."
    raise syntax_error(message, text, part.start, tuple(proposal for proposal in proposals if proposal))


def _with_and_in_place(text: str, start: int, part: str) -> tuple[Proposal, ...]:
    if not _PROXIMITY.fullmatch(part):
        return ()
    remark = f"{part} has no equal; AND is in its place, which finds more."
    return (
        Proposal(f"Search with AND in place of {part}", f"{text[:start]}AND{text[start + len(part) :]}", (remark,)),
    )


def _with_part_translated(text: str, part: ForeignPart) -> tuple[Proposal, ...]:
    """Propose the query with this part in PubMed's language, together with the term to which a field code belongs."""
    term = _TERM.search(text[: part.start]) if part.text.startswith(_CODE_SIGNS) else None
    start, end = term.start() if term else part.start, part.start + len(part.text)
    if text[end:].lstrip().startswith("["):
        whole = f"{text[:start]}{part.text.rstrip('$')}*{text[end:]}"
        return (Proposal("Search with * in place of $", whole),) if _TRUNCATED.fullmatch(part.text) else ()
    if part.text.lower().startswith("limit"):
        end = (text + "\n").index("\n", end)
    try:
        [written], remarks = translated([(0, text[start:end])], part.houses[0])
    except QuerySyntaxError:
        return ()
    whole = f"{text[:start]}{written}{text[end:]}"
    is_whole = bool(written) and foreign_part(whole) is None
    return (Proposal("Search with this part in PubMed's language", whole, remarks),) if is_whole else ()


def _translation(lines: Sequence[Line], house: Dialect, left_out: tuple[str, ...], *, alone: bool) -> Proposal | None:
    texts = {line.number: line.text for line in lines}
    numbers = in_order(lines)
    if not lines[-1].number:
        numbers.append(0)
    written, remarks = translated([(number, texts[number]) for number in numbers], house)
    if not written[-1]:
        return None
    last = numbers[-1]
    shown = sorted(
        (number or max(numbers) + 1, f"#{number} {text}" if number and len(numbers) > 1 else text)
        for number, text in zip(numbers, written, strict=True)
        if text or number == last
    )
    remarks = (*left_out, *remarks)
    rest = len(remarks) - MOST_REMARKS
    said = (*remarks[:MOST_REMARKS], f"There are {rest} more such remarks.") if rest > 0 else remarks
    label = "Search in PubMed's language" if alone else f"Search in PubMed's language, read as {house.name}'s"
    return Proposal(label, "\n".join(text for _, text in shown), said)
