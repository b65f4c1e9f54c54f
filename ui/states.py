"""What the page says when it has no results to show."""

import streamlit as st

from ui.text import plain


def show_note(heading: str, *lines: str) -> None:
    """Say in plain words what there is to know, and what to do."""
    st.html(_message("note-block", heading, lines))


def show_problem(heading: str, error: Exception) -> None:
    """Show one of our own errors: its message says what was found and what to type next."""
    st.html(_message("problem", heading, str(error).splitlines()))


def show_failure() -> None:
    """Apologise for an error that nobody foresaw; the details are in the server's log."""
    st.html(
        _message(
            "problem",
            "Something went wrong on this page",
            [
                "Your library is untouched. Reload the page, or try other words.",
                "The reason is in the log of pubmed-ui.",
            ],
        )
    )


def _message(kind: str, heading: str, lines: "tuple[str, ...] | list[str]") -> str:
    # An indented line of a message is a command to type.
    body = "".join(
        f"<pre>{plain(line.strip())}</pre>" if line.startswith("  ") else f"<p>{plain(line)}</p>"
        for line in lines
        if line.strip()
    )
    return f'<section class="{kind}" role="status"><h2>{plain(heading)}</h2>{body}</section>'
