"""Sentences as files: a row a sentence where a format has columns, else the articles that they are from."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.records.article import Article
from search.export.csv_table import BYTE_ORDER_MARK, COLUMNS, csv_cells, csv_row
from search.export.formats import known_format
from search.export.json_lines import whole_record

SENTENCE_COLUMNS = ("Sentence", "Section", "Sentence Start", "Sentence End", "Sentence Score")
"""Columns of CSV before those of the article; start and end are characters of the abstract as JSON Lines has it."""


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence to write.

    Attributes:
        article: Its article.
        text: The sentence.
        section: Label of its section, or None.
        start: Where it starts in `Article.abstract`, in characters.
        end: Where it ends there.
        score: 0 to 1.
    """

    article: Article
    text: str
    section: str | None
    start: int
    end: int
    score: float


def export_sentences(rows: Iterable[SentenceRow], format: str) -> Iterator[str]:  # noqa: A002 - the word people look for
    """Turn sentences into text: CSV and JSON Lines have a row each, other formats each article once.

    Args:
        rows: In the order to write.
        format: A name of `search.export.formats.FORMATS`.

    Returns:
        Pieces of the file, to be written as UTF-8.

    Raises:
        ValueError: There is no such format.
    """
    entry = known_format(format)
    if entry.name == "csv":
        return _csv(rows)
    if entry.name == "jsonl":
        return _json_lines(rows)
    return entry.write({row.article.pmid: row.article for row in rows}.values())


def _csv(rows: Iterable[SentenceRow]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + csv_row((*SENTENCE_COLUMNS, *COLUMNS))
    for row in rows:
        own = (row.text, row.section or "", str(row.start), str(row.end), f"{row.score:.6f}")
        yield csv_row((*own, *csv_cells(row.article)))


def _json_lines(rows: Iterable[SentenceRow]) -> Iterator[str]:
    for row in rows:
        place = {"text": row.text, "section": row.section, "start": row.start, "end": row.end}
        sentence = {**place, "score": round(row.score, 6)}
        yield json.dumps({"sentence": sentence, **whole_record(row.article)}) + "\n"
