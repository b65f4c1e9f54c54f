"""A file of references compared with the library and with itself."""

import streamlit as st

from index.core.errors import SourceError
from search import Searcher
from search.review.duplicates import VERDICTS, ComparedReference, Comparison, Verdict
from search.review.references import references_of
from ui.layout import messages
from ui.layout.html_text import inside_link, plain
from ui.layout.tab_title import show_title
from ui.state.review_address import ReviewAddress
from ui.state.url_state import article_url

MOST_LISTED = 500
"""Records of one kind; the file that is downloaded has all that are new or to check."""
_ORDER: tuple[Verdict, ...] = ("similar", "new", "repeated", "held")


def show_comparison(searcher: Searcher, address: ReviewAddress) -> None:  # noqa: ARG001 - as each task is drawn
    """Ask for a file, and show which of its references the library has.

    Args:
        searcher: The library.
        address: The state of the page; a file is no part of it.
    """
    show_title("Compare a file")
    file = st.file_uploader("A file from another database: RIS or NBIB", key="compare-file")
    if file is None:
        st.html(
            '<p class="quiet">Its references are compared with this library, by PMID, by DOI, or by title, year and '
            "first author, and with each other. The file stays on this machine.</p>"
        )
        return
    try:
        references = references_of(file.name, file.getvalue(), shown_as=file.name)
    except SourceError as error:
        messages.show_problem("The file cannot be compared", error)
        return
    comparison = searcher.compare(references)
    st.html(f'<div role="status"><h2 class="lead">{plain(comparison)}</h2></div>')
    counts = comparison.counts
    if counts["new"] or counts["similar"]:
        st.download_button(
            "Download those that are new or to check",
            comparison.rest.encode(errors="replace"),
            file_name=f"rest-of-{file.name}",
            key="compare-rest",
        )
    st.html(comparison_html(comparison))


def comparison_html(comparison: Comparison) -> str:
    """Return the references under what they are, those to look at first."""
    return "".join(_group_html(verdict, comparison) for verdict in _ORDER if comparison.counts[verdict])


def _group_html(verdict: Verdict, comparison: Comparison) -> str:
    group = [each for each in comparison.compared if each.verdict == verdict]
    rows = "".join(map(_row_html, group[:MOST_LISTED]))
    rest = len(group) - MOST_LISTED
    more = f'<p class="note">and {rest:,} more</p>' if rest > 0 else ""
    heading = f"{len(group):,} {VERDICTS[verdict]}"
    return f'<section class="linked"><h3>{heading}</h3><ul>{rows}</ul>{more}</section>'


def _row_html(compared: ComparedReference) -> str:
    reference = compared.reference
    same = plain(compared.by and f"same {compared.by}")
    where = inside_link(article_url(compared.pmid), f"PMID {compared.pmid}") if compared.pmid else ""
    earlier = f"record {compared.same_as}" if compared.same_as else ""
    notes = " · ".join(part for part in (f"record {reference.number}", same, where or earlier) if part)
    return f'<li>{plain(reference.title or "No title")} <span class="source">{notes}</span></li>'
