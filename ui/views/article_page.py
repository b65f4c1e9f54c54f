"""One article: what PubMed says about it, under a permanent address."""

import streamlit as st

from index.core.errors import PubmedError
from index.records.article import Article
from search import Searcher
from ui.article.cite import cite_html
from ui.article.record import abstract_html, head_html, metadata_html, subjects_html
from ui.article.related import citing_html, corrections_html, references_html, similar_html
from ui.layout import messages
from ui.layout.frame import show_footer
from ui.layout.html_text import inside_link, section_html, title_of
from ui.layout.tab_title import show_title
from ui.layout.with_searcher import show_from
from ui.state.collection import SIMILAR, ArticleCollection, tick_html
from ui.state.shared_searcher import Opener
from ui.state.url_state import address_pmid
from ui.web.download_links import formats_html

SIMILAR_SHOWN = 5
CITING_SHOWN = 100
"""Of those that cite an article; the rest is counted."""


def show_article_page(opener: Opener) -> None:
    """Draw the article that the address names.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    pmid = address_pmid()
    article = None if pmid is None else searcher.article(pmid)
    show_title(title_of(article) if article else "No such article")
    if article:
        _show_article(searcher, article)
    elif pmid is None:
        messages.show_note("No article", "The address names no PMID. It ends like this: /article?pmid=33990091")
    else:
        messages.show_note("No such article", f"This library does not hold PMID {pmid}.")
    show_footer(searcher.corpus())


def _show_article(searcher: Searcher, article: Article) -> None:
    pmids = (*(link.pmid for link in article.links), *(reference.pmid for reference in article.references))
    in_library = {linked.pmid: linked for linked in searcher.articles([pmid for pmid in pmids if pmid])}
    st.html(
        f'{head_html(article)}{_actions(article)}<div class="split">'
        f"<div>{abstract_html(article)}{corrections_html(article, in_library)}</div>"
        f"<aside>{subjects_html(article)}</aside></div>"
    )
    placeholder = st.empty()
    placeholder.skeleton(height=240)  # the similar articles take longest, and stand before the references
    citing = searcher.citing(article.pmid)
    citing_articles = list(searcher.articles(citing[:CITING_SHOWN]))
    linked = references_html(article, in_library) + citing_html(citing_articles, len(citing))
    st.html(linked + metadata_html(article))
    with placeholder.container():
        _show_similar(searcher, article)


def _show_similar(searcher: Searcher, article: Article) -> None:
    try:
        hits = searcher.similar([article.pmid], limit=SIMILAR_SHOWN).hits
    except PubmedError as error:
        messages.show_problem("Similar articles cannot be shown", error)
        return
    more = inside_link(ArticleCollection((article.pmid,)).url(SIMILAR), "All similar articles")
    st.html(section_html("Similar articles", f"{similar_html(hits)}<p>{more}</p>"))


def _actions(article: Article) -> str:
    pmids = {"pmids": str(article.pmid)}
    similar = inside_link(ArticleCollection((article.pmid,)).url(SIMILAR), "Similar", id="similar")
    return (
        f'<div class="foot">{cite_html(article)}<p class="actions">{tick_html(article.pmid)}{similar}</p></div>'
        f'<p class="exports">Export: {formats_html(pmids, what="this article")}</p>'
    )
