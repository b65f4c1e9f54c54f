"""One article in the list, as HTML."""

from collections.abc import Iterable

from index.records import Article, Section
from search import Evidence, Hit, Why
from search.hits import journal_name
from ui.address import article_url
from ui.selection import SIMILAR, Selection, tick_html
from ui.text import counted, doi_url, emphasised, inside_link, link, plain, pubmed_url, title_of

AUTHORS_SHOWN = 5
BAR_LENGTH = 5


def hit_html(hit: Hit, rank: int) -> str:
    """Return one result: title, who and where, the sentence that answers, identifiers, and the abstract folded.

    Args:
        hit: The article and why it is here.
        rank: Its place in the whole list, from 1.
    """
    article = hit.article
    return (
        f'<article class="hit" aria-labelledby="title-{article.pmid}">'
        f'<div class="rank" aria-hidden="true">{rank:,}</div>'
        f'<div class="body">{_title(article)}{warning_html(article)}'
        f'<p class="source">{source_html(article)}</p>'
        f"{_evidence(hit.evidence) if hit.evidence else ''}"
        f'<p class="ids">{identifiers_html(article)}</p><div class="foot">{abstract_html(article)}'
        f'<p class="actions">{tick_html(article.pmid)}{_similar(article)}</p></div></div>'
        f"{relevance_bar(hit.score, hit.why)}</article>"
    )


def relevance_bar(score: float, why: Why) -> str:
    """Return a bar of five steps for a score from 0 to 1; its reason appears on hover and is read aloud."""
    filled = min(BAR_LENGTH, max(1, round(score * BAR_LENGTH)))
    steps = "".join(f'<i class="{"on" if step < filled else "off"}"></i>' for step in range(BAR_LENGTH))
    reason = plain(f"Relevance {filled} of {BAR_LENGTH}. {reason_text(why)}")
    return f'<div class="bar" role="img" title="{reason}" aria-label="{reason}">{steps}</div>'


def reason_text(why: Why) -> str:
    """Say in words why an article ranks where it does."""
    meaning = "Among the nearest in meaning." if why.meaning is not None else "Not among the nearest in meaning."
    if not why.matched:
        return f"{meaning} None of your words stands in its title or abstract."
    words = "word" if len(why.matched) == 1 else "words"
    return f"{meaning} Your {words} in its title or abstract: {', '.join(why.matched)}."


def _similar(article: Article) -> str:
    return inside_link(Selection((article.pmid,)).url(SIMILAR), "Similar", label=f"Similar to PMID {article.pmid}")


def _title(article: Article) -> str:
    title = inside_link(article_url(article.pmid), plain(title_of(article)))
    return f'<h3 class="title" id="title-{article.pmid}">{title}</h3>'


def warning_html(article: Article) -> str:
    """Return what befell the article, such as its retraction, in words; "" where nothing did."""
    state = article.retraction
    if state is None:
        return ""
    if state == "corrected and republished":
        return '<p class="note">Corrected and republished</p>'
    notices = [
        f"PMID {link(pubmed_url(each.pmid), str(each.pmid))}"
        for each in article.links
        if each.pmid and each.kind in {"RetractionIn", "PartialRetractionIn", "ExpressionOfConcernIn"}
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
    shown = plain(", ".join(names[:AUTHORS_SHOWN]))
    left = len(names) - AUTHORS_SHOWN
    if left <= 0:
        return shown if article.authors_complete or not names else f"{shown}, et al."
    return f'<span title="{plain(", ".join(names))}">{shown} and {counted(left, "other")}</span>'


def _evidence(evidence: Evidence) -> str:
    label = f'<span class="section">{plain(evidence.section)}</span> ' if evidence.section else ""
    return f'<p class="evidence">{label}{emphasised(evidence.text, evidence.spans)}</p>'


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
    """Return the sections of an abstract under their labels, and whose it is."""
    sections = "".join(map(_section, article.sections))
    rights = f'<p class="rights">{plain(article.copyright)}</p>' if article.copyright else ""
    return sections + rights


def _section(section: Section) -> str:
    heading = f"<h4>{plain(section.label)}</h4>" if section.label else ""
    return f"{heading}<p>{plain(section.text)}</p>"


def _dotted(parts: Iterable[str]) -> str:
    return ' <span class="dot" aria-hidden="true">·</span> '.join(part for part in parts if part)
