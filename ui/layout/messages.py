"""What the page says when it has no results to show."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from textwrap import dedent

import streamlit as st

from index.core.errors import Proposal, QueryError, QuerySyntaxError
from ui.layout.html_text import inside_link, plain


def show_note(heading: str, *lines: str) -> None:
    """Show a note: what happened, and what to do."""
    st.html(_message("note-block", heading, lines))


def show_refusal(error: QueryError, url_of: Callable[[str], str]) -> None:
    """Say why a question cannot be searched, where the mistake is, and what can be searched instead.

    Args:
        error: The refusal.
        url_of: The address of a search for a text.
    """
    show_note("This cannot be searched", *str(error).splitlines())
    if isinstance(error, QuerySyntaxError) and error.proposals:
        st.html("".join(_proposal(number, proposal, url_of) for number, proposal in enumerate(error.proposals, 1)))


def _proposal(number: int, proposal: Proposal, url_of: Callable[[str], str]) -> str:
    accept = inside_link(url_of(proposal.text), plain(proposal.label), id=f"proposal-{number}")
    remarks = "".join(f"<li>{plain(remark)}</li>" for remark in proposal.remarks)
    return (
        f'<section class="note-block"><p>{accept}</p><pre>{plain(proposal.text)}</pre>'
        f"{f'<ul>{remarks}</ul>' if remarks else ''}</section>"
    )


def show_problem(heading: str, error: Exception) -> None:
    """Show one of our own errors: its message says what was found and what to type next."""
    st.html(_message("note-block problem", heading, str(error).splitlines()))


def show_failure(explanation: str) -> None:
    """Apologise for an error that no page expects.

    Args:
        explanation: What happened, and the file for a report.
    """
    lines = ["Your library is untouched. Reload the page, or try other words.", *explanation.splitlines()]
    st.html(_message("note-block problem", "Something went wrong on this page", lines))


def _message(kind: str, heading: str, lines: Sequence[str]) -> str:
    groups = groupby((line for line in lines if line.strip()), key=lambda line: line.startswith("  "))
    body = "".join(_preformatted(group) if indented else _paragraphs(group) for indented, group in groups)
    return f'<section class="{kind}" role="status"><h2>{plain(heading)}</h2>{body}</section>'


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{plain(line)}</p>" for line in lines)


def _preformatted(lines: Iterable[str]) -> str:
    # Indented lines are commands to type, or a question with a mark below the mistake: they stay aligned.
    return f"<pre>{plain(dedent(chr(10).join(lines)))}</pre>"
