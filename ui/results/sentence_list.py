"""The list of sentences found, and what stands around it."""

import streamlit as st

from index.core.formatting import counted
from search import SentencePage
from ui.article.sentence_card import sentence_html
from ui.filters.filter_chips import chips_html
from ui.layout import messages
from ui.layout.html_text import plain
from ui.results.list_tools import list_tools_html
from ui.results.pager import pager_html, past_end_html
from ui.results.query_interpretation import reading_html
from ui.results.switches import listed_switch_html
from ui.state.url_state import Address
from ui.web.download_links import sentence_exports_html


def show_sentences(page: SentencePage, address: Address) -> None:
    """Say how the query was read and what was searched, and list the sentences of a page.

    Args:
        page: The page of sentences.
        address: The current search.
    """
    found = f"{counted(page.listed, 'sentence')} ranked"
    dot = '<span class="dot" aria-hidden="true">·</span>'
    tally = f'<p class="tally" role="status">{found} {dot} {page.seconds * 1000:,.0f} ms</p>'
    scope = f'<p class="scope">Searched: {plain(page.scope)}.</p>' if page.total else ""
    head = f'<div class="over">{tally}{listed_switch_html(address)}</div>{scope}'
    shown = address.within(page.listed)
    exports = sentence_exports_html(page, address)
    above = list_tools_html(shown, page.listed, exports) + past_end_html(address, shown)
    tools = f'{above}<h2 class="unseen">Sentences found</h2>' if page.hits else ""
    st.html(f"{reading_html(page, address)}{chips_html(address)}{head}{tools}")
    for rank, hit in enumerate(page.hits, start=page.offset + 1):
        st.html(sentence_html(hit, rank))
    if page.hits:
        st.html(pager_html(shown, page.listed) + exports)
    elif page.total:
        messages.show_note("No sentence", "None of the articles that were searched has an abstract.")
