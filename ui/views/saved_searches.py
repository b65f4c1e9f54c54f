"""Searches that a person saved, and what is new in each."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from index.core.errors import PubmedError
from index.core.formatting import counted
from search import Searcher
from search.filters.filters import Filters
from search.recording.replay import Replay
from search.recording.saved_searches import SavedSearch, SavedSearches
from ui.layout import messages
from ui.layout.html_text import inside_link, plain
from ui.state.browser_id import browser_id
from ui.state.collection import COLLECTION, ArticleCollection
from ui.state.result_cache import record_of
from ui.state.url_state import SIZES, Address
from ui.web.download_links import feed_url, record_html

NEW_LISTED = 200
"""New articles that a link lists."""
_SAVED = "saved-searches"
"""Key of the session's state: the ids of the searches that were saved in it."""


def show_save_button(searcher: Searcher, address: Address) -> None:
    """Offer to save the search that an address names.

    Args:
        searcher: The library.
        address: The search.
    """
    saved_here: dict[Address, str] = st.session_state.setdefault(_SAVED, {})
    search = replace(address, page=1, per=SIZES[0], view="list")
    browser = browser_id()
    if st.button("Save this search", key="save", type="tertiary"):
        try:
            saved_here[search] = searcher.saved.of_browser(browser).keep(record_of(searcher, address)).id
        except PubmedError as error:
            messages.show_problem("The search was not saved", error)
    id_ = saved_here.get(search)
    if id_ and searcher.saved.of_browser(browser).get(id_):  # it may have been removed since
        where = inside_link(COLLECTION, "The collection page", id="saved-link")
        whose = "this browser" if browser else "everybody"
        st.html(f'<p class="note" role="status">Saved for {whose}. {where} says what is new in it.</p>')


def show_saved_searches(searcher: Searcher) -> None:
    """List the saved searches of the browser and everybody's, each with what is new since it was last looked at."""
    st.html('<h2 class="lead">Saved searches</h2>')
    browser = browser_id()
    own, shared = searcher.saved.of_browser(browser).all() if browser else (), searcher.saved.all()
    if not own and not shared:
        st.html('<p class="quiet">None yet: “Save this search” below a list of results keeps one here.</p>')
    _show_all(searcher, own)
    if shared and browser:
        st.html('<h3 class="quiet-label">Saved for everybody who uses this library</h3>')
    _show_all(searcher, shared)


def _show_all(searcher: Searcher, searches: Sequence[SavedSearch]) -> None:
    for saved in searches:
        with st.container(key=f"saved-{saved.browser}-{saved.id}", gap="xxsmall"):
            _show_saved(searcher, saved)


def _show_saved(searcher: Searcher, saved: SavedSearch) -> None:
    saved_searches, news = searcher.saved.of_browser(saved.browser), None
    try:
        replay = searcher.replay(saved.record)
    except PubmedError as error:
        messages.show_problem(saved.record.request.text, error)
    else:
        st.html(saved_html(saved, replay))
        news = replay if replay.added or replay.removed else None
    _show_actions(saved, saved_searches, news)


def _show_actions(saved: SavedSearch, saved_searches: SavedSearches, news: Replay | None) -> None:
    name = f"{saved.browser}-{saved.id}"
    with st.container(horizontal=True, key=f"actions-{name}"):
        if news:
            arguments = (saved_searches, news)
            st.button("Mark as seen", key=f"seen-{name}", type="tertiary", on_click=_mark_as_seen, args=arguments)
        st.button("Remove", key=f"forget-{name}", type="tertiary", on_click=saved_searches.forget, args=(saved.id,))


def _mark_as_seen(saved_searches: SavedSearches, replay: Replay) -> None:
    saved_searches.keep(replay.now)


def saved_html(saved: SavedSearch, replay: Replay) -> str:
    """Return one saved search: what it asks, what is new in it, and its record.

    Args:
        saved: As it was when last looked at.
        replay: The same search today.
    """
    address = address_of(saved)
    text = inside_link(address.url(), plain(saved.record.request.text))
    filters = f" · {plain(address.filters)}" if address.filters else ""
    last_seen = plain(saved.record.at.replace("T", " ")[:16])
    # Not followed by page.js, whose links begin with "/": what is there is no state of the page.
    feed = f'<a href="{plain(feed_url(saved).removeprefix("/"))}" target="_blank">Feed of what is new (Atom)</a>'
    return (
        f'<p class="saved">{text}{filters}</p>'
        f'<p class="note">{_news(replay)}, since {last_seen} UTC{_earlier(saved)} · {feed}</p>'
        f"<p>{record_html(address.parameters())}</p>"
    )


def _news(replay: Replay) -> str:
    if not replay.added:
        return "Nothing new" + (f", {counted(len(replay.removed), 'article')} gone" if replay.removed else "")
    url = ArticleCollection(replay.added[:NEW_LISTED]).url()
    return inside_link(url, f"{counted(len(replay.added), 'new article')}")


def _earlier(saved: SavedSearch) -> str:
    pmids = tuple(pmid for arrival in saved.arrivals for pmid in arrival.pmids)
    return f" · {inside_link(ArticleCollection(pmids).url(), f'{len(pmids):,} before that')}" if pmids else ""


def address_of(saved: SavedSearch) -> Address:
    """Return the address of a saved search."""
    request = saved.record.request
    filters = Filters.from_json(request.filters)
    return Address(request.text, filters, request.sort, mapping=request.mapping, whole=request.whole)
