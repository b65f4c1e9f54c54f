"""What a newcomer sees: what this is, and questions that work."""

import streamlit as st

from search import Corpus
from ui.address import ask
from ui.text import counted, plain

EXAMPLES = (
    "risk factors for severe COVID-19",
    "what changes the gut microbiome?",
    "does exercise lower mortality in heart patients?",
    "deep learning for medical image reconstruction",
)


def show_first_screen(corpus: Corpus) -> None:
    """Say what can be searched, and offer the examples; a click asks the question."""
    until = f", up to {plain(corpus.newest)}" if corpus.newest else ""
    st.html(
        f'<h2 class="lead">Search {counted(corpus.articles, "PubMed article")}{until}, by meaning and by words.</h2>'
        '<p class="quiet">Ask as you would ask a colleague. For example:</p>'
    )
    with st.container(key="examples", gap="xxsmall"):
        for number, example in enumerate(EXAMPLES):
            st.button(example, key=f"example-{number}", type="tertiary", on_click=ask, args=(example,))
