"""What an article is linked to: corrections and comments, references, and articles like it."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.core.formatting import counted
from index.records.article import Article, Link, Reference
from search.export.citation import linked
from ui.article.fragments import evidence_html, source_html, warning_html
from ui.layout.html_text import (
    article_text,
    doi_url,
    emphasised,
    inside_link,
    link,
    plain,
    pubmed_url,
    section_html,
    title_of,
)
from ui.state.collection import tick_html
from ui.state.url_state import article_url

if TYPE_CHECKING:
    from search.explore.similar_results import SimilarHit

_SERIOUS = ("Retraction", "Retracted", "ExpressionOfConcern")
_WORD_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def corrections_html(article: Article, in_library: Mapping[int, Article]) -> str:
    """Return the comments and corrections of an article; "" where it has none.

    Args:
        article: The article.
        in_library: Those of its linked articles that the library holds.
    """
    if not article.links:
        return ""
    rows = "".join(_correction(correction, in_library) for correction in article.links)
    return section_html("Corrections and comments", f"<ul>{rows}</ul>")


def references_html(article: Article, in_library: Mapping[int, Article]) -> str:
    """Return the references, those in the library first and open, the rest folded; "" if none are known."""
    if not article.references:
        return ""
    inside = [reference for reference in article.references if reference.pmid in in_library]
    outside = [reference for reference in article.references if reference.pmid not in in_library]
    head = f"{counted(len(article.references), 'reference')}, {len(inside):,} in this library"
    inside_rows = "".join(f"<li>{_entry(in_library[reference.pmid])}</li>" for reference in inside if reference.pmid)
    outside_rows = "".join(f"<li>{_reference(reference)}</li>" for reference in outside)
    folded = (
        f"<details><summary>{counted(len(outside), 'reference')} outside</summary><ol>{outside_rows}</ol></details>"
        if outside_rows
        else ""
    )
    return section_html("References", f'<p class="note">{head}</p><ul>{inside_rows}</ul>{folded}')


def citing_html(articles: Sequence[Article], count: int) -> str:
    """Return the articles of the library that cite an article; "" where none does.

    Args:
        articles: The first of them.
        count: How many there are.
    """
    if not articles:
        return ""
    rest = f"; {len(articles):,} are listed" if count > len(articles) else ""
    head = f'<p class="note">{counted(count, "article")} of this library{rest}</p>'
    rows = "".join(f"<li>{_entry(article)}{warning_html(article)}</li>" for article in articles)
    return section_html("Cited by", f"{head}<ul>{rows}</ul>")


def similar_html(hits: "Sequence[SimilarHit]", *, first: int = 1) -> str:
    """Return articles like another, each with its sentence that is closest, and the reasons.

    Args:
        hits: The articles.
        first: The position of the first one in the whole list.
    """
    return f'<ol class="similar" start="{first}">{"".join(map(_similar, hits))}</ol>'


def _similar(hit: "SimilarHit") -> str:
    evidence = evidence_html(hit.evidence) if hit.evidence else ""
    return (
        f"<li>{_entry(hit.article)}{warning_html(hit.article)}{evidence}"
        f'<div class="foot">{why_similar_html(hit)}<p class="actions">{tick_html(hit.article.pmid)}</p></div></li>'
    )


def why_similar_html(hit: "SimilarHit") -> str:
    """Return why an article is like the given ones: shared headings, shared words, the closest sentences."""
    why = hit.why
    parts = []
    if why.mesh:
        parts.append(f"<dt>Both under</dt><dd>{plain(', '.join(why.mesh))}</dd>")
    if why.terms:
        parts.append(f"<dt>Both say</dt><dd>{plain(', '.join(why.terms))}</dd>")
    if why.sentences:
        given, similar = why.sentences.given, why.sentences.found
        parts.append(
            f"<dt>Closest</dt><dd><q>{emphasised(similar.text, similar.spans)}</q> beside "
            f"<q>{emphasised(given.text, given.spans)}</q> (PMID {why.sentences.pmid})</dd>"
        )
    if not parts:
        return '<p class="note">Near in meaning; no heading or characteristic word in common.</p>'
    return f'<details class="why"><summary>Why similar</summary><dl>{"".join(parts)}</dl></details>'


def _correction(correction: Link, in_library: Mapping[int, Article]) -> str:
    kind = f"<strong>{plain(_in_words(correction.kind))}</strong>"
    style = ' class="warning"' if correction.kind.startswith(_SERIOUS) else ""
    if correction.pmid in in_library and correction.pmid:
        return f"<li><span{style}>{kind}</span> {_entry(in_library[correction.pmid])}</li>"
    label = plain(linked(correction))
    text = link(pubmed_url(correction.pmid), label) if correction.pmid else label
    return f"<li><span{style}>{kind}</span> {text}</li>"


def _in_words(kind: str) -> str:
    """Return NLM's RefType in words: "ExpressionOfConcernIn" is "Expression of concern in"."""
    words = _WORD_BORDER.split(kind)
    return " ".join(word.lower() if position else word for position, word in enumerate(words))


def _entry(article: Article) -> str:
    title = inside_link(article_url(article.pmid), plain(title_of(article)))
    return f'{title} <span class="source">{source_html(article)}</span>'


def _reference(reference: Reference) -> str:
    label = article_text(reference.citation or f"PMID {reference.pmid}")
    doi = next((identifier.value for identifier in reference.ids if identifier.kind == "doi"), None)
    if reference.pmid:
        return link(pubmed_url(reference.pmid), label)
    return link(doi_url(doi), label) if doi else label
