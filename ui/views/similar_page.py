"""Articles like some and unlike others, under an address that names both."""

import streamlit as st

from index.core.errors import QueryError
from index.core.formatting import counted
from search import Searcher
from search.explore.similar_results import SimilarPage
from ui.article.related import similar_html
from ui.layout import messages
from ui.layout.frame import show_footer
from ui.layout.html_text import inside_link, plain, title_of
from ui.layout.with_searcher import show_from
from ui.results.pager import pager_html
from ui.state.collection import COLLECTION, SIMILAR, ArticleCollection
from ui.state.result_cache import PAGE_SIZE
from ui.state.shared_searcher import Opener
from ui.state.url_state import Address
from ui.web.download_links import formats_html


def show_similar_page(opener: Opener) -> None:
    """Draw the articles that are like those in the address.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    collection, address = ArticleCollection.read(), Address.read()
    if collection.pmids:
        _show_like(searcher, collection, address)
    else:
        messages.show_note(
            "Similar to what?",
            "Collect articles and ask there for more like them, or open an article: its page has some.",
        )
    show_footer(searcher.corpus())


def _show_like(searcher: Searcher, collection: ArticleCollection, address: Address) -> None:
    offset = (address.page - 1) * PAGE_SIZE
    try:
        page = searcher.similar(
            collection.pmids, unlike=collection.unlike, limit=PAGE_SIZE, offset=offset, filters=address.filters
        )
    except QueryError as error:
        messages.show_refusal(error, lambda text: Address(question=text).url())
        return
    st.html(f'<h2 class="lead">Articles like {_description(searcher, collection)}</h2>{_tally(collection, page)}')
    if page.hits:
        st.html(similar_html(page.hits))
    pager = pager_html(
        offset // PAGE_SIZE + 1,
        page.total,
        lambda number: collection.url(SIMILAR, page=str(number) if number > 1 else ""),
    )
    if pager:
        st.html(pager)


def _description(searcher: Searcher, collection: ArticleCollection) -> str:
    if len(collection.pmids) > 1:
        return inside_link(collection.url(COLLECTION), counted(len(collection.pmids), "collected article"))
    return "“" + " ".join(plain(title_of(article)) for article in searcher.articles(collection.pmids)) + "”"


def _tally(collection: ArticleCollection, page: SimilarPage) -> str:
    unlike = f", and unlike {counted(len(collection.unlike), 'other')}" if collection.unlike else ""
    parameters = {"pmids": ",".join(str(hit.article.pmid) for hit in page.hits)}
    return (
        f'<p class="tally" role="status">{counted(page.total, "other article")} ranked by meaning and words{unlike}'
        f" · {page.seconds * 1000:,.0f} ms</p>"
        f'<p class="exports">Export this page: {formats_html(parameters, what="the articles of this page")}</p>'
    )
