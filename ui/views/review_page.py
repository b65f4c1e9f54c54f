"""What a review needs beside searching."""

import streamlit as st

from search import Searcher
from ui.layout.frame import show_footer
from ui.layout.html_text import inside_link
from ui.layout.with_searcher import show_from
from ui.review.compare_view import show_comparison
from ui.review.recall_view import show_recall
from ui.review.screenings_view import show_screenings
from ui.state.review_address import COMPARE, RECALL, SCREEN, TASKS, ReviewAddress
from ui.state.shared_searcher import Opener

_VIEWS = {SCREEN: show_screenings, RECALL: show_recall, COMPARE: show_comparison}


def show_review_page(opener: Opener) -> None:
    """Draw the task that the address names.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    address = ReviewAddress.read()
    st.html(f'<div class="over">{_tasks_html(address)}</div>')
    _VIEWS[address.task](searcher, address)
    show_footer(searcher.corpus())


def _tasks_html(address: ReviewAddress) -> str:
    links = "".join(
        f"<li>{inside_link(ReviewAddress(task).url(), name, id=f'task-{task}', current=task == address.task)}</li>"
        for task, name in TASKS.items()
    )
    return f'<ul class="switch" aria-label="What to do">{links}</ul>'
