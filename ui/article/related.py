"""What an article is linked to: corrections and comments, references, and articles like it."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.core.formatting import counted
from index.records.article import Article, Link, Reference
from search.export.citation import linked
from ui.article.fragments import source_html, warning_html
from ui.layout.html_text import (
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

_GRAVE = ("Retraction", "Retracted", "ExpressionOfConcern")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def corrections_html(article: Article, held: Mapping[int, Article]) -> str:
    """Return the comments and corrections of an article; "" where it has none.

    Args:
        article: The article.
        held: Those of its linked articles that the library holds.
    """
    if not article.links:
        return ""
    rows = "".join(_correction(each, held) for each in article.links)
    return section_html("Corrections and comments", f"<ul>{rows}</ul>")


def references_html(article: Article, held: Mapping[int, Article]) -> str:
    """Return the references, those in the library first and open, the rest folded; "" where none are known."""
    if not article.references:
        return ""
    inside = [each for each in article.references if each.pmid in held]
    outside = [each for each in article.references if each.pmid not in held]
    head = f"{counted(len(article.references), 'reference')}, {len(inside):,} in this library"
    shown = "".join(f"<li>{_entry(held[each.pmid])}</li>" for each in inside if each.pmid)
    rest = "".join(f"<li>{_reference(each)}</li>" for each in outside)
    folded = (
        f"<details><summary>{counted(len(outside), 'reference')} outside</summary><ol>{rest}</ol></details>"
        if rest
        else ""
    )
    return section_html("References", f'<p class="note">{head}</p><ul>{shown}</ul>{folded}')


def similar_html(hits: "Sequence[SimilarHit]") -> str:
    """Return articles like another, each with the reasons."""
    rows = "".join(
        f"<li>{_entry(hit.article)}{warning_html(hit.article)}"
        f'<div class="foot">{why_similar_html(hit)}<p class="actions">{tick_html(hit.article.pmid)}</p></div></li>'
        for hit in hits
    )
    return f'<ul class="similar">{rows}</ul>'


def why_similar_html(hit: "SimilarHit") -> str:
    """Return why an article is like those asked about: shared headings, shared words, the closest sentences."""
    why = hit.why
    parts = []
    if why.mesh:
        parts.append(f"<dt>Both under</dt><dd>{plain(', '.join(why.mesh))}</dd>")
    if why.terms:
        parts.append(f"<dt>Both say</dt><dd>{plain(', '.join(why.terms))}</dd>")
    if why.sentences:
        given, found = why.sentences.given, why.sentences.found
        parts.append(
            f"<dt>Closest</dt><dd><q>{emphasised(found.text, found.spans)}</q> beside "
            f"<q>{emphasised(given.text, given.spans)}</q> (PMID {why.sentences.pmid})</dd>"
        )
    if not parts:
        return '<p class="note">Near in meaning; no heading or telling word in common.</p>'
    return f'<details class="why"><summary>Why similar</summary><dl>{"".join(parts)}</dl></details>'


def _correction(each: Link, held: Mapping[int, Article]) -> str:
    kind = f"<strong>{plain(_in_words(each.kind))}</strong>"
    grave = ' class="warning"' if each.kind.startswith(_GRAVE) else ""
    if each.pmid in held and each.pmid:
        return f"<li><span{grave}>{kind}</span> {_entry(held[each.pmid])}</li>"
    said = plain(linked(each))
    return f"<li><span{grave}>{kind}</span> {link(pubmed_url(each.pmid), said) if each.pmid else said}</li>"


def _in_words(kind: str) -> str:
    """Return NLM's RefType in words: "ExpressionOfConcernIn" is "Expression of concern in"."""
    words = _WORD.split(kind)
    return " ".join(word.lower() if place else word for place, word in enumerate(words))


def _entry(article: Article) -> str:
    title = inside_link(article_url(article.pmid), plain(title_of(article)))
    return f'{title} <span class="source">{source_html(article)}</span>'


def _reference(reference: Reference) -> str:
    said = plain(reference.citation or f"PMID {reference.pmid}")
    doi = next((each.value for each in reference.ids if each.kind == "doi"), None)
    if reference.pmid:
        return link(pubmed_url(reference.pmid), said)
    return link(doi_url(doi), said) if doi else said
