"""Answer questions from a library of PubMed articles."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

# Imported when they are asked for: the command line, which imports this package too, is to answer at once.
_HOMES = {
    "search.explore.sentence_results": ("SentenceHit", "SentencePage", "WhySentence"),
    "search.explore.similar_results": ("SentencePair", "SimilarHit", "SimilarPage", "WhySimilar"),
    "search.filters.date_ranges": ("Years",),
    "search.query.query": ("Interpretation", "Query", "Span", "Suggestion"),
    "search.recording.replay": ("Replay",),
    "search.recording.search_record": ("SearchRecord",),
    "search.results": ("Evidence", "Hit", "Page", "Why"),
    "search.searcher": ("Searcher",),
    "search.serving.library_status": ("Corpus",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
