"""A strategy tested with articles that it must find."""

from dataclasses import replace

import streamlit as st

from index.core.errors import QueryError, SourceError
from index.sources.pmid_file import PmidList, pmid_list
from search import Searcher
from search.review.recall import MissingArticle, Recall
from ui.layout import messages
from ui.layout.frame import last_search
from ui.layout.html_text import inside_link, plain
from ui.layout.tab_title import show_title
from ui.state.review_address import RECALL, ReviewAddress
from ui.state.url_state import MOST_PMIDS, Address, article_url, in_box

MOST_LISTED = 500
_STRATEGY, _KNOWN, _FILE = "recall-strategy", "recall-known", "recall-file"
_READ, _PROBLEM = "recall-read", "recall-problem"


def show_recall(searcher: Searcher, address: ReviewAddress) -> None:
    """Ask for a strategy and known articles, and show which of them it finds.

    Args:
        searcher: The library.
        address: The state of the page.
    """
    search = address.search if address.search.question.strip() else replace(last_search(), page=1)
    show_title(f"Recall: {in_box(search.question)}" if address.known else "Recall")
    problem = st.session_state.pop(_PROBLEM, "")
    if not problem:  # else what was typed stays, to be mended
        st.session_state[_STRATEGY] = search.question
        st.session_state[_KNOWN] = "\n".join(map(str, address.known))
    _show_form(search)
    if problem:
        messages.show_note("The strategy was not tested", *problem.splitlines())
    elif address.known and address.search.question.strip():
        if read := st.session_state.pop(_READ, ""):
            st.html(f'<p class="note">Read: {plain(read)}.</p>')
        _show_result(searcher, address)


def _show_form(search: Address) -> None:
    with st.form("recall", border=False):
        st.text_area("Strategy", key=_STRATEGY, height=120, placeholder="A query, or numbered lines")
        if search.filters:
            st.html(f'<p class="note">With the filters of the search: {plain(search.filters)}.</p>')
        st.text_area(
            "PMIDs of articles that it must find",
            key=_KNOWN,
            height=120,
            placeholder="One a line, or pasted from a list",
        )
        st.file_uploader("or a file of them: NBIB, RIS, CSV, or a list", key=_FILE)
        st.form_submit_button("Test the strategy", type="primary", on_click=_submit, args=(search,))


def _submit(search: Address) -> None:
    strategy = st.session_state[_STRATEGY].strip()
    try:
        lists = _lists()
        known = tuple(dict.fromkeys(pmid for listed in lists for pmid in listed.pmids))
        _check(strategy, known)
    except (QueryError, SourceError) as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_READ] = "; ".join(map(str, lists))
    ReviewAddress(RECALL, replace(search, question=strategy), known).write()


def _check(strategy: str, known: tuple[int, ...]) -> None:
    if not strategy:
        raise QueryError("No strategy is given. Type a query, or paste one.")
    if not known:
        raise QueryError("No known article is given. Type their PMIDs, or choose a file that has them.")
    if len(known) > MOST_PMIDS:
        raise QueryError(
            f"{len(known):,} PMIDs are more than an address holds ({MOST_PMIDS:,}). On the command line there is no "
            "limit:\n  pubmed-search recall STRATEGY --pmids FILE"
        )


def _lists() -> list[PmidList]:
    lists = []
    if typed := st.session_state[_KNOWN].strip():
        lists.append(pmid_list("what was typed", typed.encode(errors="replace"), shown_as="What was typed"))
    if file := st.session_state[_FILE]:
        lists.append(pmid_list(file.name, file.getvalue(), shown_as=file.name))
    return lists


def _show_result(searcher: Searcher, address: ReviewAddress) -> None:
    search = address.search
    try:
        recall = searcher.recall(search.question, address.known, filters=search.filters, mapping=search.mapping)
    except QueryError as error:
        messages.show_refusal(error, lambda text: replace(address, search=replace(search, question=text)).url())
        return
    st.html(recall_html(recall, search))


def recall_html(recall: Recall, search: Address) -> str:
    """Return what was found, what is missing and why, and what each part keeps.

    Args:
        recall: The result.
        search: The strategy as a search, which the page links to.
    """
    reading = plain(recall.query.read_as.description)
    warnings = "".join(f'<p class="hint">{plain(warning)}</p>' for warning in recall.query.read_as.warnings)
    missing = "".join(map(_missing_html, recall.missing[:MOST_LISTED]))
    rest = len(recall.missing) - MOST_LISTED
    more = f'<p class="note">and {rest:,} more: pubmed-search recall lists all of them.</p>' if rest > 0 else ""
    parts = "".join(f'<tr><td class="number">{part.keeps:,}</td><td>{plain(part)}</td></tr>' for part in recall.parts)
    table = (
        f'<section class="linked"><h3>What each part keeps of the {recall.held:,} that the index holds</h3>'
        f'<table class="parts"><tbody>{parts}</tbody></table></section>'
        if parts
        else ""
    )
    listed = f'<section class="linked"><h3>Missing</h3><ul>{missing}</ul>{more}</section>' if missing else ""
    return (
        f'<div role="status"><h2 class="lead">{plain(recall)}</h2></div>'
        f'<p class="note">Read as {reading} · {inside_link(search.url(), "Search with it", id="recall-search")}</p>'
        f"{warnings}{listed}{table}"
    )


def _missing_html(article: MissingArticle) -> str:
    name = f"PMID {article.pmid}"
    title = inside_link(article_url(article.pmid), plain(article.title)) if article.title else ""
    reasons = "".join(f'<p class="reason">{plain(reason)}</p>' for reason in article.reasons)
    return f'<li>{title} <span class="source">{name}</span>{reasons}</li>'
