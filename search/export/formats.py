"""Articles as files for reference managers, spreadsheets and programs: a stream of text, of any size."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from index.records.article import Article
from search.export.bibtex import write_bibtex
from search.export.csl_json import write_csl_json
from search.export.csv_table import write_csv
from search.export.json_lines import write_jsonl
from search.export.nbib import write_nbib
from search.export.references import references
from search.export.ris import write_ris

NAME_LENGTH = 60
"""Characters of a query that go into a file name."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of export.

    Attributes:
        name: Its name in options and addresses.
        label: Its name for people.
        suffix: The end of its files' names.
        media_type: Its Internet media type.
        write: Turns articles into pieces of text, one at a time.
    """

    name: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[Article]], Iterator[str]] = field(repr=False)


FORMATS = {
    entry.name: entry
    for entry in (
        Format("ris", "RIS", ".ris", "application/x-research-info-systems", write_ris),
        Format("nbib", "NBIB", ".nbib", "application/nbib", write_nbib),
        Format("bibtex", "BibTeX", ".bib", "application/x-bibtex", write_bibtex),
        Format("csv", "CSV", ".csv", "text/csv", write_csv),
        Format("csl-json", "CSL-JSON", ".json", "application/vnd.citationstyles.csl+json", write_csl_json),
        Format("jsonl", "JSON Lines", ".jsonl", "application/jsonl", write_jsonl),
        Format("vancouver", "Vancouver", ".txt", "text/plain", references("vancouver")),
        Format("apa", "APA", ".txt", "text/plain", references("apa")),
        Format("ama", "AMA", ".txt", "text/plain", references("ama")),
        Format("nlm", "NLM", ".txt", "text/plain", references("nlm")),
    )
}
"""Every format, by name."""


def export(articles: Iterable[Article], format: str) -> Iterator[str]:  # noqa: A002 - the word people look for
    """Turn articles into text, one at a time: nothing is read ahead or kept.

    A retraction is stated in each format: RIS, CSL-JSON and formatted references have it before the title, RIS, BibTeX
    and CSL-JSON add a note, NBIB has PubMed's own tags (PT, RIN, ROF and the like), CSV a column, JSON Lines the field
    `retraction`.

    Args:
        articles: In the order to write.
        format: "ris", "nbib", "bibtex", "csv", "csl-json", "jsonl", or a style: "vancouver", "apa", "ama", "nlm".

    Returns:
        Pieces of the file, to be written as UTF-8.

    Raises:
        ValueError: There is no such format.
    """
    return known_format(format).write(articles)


def known_format(name: str) -> Format:
    """Return a format by its name.

    Raises:
        ValueError: There is no such format.
    """
    if name not in FORMATS:
        raise ValueError(f"{name!r} is not a format: {', '.join(FORMATS)}")
    return FORMATS[name]


def file_name(query: str, format: str) -> str:  # noqa: A002 - the word people look for
    """Return a file name from a query that is valid on any system: "pubmed-metformin-cancer.ris".

    Letters lose their accents; everything but ASCII letters and digits becomes a hyphen. The first word stops the
    name from starting with a dot or a hyphen and from being a device ("CON", "NUL").

    Raises:
        ValueError: There is no such format.
    """
    folded = unicodedata.normalize("NFKD", query).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:NAME_LENGTH].strip("-")
    return "-".join(part for part in ("pubmed", words) if part) + known_format(format).suffix
