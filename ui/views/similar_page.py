"""Articles like some and unlike others, under an address that names both."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.core.errors import QueryError
from index.core.formatting import counted
from search import Searcher
from search.explore.similar_results import SimilarPage
from ui.article.related import similar_html
from ui.filters.filter_chips import chips_html
from ui.filters.filter_panel import show_filters
from ui.layout import messages
from ui.layout.frame import show_footer
from ui.layout.html_text import inside_link, plain, title_of
from ui.layout.skeletons import FILTERS, RESULTS, skeleton
from ui.layout.tab_title import show_title
from ui.layout.with_searcher import show_from
from ui.results.list_tools import list_tools_html
from ui.results.pager import pager_html, past_end_html
from ui.state.collection import COLLECTION, ArticleCollection
from ui.state.result_cache import similar_page
from ui.state.shared_searcher import Opener
from ui.state.similar_address import SimilarAddress
from ui.state.url_state import Address
from ui.web.download_links import similar_exports_html


def show_similar_page(opener: Opener) -> None:
    """Draw the articles that are like those in the address, and the filters for them.

    Args:
        opener: Opens the library.
    """
    address = SimilarAddress.read()
    with st.sidebar:
        filters_placeholder = skeleton(FILTERS)
    placeholder = skeleton(RESULTS)
    try:
        show_from(opener, lambda searcher: _show(searcher, address, placeholder, filters_placeholder))
    finally:
        placeholder.empty()
        filters_placeholder.empty()


def _show(
    searcher: Searcher, address: SimilarAddress, placeholder: DeltaGenerator, filters_placeholder: DeltaGenerator
) -> None:
    listed = False
    page = f"page {address.page:,}" if address.page > 1 else ""
    show_title(f"Similar to {_named(searcher, address.collection) or 'what?'}", page)
    if address.collection.pmids:
        listed = _show_like(searcher, address, placeholder)
    else:
        placeholder.empty()
        messages.show_note(
            "Similar to what?",
            "Collect articles and ask there for more like them, or open an article: its page has some.",
        )
    show_footer(searcher.corpus())
    if listed:
        with st.sidebar:
            show_filters(searcher, address, filters_placeholder)


def _show_like(searcher: Searcher, address: SimilarAddress, placeholder: DeltaGenerator) -> bool:
    """List the articles; return whether that was possible."""
    try:
        page = similar_page(searcher, address)
    except QueryError as error:
        if chips := chips_html(address):  # one of them may be what cannot be read
            st.html(chips)
        messages.show_refusal(error, lambda text: Address(question=text).url())
        return False
    finally:
        placeholder.empty()
    shown = address.within(page.total)
    st.html(_head(searcher, page, address, shown))
    if page.hits:
        st.html(similar_html(page.hits, first=page.offset + 1) + pager_html(shown, page.total))
    else:
        messages.show_note("No article matches", "No other article passes the filters.")
    return True


def _head(searcher: Searcher, page: SimilarPage, address: SimilarAddress, shown: Address) -> str:
    collection = address.collection
    unlike = f", and unlike {counted(len(collection.unlike), 'other')}" if collection.unlike else ""
    tools = list_tools_html(shown, page.total, similar_exports_html(page)) if page.hits else ""
    return (
        f'<h2 class="lead">Articles like {_description(searcher, collection)}</h2>{chips_html(address)}'
        f'<p class="tally" role="status">{counted(page.total, "other article")} ranked by meaning and words{unlike}'
        f" · {page.seconds * 1000:,.0f} ms</p>{tools}{past_end_html(address, shown)}"
    )


def _description(searcher: Searcher, collection: ArticleCollection) -> str:
    if len(collection.pmids) > 1:
        return inside_link(collection.url(COLLECTION), plain(_named(searcher, collection)))
    return f"“{plain(_named(searcher, collection))}”"


def _named(searcher: Searcher, collection: ArticleCollection) -> str:
    if len(collection.pmids) > 1:
        return counted(len(collection.pmids), "collected article")
    return " ".join(title_of(article) for article in searcher.articles(collection.pmids))
