"""The articles that were collected."""

import streamlit as st

from search import Searcher
from ui import states
from ui.address import article_url
from ui.frame import show_footer
from ui.selection import selected
from ui.shared import Opener, show_from
from ui.text import counted, inside_link, plain, title_of


def show_collection_page(opener: Opener) -> None:
    """Draw what this session has collected.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    pmids = selected()
    st.html(f'<h2 class="lead">{counted(len(pmids), "article")} collected</h2>')
    if not pmids:
        states.show_note("Nothing collected yet", "Collect articles from a list of results; they wait for you here.")
    for article in searcher.articles(pmids):
        st.html(f"<p>{inside_link(article_url(article.pmid), plain(title_of(article)))} · PMID {article.pmid}</p>")
    show_footer(searcher.corpus())
