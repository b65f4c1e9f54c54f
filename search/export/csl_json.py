"""CSL-JSON, which pandoc, Zotero, citeproc and most makers of reference lists read.

Source:
    https://docs.citationstyles.org/en/stable/specification.html and the CSL-JSON schema 1.0.2.
"""

import json
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.records.article import Article, Author, PublicationDate
from search.export.citation import (
    citation_key,
    is_chapter,
    joined,
    labelled_abstract,
    one_line,
    retraction_note,
    warned_title,
)
from search.export.pages import located_ends

_DECEMBER = 12
_SEASONS = {"spring": 1, "summer": 2, "fall": 3, "autumn": 3, "winter": 4}
# NLM's codes by those of BCP 47, which CSL asks for; other languages keep NLM's.
_LANGUAGES = {
    "eng": "en", "ger": "de", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "jpn": "ja", "chi": "zh",
    "pol": "pl", "dut": "nl", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi", "cze": "cs", "hun": "hu", "tur": "tr",
    "kor": "ko", "gre": "el", "heb": "he", "ara": "ar", "per": "fa", "ukr": "uk", "bul": "bg", "rum": "ro", "hrv": "hr",
    "srp": "sr", "slv": "sl", "slo": "sk",
}  # fmt: skip


def write_csl_json(articles: Iterable[Article]) -> Iterator[str]:
    """Yield one JSON list, in pieces of one article each; an object a line."""
    opening = "[\n"
    for article in articles:
        yield opening + json.dumps(csl_item(article), ensure_ascii=False)
        opening = ",\n"
    yield "\n]\n" if opening == ",\n" else "[]\n"


def csl_item(article: Article) -> dict[str, Any]:
    """Return an article under CSL's names, without variables that PubMed does not have.

    The `id` is the key of the BibTeX export, so that a manuscript can change between the two.
    """
    journal = article.journal
    fields: dict[str, str | None] = {
        "type": _type(article),
        "title": warned_title(article),
        "original-title": article.vernacular_title if article.title else None,
        "container-title": journal.title,
        "container-title-short": journal.iso_abbreviation or journal.medline_ta,
        "volume": journal.volume,
        "issue": journal.issue,
        "page": "-".join(filter(None, located_ends(article))),
        "ISSN": journal.issn or journal.issn_linking,
        **_book(article),
        "DOI": article.doi,
        "PMID": str(article.pmid),
        "PMCID": article.pmcid,
        "URL": article.url,
        "source": "PubMed",
        "language": _LANGUAGES.get(article.languages[0], article.languages[0]) if article.languages else None,
        "abstract": labelled_abstract(article.sections),
        "keyword": ", ".join(one_line(keyword.text) for keyword in article.keywords),
        "note": retraction_note(article),
    }
    item: dict[str, Any] = {"id": citation_key(article)}
    item |= {name: line for name, value in fields.items() if value and (line := one_line(value))}
    people = {"author": article.authors, "editor": article.book.editors if article.book else ()}
    named = {role: [name for person in persons if (name := csl_name(person))] for role, persons in people.items()}
    item |= {role: names for role, names in named.items() if names}
    if issued := csl_date(article.published):
        item["issued"] = issued
    return item


def csl_name(author: Author) -> dict[str, str]:
    """Return a name in its parts; a group, or a person of one name, is one `literal`."""
    family, given = one_line(author.last_name or ""), one_line(author.fore_name or author.initials or "")
    if author.collective_name or not (family and given):
        literal = one_line(author.collective_name or "") or family or given
        return {"literal": literal} if literal else {}
    suffix = one_line(author.suffix or "")
    return {"family": family, "given": given} | ({"suffix": suffix} if suffix else {})


def csl_date(published: PublicationDate) -> Mapping[str, Any]:
    """Return a date as far as PubMed gives it: a day, a month, a year, a span of them, or words without a year."""
    if not (published.first and published.last):
        return {"literal": one_line(str(published))} if str(published).strip() else {}
    parts = _date_parts(published.first, published.last)
    season = _SEASONS.get((published.season or "").lower())
    return {"date-parts": parts} | ({"season": season} if season else {})


def _date_parts(first: str, last: str) -> list[list[int]]:
    begin, end = (list(map(int, day.split("-"))) for day in (first, last))
    if begin == end:
        return [begin]
    if begin[2] == 1 and end[2] == monthrange(end[0], end[1])[1]:
        whole_years = begin[1] == 1 and end[1] == _DECEMBER
        begin, end = (begin[:1], end[:1]) if whole_years else (begin[:2], end[:2])
    return [begin] if begin == end else [begin, end]


def _type(article: Article) -> str:
    if article.book is None:
        return "article-journal"
    return "chapter" if is_chapter(article) else "book"


def _book(article: Article) -> dict[str, str | None]:
    book = article.book
    if book is None:
        return {}
    return {
        "container-title": book.title if is_chapter(article) else None,
        "collection-title": book.collection,
        "publisher": book.publisher,
        "publisher-place": book.location,
        "edition": book.edition,
        "volume": book.volume,
        "ISBN": joined(book.isbn),
    }
