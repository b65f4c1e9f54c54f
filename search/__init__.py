"""Answer questions from a library of PubMed articles."""

from search.filters import Years
from search.hits import Evidence, Hit, Page, Span, Why
from search.query import Query, ReadAs
from search.record import SearchRecord
from search.replay import Replay
from search.searcher import Corpus, Searcher, YearCount

__all__ = [
    "Corpus",
    "Evidence",
    "Hit",
    "Page",
    "Query",
    "ReadAs",
    "Replay",
    "SearchRecord",
    "Searcher",
    "Span",
    "Why",
    "YearCount",
    "Years",
]
