"""Answer questions from a library of PubMed articles."""

from search.date_ranges import Years
from search.hits import Evidence, Hit, Page, Span, Why
from search.holdings import Corpus
from search.query import Query, ReadAs, Suggestion
from search.record import SearchRecord
from search.replay import Replay
from search.searcher import Searcher
from search.similar_hits import SentencePair, SimilarHit, SimilarPage, WhySimilar

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
    "SentencePair",
    "SimilarHit",
    "SimilarPage",
    "Span",
    "Suggestion",
    "Why",
    "WhySimilar",
    "Years",
]
