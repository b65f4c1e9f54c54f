"""The files of a screening: its decisions, its flow diagram, and the articles that it includes."""

from collections.abc import Iterator, Mapping, Sequence

from index.core.errors import QueryError
from search import Searcher
from search.export.formats import FORMATS, file_name
from search.review.prisma_flow import PrismaFlow, flow_svg
from search.review.screening import Screening
from ui.layout.html_text import plain
from ui.web.download_links import download_url, formats_html

DECISIONS, FLOW = "decisions.csv", "prisma.svg"


def screening_files_html(screening: Screening) -> str:
    """Return the links to the files of a screening.

    Args:
        screening: The screening.
    """
    parameters = {"screening": screening.id}
    files = " ".join(
        f'<a href="{plain(download_url(kind, parameters))}" download>{text}</a>'
        for kind, text in ((DECISIONS, "Decisions (CSV)"), (FLOW, "PRISMA 2020 flow diagram (SVG)"))
    )
    lines = [files]
    if screening.included:
        formats = formats_html(parameters, what="the included articles")
        lines.append(f"The {len(screening.included):,} included: {formats}")
    return "".join(f'<p class="exports">{line}</p>' for line in lines)


def screening_file(
    searcher: Searcher, kind: str, parameters: Mapping[str, Sequence[str]]
) -> tuple[Iterator[str], str, str]:
    """Return a file of a screening: its text in pieces, its name, and its Internet media type.

    Args:
        searcher: The library.
        kind: `DECISIONS`, `FLOW`, or a format of `FORMATS` for the included articles.
        parameters: Those of the address; "screening" is the id.

    Raises:
        QueryError: There is no such screening or file.
    """
    name = next(iter(parameters["screening"]), "")
    screening = searcher.screenings.get(name)
    if screening is None:
        raise QueryError("There is no such screening in this library.")
    stem = file_name(screening.record.request.text, "jsonl").removesuffix(FORMATS["jsonl"].suffix)
    if kind == DECISIONS:
        return searcher.decision_table(screening), f"{stem}.{DECISIONS}", "text/csv"
    if kind == FLOW:
        return iter([flow_svg(PrismaFlow.of(screening))]), f"{stem}.{FLOW}", "image/svg+xml"
    if kind not in FORMATS:
        raise QueryError(
            f"There is no file {kind!r} of a screening: give one of {', '.join((DECISIONS, FLOW, *FORMATS))}."
        )
    found = FORMATS[kind]
    return searcher.export(screening.included, kind), f"{stem}-included{found.suffix}", found.media_type
