"""The screenings of the library, and one of them: its counts, its files, and what is to be decided."""

from dataclasses import replace

import streamlit as st

from index.core.errors import PubmedError
from index.core.formatting import counted
from search import Searcher
from search.filters.filters import Filters
from search.review.decisions import STAGES, Stage
from search.review.screening import Screening
from ui.layout import messages
from ui.layout.frame import last_search
from ui.layout.html_text import inside_link, plain
from ui.layout.tab_title import show_title
from ui.review.decision_view import NAMES, show_article, show_decided
from ui.state.result_cache import record_of
from ui.state.review_address import SCREEN, ReviewAddress
from ui.state.url_state import Address, in_box
from ui.web.screening_files import screening_files_html

STAGE_NAMES: dict[Stage, str] = {"abstract": "Title and abstract", "full text": "Full text"}
_PROBLEM = "begin-problem"


def show_screenings(searcher: Searcher, address: ReviewAddress) -> None:
    """Draw the screening that the address names, else the list of them.

    Args:
        searcher: The library.
        address: The state of the page.
    """
    if not address.screening:
        show_title("Screenings")
        _show_list(searcher, address.search if address.search.question.strip() else last_search())
        return
    screening = searcher.screenings.get(address.screening)
    if screening is None:
        show_title("No such screening")
        messages.show_note(
            "No such screening", "This library has no screening of this address, or its file is damaged."
        )
        return
    show_title(f"Screening: {in_box(screening.record.request.text)}", NAMES[address.listed] if address.listed else "")
    st.html(_head_html(screening, address))
    if address.listed:
        show_decided(searcher, screening, address)
    else:
        show_article(searcher, screening, address)
    st.html(screening_files_html(screening))


def _show_list(searcher: Searcher, search: Address) -> None:
    if search.question.strip():
        filters = f", {search.filters}" if search.filters else ""
        st.html(f"<p>Screen what this search finds: “{plain(search.question)}”{plain(filters)}.</p>")
        st.button("Begin to screen", key="begin", type="primary", on_click=_begin, args=(searcher, search))
    else:
        st.html(
            f'<p class="quiet">{inside_link("/", "Search")} first: what a search finds can be screened here, article '
            "by article, by title and abstract and then by full text, with keys.</p>"
        )
    if problem := st.session_state.pop(_PROBLEM, None):
        messages.show_problem("The screening was not begun", problem)
    screenings = searcher.screenings.all()
    if screenings:
        st.html('<h2 class="lead">Screenings in this library</h2><ul class="collected">' + _rows(screenings) + "</ul>")


def _begin(searcher: Searcher, search: Address) -> None:
    try:
        screening = searcher.screenings.begin(record_of(searcher, search))
    except PubmedError as error:
        st.session_state[_PROBLEM] = error
    else:
        ReviewAddress(SCREEN, screening=screening.id).write()


def _rows(screenings: tuple[Screening, ...]) -> str:
    return "".join(
        f"<li>{inside_link(ReviewAddress(SCREEN, screening=each.id).url(), plain(each.record.request.text))}"
        f'<p class="source">{plain(_filters(each))}{counted(len(each.pmids("abstract")), "article")} · '
        f"{each.counts('abstract')['undecided']:,} to screen · {len(each.included):,} included · "
        f"begun {plain(each.record.at[:10])}</p></li>"
        for each in screenings
    )


def _filters(screening: Screening) -> str:
    filters = str(Filters.from_json(screening.record.request.filters))
    return f"{filters} · " if filters else ""


def _head_html(screening: Screening, address: ReviewAddress) -> str:
    record = screening.record
    listed, total = len(record.listed.pmids), record.listed.total
    of_total = f" of {total:,}: the best of a plain question" if listed < total else ""
    unreadable = (
        f'<p class="hint">{counted(screening.unreadable, "line")} of the file of decisions cannot be read and '
        f"{'is' if screening.unreadable == 1 else 'are'} left out.</p>"
        if screening.unreadable
        else ""
    )
    stages = "".join(f"<li>{_stage_html(screening, address, stage)}</li>" for stage in STAGES)
    return (
        f'<h2 class="lead">{plain(record.request.text)}</h2><p class="source">{plain(_filters(screening))}'
        f"{counted(listed, 'article')}{of_total} · searched {plain(record.at[:10])}</p>{unreadable}"
        f'<ul class="stages">{stages}</ul>'
    )


def _stage_html(screening: Screening, address: ReviewAddress, stage: Stage) -> str:
    here = replace(address, stage=stage, at=None, listed="")
    is_current = stage == address.stage
    name = inside_link(
        here.url(), STAGE_NAMES[stage], id=f"stage-{stage[:4]}", current=is_current and not address.listed
    )
    counts = []
    for choice, count in screening.counts(stage).items():
        url, shown = replace(here, listed=choice).url(), is_current and address.listed == choice
        counts.append(inside_link(url, f"{count:,} {NAMES[choice]}", id=f"{stage[:4]}-{choice}", current=shown))
    return f"{name} {' '.join(counts)}"
