"""One sentence in a list of sentences, as HTML."""

from search import SentenceHit
from ui.article.fragments import evidence_html, identifiers_html, source_html, warning_html
from ui.layout.html_text import inside_link, plain, title_of
from ui.state.collection import tick_html
from ui.state.url_state import article_url


def sentence_html(hit: SentenceHit, rank: int) -> str:
    """Return one result: the sentence with its matching words marked, and below it its article.

    Args:
        hit: The sentence and its article.
        rank: Its position in the whole list, from 1.
    """
    article = hit.article
    title = inside_link(article_url(article.pmid), plain(title_of(article)))
    return (
        f'<article class="hit sentence" aria-labelledby="sentence-{rank}">'
        f'<div class="rank" aria-hidden="true">{rank:,}</div>'
        f'<div class="body"><div id="sentence-{rank}">{evidence_html(hit.sentence)}</div>'
        f'<h3 class="title">{title}</h3>{warning_html(article)}<p class="source">{source_html(article)}</p>'
        f'<p class="ids">{identifiers_html(article)}</p>'
        f'<div class="foot"><p class="actions">{tick_html(article.pmid)}</p></div></div></article>'
    )
