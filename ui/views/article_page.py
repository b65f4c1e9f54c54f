"""One article: what PubMed says about it, under a permanent address."""

import streamlit as st

from index.core.errors import PubmedError
from index.records.article import Article
from search import Searcher
from search.export.citation import citation
from ui.article.record import abstract_html, head_html, metadata_html, subjects_html
from ui.article.related import corrections_html, references_html, similar_html
from ui.layout import messages
from ui.layout.frame import last_search, show_footer
from ui.layout.html_text import inside_link, plain, section_html, title_of
from ui.layout.with_searcher import show_from
from ui.state.collection import SIMILAR, ArticleCollection, tick_html
from ui.state.shared_searcher import Opener
from ui.state.url_state import address_pmid
from ui.web.download_links import formats_html

SIMILAR_SHOWN = 5
AUTHORS_CITED = 6
"""As many as NLM's own citations name before "et al."."""


def show_article_page(opener: Opener) -> None:
    """Draw the article that the address names.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    pmid = address_pmid()
    article = None if pmid is None else searcher.article(pmid)
    if last_search().question:
        st.html(f'<p class="back">{inside_link(last_search().url(), "Back to the results")}</p>')
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
        f'{head_html(article)}<div class="split">'
        f"<div>{abstract_html(article)}{corrections_html(article, in_library)}</div>"
        f"<aside>{_actions(article)}{subjects_html(article)}</aside></div>"
    )
    placeholder = st.empty()
    placeholder.skeleton(height=240)  # the similar articles take longest, and stand before the references
    st.html(references_html(article, in_library) + metadata_html(article))
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
    return (
        f'<p class="actions">{tick_html(article.pmid)}</p>'
        f'<p class="exports">Export: {formats_html(pmids, what="this article")}</p>'
        f'<details class="cite"><summary>Cite</summary><p>{plain(citation_text(article))}</p></details>'
    )


def citation_text(article: Article) -> str:
    """Return an article as a reference list names it, in NLM's style.

    Source:
        Citing Medicine, https://www.ncbi.nlm.nih.gov/books/NBK7256/.
    """
    names = [str(author) for author in article.authors]
    all_named = article.authors_complete and len(names) <= AUTHORS_CITED
    authors = ", ".join(names[:AUTHORS_CITED]) + ("" if all_named or not names else ", et al")
    title = title_of(article).rstrip(".")
    retracted = f"[{article.retraction.capitalize()}]" if article.retraction else ""
    parts = (authors, title, retracted, citation(article), f"PMID: {article.pmid}")
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)
