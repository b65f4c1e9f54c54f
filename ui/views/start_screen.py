"""The first screen: what can be searched, and searches that work."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.core.formatting import counted
from search import Corpus, Searcher
from ui.layout.html_text import inside_link, plain
from ui.state.examples import examples
from ui.state.url_state import Address


def show_first_screen(searcher: Searcher, address: Address, placeholder: DeltaGenerator) -> None:
    """Say what can be searched, and offer examples, each a link that searches for it.

    Args:
        searcher: The library.
        address: The current search; its filters stay.
        placeholder: Shown until the examples are chosen.
    """
    st.html(lead_html(searcher.corpus()))
    offered = examples(searcher)
    groups = (
        ("Ask as you would ask a colleague:", offered.questions),
        ("Or in PubMed’s own language, exactly and counted:", (offered.syntax,)),
        ("Or name an article that you know:", (offered.known,)),
    )
    placeholder.empty()
    if groups_html := "".join(_group(title, texts, address) for title, texts in groups):
        st.html(groups_html)


def lead_html(corpus: Corpus) -> str:
    """Return how many articles can be searched, up to which date."""
    until = f", up to {plain(corpus.newest)}" if corpus.newest else ""
    return f'<h2 class="lead">Search {counted(corpus.articles, "PubMed article")}{until}, by meaning and by words.</h2>'


def _group(title: str, texts: Iterable[str | None], address: Address) -> str:
    links = "".join(
        f"<li>{inside_link(replace(address, question=text, page=1).url(), plain(text))}</li>" for text in texts if text
    )
    return f'<section class="examples"><p class="quiet">{title}</p><ul>{links}</ul></section>' if links else ""
