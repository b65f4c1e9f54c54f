"""Pieces of HTML that every page shows of an article: warnings, source, identifiers, abstract."""

from collections.abc import Iterable

from index.core.formatting import counted
from index.records.article import Article, Section
from search import Evidence
from search.export.citation import journal_name
from ui.layout.html_text import article_text, doi_url, emphasised, link, plain, pubmed_url

AUTHORS_SHOWN = 5


def warning_html(article: Article) -> str:
    """Return the article's status, such as its retraction, in words; "" where there is none."""
    state = article.retraction
    if state is None:
        return ""
    if state == "corrected and republished":
        return '<p class="note">Corrected and republished</p>'
    notices = [
        f"PMID {link(pubmed_url(entry.pmid), str(entry.pmid))}"
        for entry in article.links
        if entry.pmid and entry.kind in {"RetractionIn", "PartialRetractionIn", "ExpressionOfConcernIn"}
    ]
    notice = f' <span class="notice">see {", ".join(notices)}</span>' if notices else ""
    return f'<p class="warning"><strong>{plain(state.upper())}</strong>{notice}</p>'


def source_html(article: Article) -> str:
    """Return authors, journal and date."""
    journal = journal_name(article)
    parts = (
        _authors(article),
        f'<span class="journal">{plain(journal)}</span>' if journal else "",
        plain(str(article.published) or "no date given"),
    )
    return _dotted(parts)


def _authors(article: Article) -> str:
    names = [str(author) for author in article.authors]
    first_authors = plain(", ".join(names[:AUTHORS_SHOWN]))
    remaining = len(names) - AUTHORS_SHOWN
    if remaining <= 0:
        return first_authors if article.authors_complete or not names else f"{first_authors}, et al."
    return f'<span title="{plain(", ".join(names))}">{first_authors} and {counted(remaining, "other")}</span>'


def identifiers_html(article: Article) -> str:
    """Return PMID, DOI, types and whether the full text is free."""
    doi = article.doi
    parts = (
        link(article.url, f"PMID {article.pmid}", label=f"PMID {article.pmid} at PubMed"),
        link(doi_url(doi), f"doi:{plain(doi)}", label=f"DOI {doi}") if doi else "",
        plain(", ".join(article.types)),
        "free full text in PubMed Central" if article.free_full_text else "",
    )
    return _dotted(parts)


def abstract_html(article: Article) -> str:
    """Return the abstract, folded, or a line that says there is none."""
    if not article.sections:
        return '<p class="note">PubMed has no abstract of this article.</p>'
    return (
        f'<details class="abstract"><summary>Abstract</summary><div>{abstract_sections_html(article)}</div></details>'
    )


def abstract_sections_html(article: Article) -> str:
    """Return the sections of an abstract under their labels, and its copyright."""
    sections = "".join(map(_section, article.sections))
    rights = f'<p class="rights">{plain(article.copyright)}</p>' if article.copyright else ""
    return sections + rights


def evidence_html(evidence: Evidence) -> str:
    """Return a sentence of an abstract, its section before it and its matching words marked."""
    label = f'<span class="section">{plain(evidence.section)}</span> ' if evidence.section else ""
    return f'<p class="evidence">{label}{emphasised(evidence.text, evidence.spans)}</p>'


def _section(section: Section) -> str:
    heading = f"<h4>{plain(section.label)}</h4>" if section.label else ""
    return f"{heading}<p>{article_text(section.text)}</p>"


def _dotted(parts: Iterable[str]) -> str:
    return ' <span class="dot" aria-hidden="true">·</span> '.join(part for part in parts if part)
