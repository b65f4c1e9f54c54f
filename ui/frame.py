"""What stands around every page: style, name, focus, and what is being searched."""

from pathlib import Path

import streamlit as st

from search import Corpus
from ui.text import counted, plain

FOLDER = Path(__file__).parent
ABOUT = "PubMed Semantic Search. Articles: PubMed, U.S. National Library of Medicine. Not medical advice."
# Runs once a page load; holds no text of anybody's.
FOCUS = """<script>
(() => {
  if (window.searchFocused) return;
  const started = Date.now();
  const timer = setInterval(() => {
    const box = document.querySelector('.st-key-q input');
    if (box && document.activeElement === document.body) box.focus();
    if (document.activeElement === box || Date.now() - started > 5000) clearInterval(timer);
    window.searchFocused = true;
  }, 50);
})();
</script>"""


def show_frame() -> None:
    """Set up the browser tab and put the name on top."""
    st.set_page_config(
        page_title="PubMed Semantic Search",
        page_icon=FOLDER / "icon.svg",
        layout="wide",
        menu_items={"About": ABOUT},
    )
    st.html(FOLDER / "page.css")
    st.html('<h1 class="brand"><a href="/">PubMed Semantic Search</a></h1>')


def focus_search_box() -> None:
    """Put the cursor into the search box when the page has just been loaded."""
    st.html(FOCUS, unsafe_allow_javascript=True)


def show_footer(corpus: Corpus) -> None:
    """Say what is being searched, and where what is typed goes: nowhere."""
    newest = f", newest record {plain(corpus.newest)}" if corpus.newest else ""
    st.html(
        f'<footer class="facts">{counted(corpus.articles, "PubMed article")}{newest} '
        f"· build {plain(corpus.build)} · model {plain(corpus.model)}<br>"
        "Private and offline: what you type stays on this machine.<br>"
        "Articles from PubMed, U.S. National Library of Medicine. Not medical advice.</footer>"
    )
