"""References as manuscripts print them: Vancouver, APA, AMA and NLM, one line each, written by citeproc-py.

The styles are our own (`styles/`), for articles, chapters and books. Those of the CSL project are larger, under
another licence (CC BY-SA), and citeproc-py 0.11 prints their dates without spaces and without the year of a span.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from index.records.article import Article, Author
from search.export.citation import one_line
from search.export.csl_json import csl_item, csl_name
from search.export.pages import article_number, locator

_STYLES = Path(__file__).parent / "styles"
_ENDS = "?!"


def references(style: str) -> Callable[[Iterable[Article]], Iterator[str]]:
    """Return what writes articles in one of the styles: "vancouver", "apa", "ama" or "nlm"."""
    return lambda articles: (f"{reference(article, style)}\n" for article in articles)


def reference(article: Article, style: str) -> str:
    """Return one reference, without a number: the document that it goes into counts them."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    item = reference_item(article, style)
    bibliography = CitationStylesBibliography(_style(style), CiteProcJSON([item]), formatter.plain)
    bibliography.register(Citation([CitationItem(item["id"])]))
    text = one_line(str(bibliography.bibliography()[0]))
    title = item.get("title", "")
    # Of two signs at the end of a title only the title's own stays.
    return text.replace(f"{title}.", title) if title.endswith(tuple(_ENDS)) else text


def reference_item(article: Article, style: str) -> dict[str, Any]:
    """Return what a style is given: CSL's variables, those that it has to print in its own way made ready for it.

    APA prints given names as initials with full stops and the year; the others print PubMed's own initials, NLM and
    Vancouver also PubMed's own dates and pages.
    """
    item, apa = csl_item(article), style == "apa"
    journal = article.journal
    item["id"] = "one"
    people = {"author": article.authors, "editor": article.book.editors if article.book else ()}
    item |= {role: [_name(person, apa=apa) for person in persons] for role, persons in people.items() if role in item}
    item["title"] = item.get("title", "").removesuffix(".") or f"[No title; PMID {article.pmid}]"
    item["container-title-short"] = one_line(journal.medline_ta or (journal.iso_abbreviation or "").replace(".", ""))
    item["container-title-short"] = item["container-title-short"] or item.get("container-title", "")
    words = str(article.published) if style in ("nlm", "vancouver") else str(article.year or "")
    item["issued"] = {"literal": one_line(words) or ("n.d." if apa else "date unknown")}
    if style in ("nlm", "vancouver") and (place := locator(article)):
        item["page"] = one_line(place)
    if apa and "page" in item and not article_number(article) and re.fullmatch(r"[^\W\d_]+\d{3,}", item["page"]):
        item["page"] = f"Article {item['page']}"
    if edition := item.get("edition"):
        item["edition"] = re.sub(r"\s*\b(?:ed\.?|edition)$", "", edition, flags=re.IGNORECASE)
    return {name: value for name, value in item.items() if value}


def _name(person: Author, *, apa: bool) -> dict[str, str]:
    name = csl_name(person)
    if "family" not in name:
        return name
    if not apa:
        return name | {"given": one_line(person.initials or person.fore_name or "")}
    suffix = {"Jr": "Jr.", "Sr": "Sr."}.get(name.get("suffix", ""), name.get("suffix", ""))
    given = name["given"] if person.fore_name else " ".join(name["given"])
    return name | {"given": given} | ({"suffix": suffix} if suffix else {})


@cache
def _style(name: str) -> Any:  # noqa: ANN401 - citeproc-py has no types
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(_STYLES / f"{name}.csl"), validate=False)
