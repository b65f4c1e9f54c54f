"""One article in the list, as HTML."""

from index.records.article import Article
from search import Hit, Why
from ui.article.fragments import abstract_html, evidence_html, identifiers_html, source_html, warning_html
from ui.layout.html_text import inside_link, plain, title_of
from ui.state.collection import SIMILAR, ArticleCollection, tick_html
from ui.state.url_state import article_url

BAR_LENGTH = 5


def hit_html(hit: Hit, rank: int) -> str:
    """Return one result: title, authors, source, the sentence that answers, identifiers, and the abstract folded.

    Args:
        hit: The article and why it is here.
        rank: Its position in the whole list, from 1.
    """
    article = hit.article
    return (
        f'<article class="hit" aria-labelledby="title-{article.pmid}">'
        f'<div class="rank" aria-hidden="true">{rank:,}</div>'
        f'<div class="body">{_title(article)}{warning_html(article)}'
        f'<p class="source">{source_html(article)}</p>'
        f"{evidence_html(hit.evidence) if hit.evidence else ''}"
        f'<p class="ids">{identifiers_html(article)}</p><div class="foot">{abstract_html(article)}'
        f'<p class="actions">{tick_html(article.pmid)}{_similar(article)}</p></div></div>'
        f"{relevance_bar(hit.score, hit.why)}</article>"
    )


def relevance_bar(score: float, why: Why) -> str:
    """Return a bar of five steps for a score from 0 to 1, which says why when it is pressed."""
    # Whatever the score: an article without what the question is about is never a full answer.
    most = BAR_LENGTH - 1 if why.lacks else BAR_LENGTH
    filled = min(most, max(1, round(score * BAR_LENGTH)))
    steps = "".join(f'<i class="{"on" if step < filled else "off"}"></i>' for step in range(BAR_LENGTH))
    reason = f"Relevance {filled} of {BAR_LENGTH}"
    return (
        f'<details class="bar"><summary title="{reason}: why?" aria-label="{reason}: why?">{steps}</summary>'
        f"<p>{reason}. {plain(reason_text(why))}</p></details>"
    )


def reason_text(why: Why) -> str:
    """Say in words why an article ranks where it does."""
    meaning = "Among the nearest in meaning." if why.meaning is not None else "Not among the nearest in meaning."
    if not why.matched:
        return f"{meaning} None of your words is in its title or abstract."
    noun = "word" if len(why.matched) == 1 else "words"
    lacks = f" Not there: {why.lacks}." if why.lacks else ""
    return f"{meaning} Your {noun} in its title or abstract: {', '.join(why.matched)}.{lacks}"


def _similar(article: Article) -> str:
    return inside_link(
        ArticleCollection((article.pmid,)).url(SIMILAR), "Similar", label=f"Similar to PMID {article.pmid}"
    )


def _title(article: Article) -> str:
    title = inside_link(article_url(article.pmid), plain(title_of(article)))
    return f'<h3 class="title" id="title-{article.pmid}">{title}</h3>'
