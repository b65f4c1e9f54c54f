"""The articles that were collected, and the searches that were saved."""

import streamlit as st

from index.core.formatting import counted
from index.records.article import Article
from search import Searcher
from ui.article.fragments import source_html, warning_html
from ui.layout import messages
from ui.layout.frame import show_footer
from ui.layout.html_text import inside_link, plain, title_of
from ui.layout.tab_title import show_title
from ui.layout.with_searcher import show_from
from ui.state.collection import SIMILAR, ArticleCollection, tick_html
from ui.state.shared_searcher import Opener
from ui.state.url_state import article_url
from ui.views.saved_searches import show_saved_searches
from ui.web.download_links import formats_html

MOST_LISTED = 500


def show_collection_page(opener: Opener) -> None:
    """Draw the collection that the address names, and the saved searches.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    collection = ArticleCollection.read()
    show_title(f"Collection ({len(collection.all):,})" if collection.all else "Collection")
    if collection.all:
        articles = list(searcher.articles(collection.all[:MOST_LISTED]))
        st.html(collection_html(collection, articles))
    else:
        messages.show_note(
            "Nothing collected yet",
            "Tick “Collect” beside an article: it waits for you here, in this browser. "
            "Then export the collection, or ask for more like it.",
        )
    show_saved_searches(searcher)
    show_footer(searcher.corpus())


def collection_html(collection: ArticleCollection, articles: list[Article]) -> str:
    """Return the list, the actions for all of it, and those for each article.

    Args:
        collection: The collection that the address names.
        articles: Those of them that the library holds, in its order.
    """
    missing = min(len(collection.all), MOST_LISTED) - len(articles)
    notes = [f"{counted(missing, 'article')} of this address not in this library."] if missing else []
    if len(collection.all) > MOST_LISTED:
        notes.append(f"The first {MOST_LISTED:,} are listed; an export has all of them.")
    rows = "".join(_row(collection, article) for article in articles)
    return (
        f'<h2 class="lead">{counted(len(collection.all), "article")} in this collection</h2>'
        f"{''.join(f'<p class=note>{note}</p>' for note in notes)}{_actions(collection)}"
        f'<ul class="collected">{rows}</ul>'
    )


def _actions(collection: ArticleCollection) -> str:
    parameters = {"pmids": ",".join(map(str, collection.all))}
    like = inside_link(collection.url(SIMILAR), "More like these") if collection.pmids else ""
    unlike = f", unlike {counted(len(collection.unlike), 'other')}" if collection.unlike and collection.pmids else ""
    return (
        f'<p class="actions"><span>{like}{unlike}</span>'
        f'<span class="exports">Export: {formats_html(parameters, what="the collection")}</span></p>'
    )


def _row(collection: ArticleCollection, article: Article) -> str:
    pmid = article.pmid
    unlike = pmid in collection.unlike
    title = inside_link(article_url(pmid), plain(title_of(article)))
    toggle_link = inside_link(
        collection.toggled(pmid).url(),
        "More like this" if unlike else "Not like this",
        id=f"turn-{pmid}",
        label=f"{'More' if unlike else 'Not'} like PMID {pmid}",
    )
    mark = '<span class="unlike">Not like this: </span>' if unlike else ""
    return (
        f"<li>{mark}{title}{warning_html(article)}"
        f'<p class="source">{source_html(article)} · PMID {pmid}</p>'
        f'<p class="actions">{tick_html(pmid)}{toggle_link}</p></li>'
    )
