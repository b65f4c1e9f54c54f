"""The web server of the page: Streamlit behind the settings that keep it private."""

import contextlib
import threading
import time
import urllib.request
import webbrowser
from importlib import import_module
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from index.command_line.boundary import explain, panics_as_errors
from ui.layout import messages
from ui.state.examples import examples
from ui.state.shared_searcher import Opener, open_searcher
from ui.web.browser_cookie import BrowserCookie
from ui.web.download_route import download_route
from ui.web.feed_route import feed_route
from ui.web.loopback_guard import LoopbackOnly
from ui.web.theme import THEME

PROGRAM = "pubmed-ui"
PAGE = Path(__file__).parents[1] / "app.py"
_FIRST_SCREEN_S = 10
# Given as overrides, so that no config.toml in the working directory or the home folder can undo them.
SETTINGS: dict[str, object] = {
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.showEmailPrompt": False,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "server.enableCORS": True,  # no other origin reads an answer
    "server.enableXsrfProtection": True,
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "127.0.0.1",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    # The address gives every widget its value (ui/state/url_state.py); its default is for the type only.
    "global.disableWidgetStateDuplicationWarning": True,
    "runner.magicEnabled": False,
    "logger.level": "warning",
    **THEME,
}


def serve(*, port: int, browser: bool, script: Path = PAGE, opener: Opener = open_searcher) -> None:
    """Serve the page on 127.0.0.1 until it is interrupted.

    Args:
        port: A free TCP port.
        browser: Whether to open the page in the person's browser once it answers.
        script: The Streamlit script to serve.
        opener: Opens the library, for downloads and feeds.
    """
    app = st.App(
        script,
        routes=[download_route(opener), feed_route(opener)],
        middleware=[Middleware(LoopbackOnly), Middleware(BrowserCookie)],
        on_script_error=_show_failure,
    )
    if browser:
        threading.Thread(target=_open_when_ready, args=(f"http://127.0.0.1:{port}",), daemon=True).start()
    threading.Thread(target=_warm_up, daemon=True).start()
    app.run(config={**SETTINGS, "server.port": port})


def _warm_up() -> None:
    # Loading the model takes seconds, choosing examples another: the first visitor waits only for the rest.
    with contextlib.suppress(Exception), panics_as_errors():  # the page says it, at every visit
        examples(open_searcher())
        time.sleep(_FIRST_SCREEN_S)  # importing beside the first screen would hold it up by a second
        for name in ("sklearn.cluster", "sklearn.manifold"):  # the first overview would wait for them
            import_module(name)


def _show_failure(error: Exception) -> bool:
    # Streamlit has logged the traceback by now; the reader gets a sentence and the file for a report.
    messages.show_failure(explain(PROGRAM, error, quoted=False))
    return True


def _open_when_ready(url: str, *, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):  # noqa: S310 - our own address
                webbrowser.open(url)
                return
        except OSError:  # refused, or too busy loading the model to answer in time
            time.sleep(0.2)
