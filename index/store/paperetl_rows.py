"""An article as PaperETL's rows, without importing PaperETL: the worker processes make them.

Importing `paperetl.file.pmb` costs 2.5 seconds of processor time (NLTK), more than a worker's share of a small file;
a test compares what is repeated here with PaperETL itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from index.records.article import Article, Author

SOURCE: Final = "PMB"
_LABEL_END = re.compile(r"[^\w)]+$")


@dataclass(frozen=True, slots=True)
class PaperRows:
    """One article in PaperETL's three tables.

    Attributes:
        article: The row of `articles`, in the order of `paperetl.sqlite.SQLite.ARTICLES`.
        sections: (name, text) of each row of `sections`: the title, then one row per sentence.
        citations: The cited PMIDs, as text.
    """

    article: tuple[str | None, ...]
    sections: tuple[tuple[str, str], ...]
    citations: tuple[str, ...]


def paper_rows(article: Article) -> PaperRows:
    """Return the article as PaperETL would store it, without PaperETL's losses.

    `Published` is the first day that the date can mean, `Entry` the last day on which NLM changed the record, both
    in the form that paperai parses.
    """
    affiliations = [affiliation for author in article.authors for affiliation in author.affiliations]
    row = (
        str(article.pmid),
        SOURCE,
        _timestamp(article.published.first),
        article.journal.title,
        "; ".join(filter(None, map(_name, article.authors))),
        "; ".join(dict.fromkeys(affiliations)),
        affiliations[-1] if affiliations else None,
        article.title,
        "; ".join([SOURCE, *(heading.ui for heading in article.mesh if heading.ui)]),
        article.url.rstrip("/"),
        _timestamp(article.revised or article.completed or article.entrez),
    )
    return PaperRows(
        article=tuple(value if value and not value.isspace() else None for value in row),
        sections=tuple(_sections(article)),
        citations=tuple(str(reference.pmid) for reference in article.references if reference.pmid),
    )


def section_name(label: str | None) -> str:
    """Return a label as PaperETL writes it: upper case, without the closing punctuation.

    Source:
        `paperetl.file.pmb.PMB.section`, PaperETL 2.5.2.
    """
    return _LABEL_END.sub("", (label or "").strip()).upper() or "ABSTRACT"


def _sections(article: Article) -> Iterator[tuple[str, str]]:
    if article.title and not article.title.isspace():
        yield "TITLE", article.title
    for section in article.sections:
        name = section_name(section.label)
        for _, sentence in section.sentences():
            if text := sentence.strip():
                yield name, text


def _name(author: Author) -> str:
    if author.collective_name:
        return author.collective_name
    return ", ".join(part for part in (author.last_name, author.fore_name or author.initials) if part)


def _timestamp(day: str | None) -> str | None:
    return f"{day} 00:00:00" if day else None
