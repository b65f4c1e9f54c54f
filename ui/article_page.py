"""One article: what PubMed says about it, under an address that stays."""

import streamlit as st

from index.records import Article
from search import Searcher
from ui import states
from ui.address import asked_pmid
from ui.frame import last_search, show_footer
from ui.hit import abstract_html, identifiers_html, source_html, warning_html
from ui.shared import Opener, show_from
from ui.text import inside_link, plain, title_of


def show_article_page(opener: Opener) -> None:
    """Draw the article that the address names.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    pmid = asked_pmid()
    article = None if pmid is None else searcher.article(pmid)
    if last_search().question:
        st.html(f"<p>{inside_link(last_search().url(), 'Back to the results')}</p>")
    if article:
        st.html(article_html(article))
    elif pmid is None:
        states.show_note("No article", "The address names no PMID. It ends like this: /article?pmid=33990091")
    else:
        states.show_note("No such article", f"This library does not hold PMID {pmid}.")
    show_footer(searcher.corpus())


def article_html(article: Article) -> str:
    """Return title, source, identifiers and abstract."""
    return (
        f'<article class="record"><h2 class="title">{plain(title_of(article))}</h2>{warning_html(article)}'
        f'<p class="source">{source_html(article)}</p>'
        f'<p class="ids">{identifiers_html(article)}</p>'
        f"{abstract_html(article)}</article>"
    )
