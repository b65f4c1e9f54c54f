"""Answer questions from a library of PubMed articles."""

from search.explore.sentence_results import SentenceHit, SentencePage, WhySentence
from search.explore.similar_results import SentencePair, SimilarHit, SimilarPage, WhySimilar
from search.filters.date_ranges import Years
from search.query.query import Interpretation, Query, Span, Suggestion
from search.recording.replay import Replay
from search.recording.search_record import SearchRecord
from search.results import Evidence, Hit, Page, Why
from search.searcher import Searcher
from search.serving.library_status import Corpus

__all__ = [
    "Corpus",
    "Evidence",
    "Hit",
    "Interpretation",
    "Page",
    "Query",
    "Replay",
    "SearchRecord",
    "Searcher",
    "SentenceHit",
    "SentencePage",
    "SentencePair",
    "SimilarHit",
    "SimilarPage",
    "Span",
    "Suggestion",
    "Why",
    "WhySentence",
    "WhySimilar",
    "Years",
]
