"""The news of a saved search as an Atom feed: an address for a feed reader on this machine.

A feed reader has no cookie of the browser: the address names the search and whose it is. Reading the feed changes
nothing; what is new stays so until a person marks it as seen.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from search import Searcher
from search.recording.feed import MEDIA_TYPE, SearchNews, atom_feed
from ui.state.browser_id import known_id
from ui.state.shared_searcher import Opener
from ui.web.download_links import FEED
from ui.web.library_route import library_route


def feed_route(opener: Opener) -> Route:
    """Return the route that answers `ui.web.download_links.feed_url`.

    Args:
        opener: Opens the library.
    """
    return library_route(FEED, opener, _feed)


def _feed(searcher: Searcher, request: Request) -> Response:
    browser, id_ = (request.query_params.get(name, "") for name in ("browser", "saved"))
    saved = None if browser != known_id(browser) else searcher.saved.of_browser(browser).get(id_)
    if saved is None:
        return PlainTextResponse("No such search is saved in this library; it may have been removed.\n", 404)
    news = SearchNews(saved, saved.news(searcher.replay(saved.record)))
    identity = f"{searcher.corpus().library} {browser}/{id_}"
    text = atom_feed([news], searcher.articles, identity=identity, address=str(request.url))
    # A browser shows a feed as text, and without a charset in the wrong one.
    return Response(text, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"})
