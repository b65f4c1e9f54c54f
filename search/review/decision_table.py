"""A screening as a table: every article with what was decided of it, for a spreadsheet or a colleague."""

from collections.abc import Callable, Iterator, Sequence

from index.records.article import Article
from search.export.csv_table import BYTE_ORDER_MARK, COLUMNS, csv_cells, csv_row
from search.review.decisions import STAGES
from search.review.screening import Screening

FETCHED_AT_ONCE = 200

_STAGE_COLUMNS = tuple(
    f"{stage.capitalize()}: {what}" for stage in STAGES for what in ("decision", "reason", "decided at")
)


def decision_rows(screening: Screening, fetch: Callable[[Sequence[int]], dict[int, Article]]) -> Iterator[str]:
    """Yield a CSV file: the decisions before the columns of `search.export.csv_table`.

    Args:
        screening: The screening.
        fetch: Returns articles by PMID; one that the library has no more keeps its PMID and decisions.
    """
    pmid_column, *others = COLUMNS
    yield BYTE_ORDER_MARK + csv_row((pmid_column, *_STAGE_COLUMNS, *others))
    listed = screening.record.listed.pmids
    for start in range(0, len(listed), FETCHED_AT_ONCE):
        pmids = listed[start : start + FETCHED_AT_ONCE]
        articles = fetch(pmids)
        for pmid in pmids:
            article = articles.get(pmid)
            cells = csv_cells(article)[1:] if article else ("Not in the library any more", *[""] * (len(others) - 1))
            yield csv_row((str(pmid), *_decided(screening, pmid), *cells))


def _decided(screening: Screening, pmid: int) -> Iterator[str]:
    for stage in STAGES:
        decision = screening.decided[stage].get(pmid)
        yield from (decision.choice, decision.reason, decision.at) if decision else ("", "", "")
