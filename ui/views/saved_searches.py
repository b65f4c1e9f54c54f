"""Searches that a person saved, and what is new in each."""

import streamlit as st

from index.core.errors import PubmedError
from index.core.formatting import counted
from search import Searcher
from search.filters.filters import Filters
from search.recording.replay import Replay
from search.recording.saved_searches import SavedSearch
from ui.layout import messages
from ui.layout.html_text import inside_link, plain
from ui.state.collection import ArticleCollection
from ui.state.result_cache import record_of
from ui.state.url_state import Address
from ui.web.download_links import record_html

NEW_LISTED = 200
"""New articles that a link lists."""


def show_save_button(searcher: Searcher, address: Address) -> None:
    """Offer to save the search that an address names.

    Args:
        searcher: The library.
        address: The search.
    """
    if st.button("Save this search", key="save", type="tertiary"):
        try:
            searcher.saved.keep(record_of(searcher, address))
        except PubmedError as error:
            messages.show_problem("The search was not saved", error)
        else:
            st.toast("Saved. The collection page says what is new in it.")


def show_saved_searches(searcher: Searcher) -> None:
    """List the saved searches, each with what is new since it was last looked at."""
    st.html('<h2 class="lead">Saved searches</h2>')
    saved_searches = searcher.saved.all()
    if not saved_searches:
        st.html('<p class="quiet">None yet: “Save this search” below a list of results keeps one here.</p>')
    for saved in saved_searches:
        with st.container(key=f"saved-{saved.id}", gap="xxsmall"):
            _show_saved(searcher, saved)


def _show_saved(searcher: Searcher, saved: SavedSearch) -> None:
    try:
        replay = searcher.replay(saved.record)
    except PubmedError as error:
        messages.show_problem(saved.record.request.text, error)
    else:
        st.html(saved_html(saved, replay))
        if replay.added or replay.removed:
            st.button(
                "Mark as seen", key=f"seen-{saved.id}", type="tertiary", on_click=_mark_as_seen, args=(searcher, replay)
            )
    st.button("Remove", key=f"forget-{saved.id}", type="tertiary", on_click=searcher.saved.forget, args=(saved.id,))


def _mark_as_seen(searcher: Searcher, replay: Replay) -> None:
    searcher.saved.keep(replay.now)


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
    return (
        f'<p class="saved">{text}{filters}</p>'
        f'<p class="note">{_news(replay)}, since {last_seen} UTC</p><p>{record_html(address.parameters())}</p>'
    )


def _news(replay: Replay) -> str:
    if not replay.added:
        return "Nothing new" + (f", {counted(len(replay.removed), 'article')} gone" if replay.removed else "")
    url = ArticleCollection(replay.added[:NEW_LISTED]).url()
    return inside_link(url, f"{counted(len(replay.added), 'new article')}")


def address_of(saved: SavedSearch) -> Address:
    """Return the address of a saved search."""
    request = saved.record.request
    filters = Filters.from_json(request.filters)
    return Address(request.text, filters, request.sort, mapping=request.mapping)
