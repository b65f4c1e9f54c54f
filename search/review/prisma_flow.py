"""The numbers of a screening as a flow diagram of PRISMA 2020, drawn as SVG."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from index.core.control_characters import safe
from search.review.screening import Screening
from search.review.text_width import text_width

NOT_RETRIEVED = "Not retrieved"
"""The reason of an article whose full text could not be had."""
NO_REASON = "No reason given"

_BOX, _GAP, _LEFT, _TOP, _LABEL = 300, 60, 60, 60, 28
_LINE, _PAD, _SPACE, _TYPE = 17, 12, 28, 13
_PIECES = re.compile(r"\(n = [0-9,]+\)\S*|\S+")
"""Of a text, between which a line may break: a number stays with its "n"."""
_STYLE = (
    f"text{{font:{_TYPE}px Arial,Helvetica,sans-serif;fill:#000}}rect{{fill:#fff;stroke:#000}}.phase{{fill:#e6ecf2}}"
    ".phase+text,.title{font-weight:700}path{stroke:#000;fill:none;marker-end:url(#arrow)}"
)


@dataclass(frozen=True, slots=True)
class PrismaFlow:
    """The numbers of the diagram; a screening that goes on has some that are not final.

    Attributes:
        identified: Records that the search found.
        screened: Those decided on by title and abstract.
        excluded: Those excluded by it.
        sought: Reports sought for retrieval: included by it, or "maybe".
        not_retrieved: Reports whose full text could not be had.
        assessed: Reports decided on by their full text.
        reasons: How many of them were excluded for each reason.
        included: Studies included.
        waiting: What is not decided yet, in words; () where the screening is finished.
        source: What was searched, and when.
    """

    identified: int
    screened: int
    excluded: int
    sought: int
    not_retrieved: int
    assessed: int
    reasons: tuple[tuple[str, int], ...]
    included: int
    waiting: tuple[str, ...]
    source: str

    @classmethod
    def of(cls, screening: Screening) -> "PrismaFlow":
        """Count a screening."""
        abstract, text = screening.counts("abstract"), screening.counts("full text")
        reasons = screening.reasons("full text")
        not_retrieved = reasons.pop(NOT_RETRIEVED, 0)
        sought = abstract["include"] + abstract["maybe"]
        record = screening.record
        waiting = {
            "not screened yet": abstract["undecided"],
            "full text not assessed yet": text["undecided"],
            "full text read, undecided": text["maybe"],
        }
        return cls(
            identified=len(record.listed.pmids),
            screened=len(record.listed.pmids) - abstract["undecided"],
            excluded=abstract["exclude"],
            sought=sought,
            not_retrieved=not_retrieved,
            assessed=sought - not_retrieved - text["undecided"],
            reasons=tuple((reason or NO_REASON, count) for reason, count in reasons.items()),
            included=text["include"],
            waiting=tuple(f"{what} (n = {count:,})" for what, count in waiting.items() if count),
            source=f"{record.searched.database}, local library {record.searched.library}, {record.at[:10]}",
        )


def flow_svg(flow: PrismaFlow) -> str:
    """Return the diagram as an SVG document that needs nothing else.

    Source:
        PRISMA 2020 flow diagram for new systematic reviews which included searches of databases and registers only:
        Page et al. (2021), doi:10.1136/bmj.n71.
    """
    rows = list(_rows(flow))
    heights = _heights(rows)
    tops = [_TOP + sum(heights[:row]) + row * _SPACE for row in range(len(rows))]
    waiting = [f"Not final: {line}" for line in flow.waiting]
    end = tops[-1] + heights[-1] + _SPACE
    width, height = _LEFT + 2 * _BOX + _GAP + 20, end + _LINE * len(waiting)
    parts = [*_phases(rows, tops, heights), *_arrows(rows, tops)]
    for (left, right, _), top in zip(rows, tops, strict=True):
        parts += _box(left, _LEFT, top)
        parts += _box(right, _LEFT + _BOX + _GAP, top) if right else ()
    parts += [_text(line, _LEFT, end + _LINE * number) for number, line in enumerate(waiting)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img"><title>PRISMA 2020 flow diagram</title><desc>{_plain(_description(flow))}</desc>'
        f'<style>{_STYLE}</style><defs><marker id="arrow" markerWidth="8" markerHeight="8" refX="7" refY="4" '
        'orient="auto"><path d="M0 0 8 4 0 8z" style="fill:#000;marker-end:none"/></marker></defs>'
        f'<rect width="{width}" height="{height}" style="stroke:none"/>'
        f'<text class="title" x="{_LEFT}" y="32">Identification of studies via databases and registers</text>'
        f"{''.join(parts)}</svg>\n"
    )


def _rows(flow: PrismaFlow) -> Iterator[tuple[list[str], list[str], str]]:
    """Yield for each row of boxes the lines of the left one, of the right one, and the phase."""
    excluded = [f"{reason} (n = {count:,})" for reason, count in flow.reasons] or ["(n = 0)"]
    yield (
        ["Records identified from:", f"{flow.source} (n = {flow.identified:,})"],
        ["Records removed before screening:", "Duplicate records removed (n = 0): every PMID is one record"],
        "Identification",
    )
    yield [f"Records screened (n = {flow.screened:,})"], [f"Records excluded (n = {flow.excluded:,})"], "Screening"
    yield (
        [f"Reports sought for retrieval (n = {flow.sought:,})"],
        [f"Reports not retrieved (n = {flow.not_retrieved:,})"],
        "Screening",
    )
    yield (
        [f"Reports assessed for eligibility (n = {flow.assessed:,})"],
        ["Reports excluded:", *excluded],
        "Screening",
    )
    yield [f"Studies included in review (n = {flow.included:,})"], [], "Included"


def _description(flow: PrismaFlow) -> str:
    boxes = (" ".join(lines) for left, right, _ in _rows(flow) for lines in (left, right) if lines)
    return "; ".join([*boxes, *(f"not final: {line}" for line in flow.waiting)])


def _heights(rows: Sequence[tuple[list[str], list[str], str]]) -> list[int]:
    """Return the height of each row; the last one of a phase is high enough for the phase's name along it."""
    heights = [max(_height(left), _height(right)) for left, right, _ in rows]
    phases = [phase for *_, phase in rows]
    for phase in dict.fromkeys(phases):
        own = [row for row, name in enumerate(phases) if name == phase]
        high = sum(heights[row] for row in own) + _SPACE * (len(own) - 1)
        heights[own[-1]] += max(0, ceil(text_width(phase, _TYPE, bold=True)) + 2 * _PAD - high)
    return heights


def _wrapped(lines: Sequence[str]) -> list[str]:
    return [wrapped for line in lines for wrapped in _lines(safe(line))]


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text that are as wide as a box holds; a word that is wider is broken."""
    line = ""
    for piece in _PIECES.findall(text):
        longer = f"{line} {piece}" if line else piece
        if _fits(longer):
            line = longer
            continue
        if line:
            yield line
        line = ""
        for character in piece:
            if not _fits(line + character):
                yield line
                line = ""
            line += character
    if line:
        yield line


def _fits(line: str) -> bool:
    return text_width(line, _TYPE) <= _BOX - 2 * _PAD


def _height(lines: Sequence[str]) -> int:
    return 2 * _PAD + _LINE * len(_wrapped(lines)) if lines else 0


def _box(lines: Sequence[str], left: int, top: int) -> Iterator[str]:
    yield f'<rect x="{left}" y="{top}" width="{_BOX}" height="{_height(lines)}"/>'
    for number, line in enumerate(_wrapped(lines)):
        yield _text(line, left + _PAD, top + _PAD + 12 + number * _LINE)


def _phases(
    rows: Sequence[tuple[list[str], list[str], str]], tops: Sequence[int], heights: Sequence[int]
) -> Iterator[str]:
    """Yield the bars at the left that name the phases."""
    for phase in dict.fromkeys(phase for *_, phase in rows):
        own = [number for number, (*_, name) in enumerate(rows) if name == phase]
        top, bottom = tops[own[0]], tops[own[-1]] + heights[own[-1]]
        x, middle = 14 + _LABEL / 2 + 4, (top + bottom) / 2
        yield f'<rect class="phase" x="14" y="{top}" width="{_LABEL}" height="{bottom - top}" rx="4"/>'
        yield (f'<text x="{x}" y="{middle}" text-anchor="middle" transform="rotate(-90 {x} {middle})">{phase}</text>')


def _arrows(rows: Sequence[tuple[list[str], list[str], str]], tops: Sequence[int]) -> Iterator[str]:
    for number, (left, right, _) in enumerate(rows):
        if right:
            y = tops[number] + min(_height(left), _height(right)) / 2
            yield f'<path d="M{_LEFT + _BOX} {y}H{_LEFT + _BOX + _GAP}"/>'
        if number + 1 < len(rows):
            x = _LEFT + _BOX / 2
            yield f'<path d="M{x} {tops[number] + _height(left)}V{tops[number + 1]}"/>'


def _text(line: str, x: float, y: float) -> str:
    return f'<text x="{x}" y="{y}">{_plain(line)}</text>'


def _plain(text: str) -> str:
    return escape(safe(text), quote=True)
