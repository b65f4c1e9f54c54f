"""One article at a time to decide on, by buttons or keys; and the list of what was decided."""

from dataclasses import replace

import streamlit as st

from index.core.errors import PubmedError
from search import Searcher
from search.review.decisions import Choice, Decision, Stage
from search.review.prisma_flow import NOT_RETRIEVED
from search.review.screening import LONGEST_REASON, Screening
from ui.article.record import abstract_html, head_html
from ui.layout import messages
from ui.layout.html_text import inside_link, plain, pubmed_url, title_of
from ui.review.taking_back import last_made, note_made, note_taken_back, taken_back
from ui.state.review_address import ReviewAddress

NAMES: dict[Choice, str] = {"include": "included", "exclude": "excluded", "maybe": "maybe", "undecided": "undecided"}
"""What an article is called of which this is decided."""

REASONS: dict[Stage, tuple[str, ...]] = {
    "abstract": (),
    "full text": (NOT_RETRIEVED,),
}
COMMON_REASONS = (
    "Wrong population",
    "Wrong intervention",
    "Wrong comparator",
    "Wrong outcome",
    "Wrong study design",
    "Wrong publication type",
    "Duplicate report",
)
MOST_LISTED = 500
KEYS: dict[Choice, str] = {"include": "I", "exclude": "E", "maybe": "M"}
"""`keys.js` explains them."""
_REASON, _PROBLEM = "screen-reason", "screen-problem"


def show_article(searcher: Searcher, screening: Screening, address: ReviewAddress) -> None:
    """Show the article to decide on, and the buttons.

    Args:
        searcher: The library.
        screening: The screening.
        address: The state of the page.
    """
    if problem := st.session_state.pop(_PROBLEM, None):
        messages.show_problem("Nothing was decided", problem)
    pmids, stage = screening.pmids(address.stage), address.stage
    pmid = address.at if address.at in pmids else _next(screening, stage, None)
    if pmid is None:
        messages.show_note(*_finished(screening, stage))
        if last_made(screening, stage):
            with st.container(key="decide"):
                _show_take_back(searcher, screening, address, None)
        return
    place = pmids.index(pmid)
    st.html(
        f'<p class="tally" role="status">Article {place + 1:,} of {len(pmids):,}{_decided(screening, stage, pmid)}</p>'
    )
    _show_buttons(searcher, screening, address, pmid)
    article = searcher.article(pmid)
    links = " · ".join(
        inside_link(replace(address, at=pmids[other]).url(), name, id=f"screen-{name.lower()}")
        for name, other in (("Previous", place - 1), ("Next", place + 1))
        if 0 <= other < len(pmids)
    )
    if article:
        st.html(f'<div class="screened">{head_html(article)}{abstract_html(article)}</div><p class="pager">{links}</p>')
    else:
        address_of = plain(pubmed_url(pmid))
        messages.show_note("Not in this library any more", f"PMID {pmid} was removed since: {address_of}")
        st.html(f'<p class="pager">{links}</p>')


def _show_buttons(searcher: Searcher, screening: Screening, address: ReviewAddress, pmid: int) -> None:
    stage = address.stage
    current = screening.choice(stage, pmid)
    used = [reason for reason in screening.reasons(stage) if reason]
    options = list(dict.fromkeys([*used, *REASONS[stage], *COMMON_REASONS]))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="decide"):
        for choice, key in KEYS.items():
            st.button(
                choice.capitalize(),
                key=f"decide-{choice}",
                type="primary" if choice == current else "secondary",
                shortcut=key,
                on_click=_decide,
                args=(searcher, screening.id, address, pmid, choice),
            )
        _show_take_back(searcher, screening, address, pmid)
        st.selectbox(
            "Reason for excluding",
            options,
            index=None,
            key=_REASON,
            placeholder="Choose or type one",
            accept_new_options=True,
        )


def _show_take_back(searcher: Searcher, screening: Screening, address: ReviewAddress, pmid: int | None) -> None:
    """Offer to take back what is decided of the article shown; of one that is not decided, the decision just made."""
    here = pmid is not None and screening.choice(address.stage, pmid) != "undecided"
    if target := pmid if here else last_made(screening, address.stage):
        st.button(
            "Take back" if here else "Take back the last",
            key="decide-undecided",
            shortcut="U",
            on_click=_take_back,
            args=(searcher, screening, address, target),
        )


def _decide(searcher: Searcher, name: str, address: ReviewAddress, pmid: int, choice: Choice) -> None:
    reason = (st.session_state.get(_REASON) or "")[:LONGEST_REASON]
    if _write(searcher, name, address, pmid, choice, reason=reason):
        note_made(name, address.stage, pmid, choice)
        if screening := searcher.screenings.get(name):
            replace(address, at=_next(screening, address.stage, pmid)).write()


def _take_back(searcher: Searcher, screening: Screening, address: ReviewAddress, pmid: int) -> None:
    if _write(searcher, screening.id, address, pmid, "undecided"):
        note_taken_back(screening, address.stage, pmid)
        if address.at != pmid:
            replace(address, at=pmid).write()


def _write(  # noqa: PLR0913 - the parts of a decision
    searcher: Searcher, name: str, address: ReviewAddress, pmid: int, choice: Choice, *, reason: str = ""
) -> bool:
    try:
        searcher.screenings.decide(name, pmid, address.stage, choice, reason)
    except PubmedError as error:
        st.session_state[_PROBLEM] = error
        return False
    return True


def _next(screening: Screening, stage: Stage, after: int | None) -> int | None:
    """Return the next article that is not decided, behind the last one those before it; None where all are."""
    pmids = screening.pmids(stage)
    start = pmids.index(after) + 1 if after in pmids else 0
    order = (*pmids[start:], *pmids[:start])
    return next((pmid for pmid in order if screening.choice(stage, pmid) == "undecided"), None)


def _finished(screening: Screening, stage: Stage) -> tuple[str, str]:
    if stage == "abstract":
        return "Every title and abstract is decided", "Go on with the full texts of those that are not excluded."
    if not screening.pmids(stage):
        return "No full text to read yet", "Include articles by title and abstract first."
    return "Every full text is decided", f"{len(screening.included):,} included. The files below have the decisions."


def _decided(screening: Screening, stage: Stage, pmid: int) -> str:
    decision = screening.decided[stage].get(pmid)
    if decision is None:
        earlier = taken_back(screening, stage, pmid)
        return f" · taken back: it was {_choice_and_reason(earlier)}" if earlier else ""
    return f" · decided {plain(decision.at[:16].replace('T', ' '))} UTC: {_choice_and_reason(decision)}"


def _choice_and_reason(decision: Decision) -> str:
    return NAMES[decision.choice] + (f", {plain(decision.reason)}" if decision.reason else "")


def show_decided(searcher: Searcher, screening: Screening, address: ReviewAddress) -> None:
    """List the articles of which one thing is decided, each a link to decide again.

    Args:
        searcher: The library.
        screening: The screening.
        address: The state of the page.
    """
    if not address.listed:
        return
    pmids = screening.with_choice(address.stage, address.listed)
    titles = {article.pmid: title_of(article) for article in searcher.articles(pmids[:MOST_LISTED])}
    rows = "".join(_row(screening, address, pmid, titles.get(pmid)) for pmid in pmids[:MOST_LISTED])
    rest = len(pmids) - MOST_LISTED
    more = f'<p class="note">and {rest:,} more: the file of decisions has all of them.</p>' if rest > 0 else ""
    reasons = screening.reasons(address.stage) if address.listed == "exclude" else {}
    summary = " · ".join(f"{count:,} {plain(reason or 'no reason given')}" for reason, count in reasons.items())
    st.html(
        f'<section class="linked"><h3>{len(pmids):,} {NAMES[address.listed]}</h3>'
        f'<p class="source">{summary}</p><ul>{rows}</ul>{more}</section>'
    )


def _row(screening: Screening, address: ReviewAddress, pmid: int, title: str | None) -> str:
    link = inside_link(replace(address, at=pmid, listed="").url(), plain(title or "Not in the library any more"))
    decision = screening.decided[address.stage].get(pmid)
    reason = f" · {plain(decision.reason)}" if decision and decision.reason else ""
    return f'<li>{link} <span class="source">PMID {pmid}{reason}</span></li>'
