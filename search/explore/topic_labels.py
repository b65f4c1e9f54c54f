"""The names of the topics of a map: MeSH headings where there are some, else words that distinguish the groups."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.readable_text import readable
from index.core.text_normalization import folded_name, folded_words
from index.records.article import Article
from search.filters.vocabulary import CHECK_TAGS
from search.query.mapping.term_mapping import longest_runs, run_ends
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

LABEL_TERMS = 3
SHORTEST_NAME = 5
"""Letters of a single word that is taken for a heading: "STEM" and "cold" name several things."""
_TWO_WORDS = 1.4
_HEADING = 2.0
"""Factors of a term of two words, and of a heading: what says more comes first of two that say nearly as well."""

_PUNCTUATION = re.compile(r"[][,;:.?!()/\"“”]+(?=\s|$)|[][,;:()/]")

_GENERIC_WORDS = frozenset({
    "analysis", "approach", "associated", "association", "based", "case", "comparison", "effect", "effects",
    "evaluation", "evidence", "factors", "findings", "new", "novel", "patient", "patients", "report", "research",
    "results", "review", "role", "studies", "study", "systematic", "treatment", "trial", "letter", "editor", "reply",
    "comment", "correction", "erratum", "cover", "humans", "male", "female", "adult", "aged", "middle", "animals",
    "young", "via", "type", "using", "use", "related", "level", "levels", "high", "low", "risk",
    "cell", "cells", "clinical", "therapy", "therapeutic", "disease", "diseases", "health", "syndrome",
})  # fmt: skip
"""Words of titles and headings that name a kind of paper or a check tag, not a topic."""

_GENERIC_HEADINGS = CHECK_TAGS | {
    "Risk", "Risk Factors", "Time Factors", "Patients", "Methods", "Role", "Association", "Evaluation Study",
    "Disease", "Diagnosis", "Therapeutics", "Research", "Prognosis", "Treatment Outcome", "Follow-Up Studies",
    "Cohort Studies", "Prospective Studies", "Retrospective Studies", "Clinical Trials as Topic", "Age Factors",
    "Sex Factors", "Health", "Syndrome", "Work", "Kinetics", "Rats", "Mice", "Rabbits", "Dogs", "Cats", "Haplorhini",
    "Macaca mulatta",
}  # fmt: skip
"""Headings that hold for articles of any subject."""


def topic_labels(articles: Sequence[Article], groups: NDArray[np.int64], mesh: "Mesh | None") -> list[tuple[str, ...]]:
    """Return for each group the terms that distinguish it from the others, the most distinctive first.

    Args:
        articles: The articles.
        groups: The group of each, int64 (n,), from 0.
        mesh: The vocabulary, if loaded: names that a title or a keyword writes count as headings too.

    Returns:
        Up to `LABEL_TERMS` terms a group, headings as MeSH writes them and words in lower case; no two groups have one
        in common.

    Source:
        The weight of a term is its share of the Kullback-Leibler divergence between the group and the whole list.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    headings = _headings(articles, mesh)
    texts = [[*named, *_words(article)] for article, named in zip(articles, headings, strict=True)]
    group_count = int(groups.max()) + 1
    counter = CountVectorizer(analyzer=lambda terms: terms, binary=True)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # no word in any of them
        return [()] * group_count
    terms = list(counter.get_feature_names_out())
    names = frozenset().union(*headings)
    # How many articles of each group have each term: (groups, terms)
    article_counts = np.stack([np.asarray(counts[groups == group].sum(axis=0)).ravel() for group in range(group_count)])
    sizes = np.bincount(groups, minlength=group_count)[:, None]
    share = article_counts / np.maximum(sizes, 1)
    # What is more frequent in a group than in all articles.
    weights = share * np.log(np.maximum(share, 1e-9) / np.maximum(article_counts.sum(axis=0) / len(texts), 1e-9))
    weights *= [_HEADING if term in names else _TWO_WORDS if " " in term else 1.0 for term in terms]
    weights[article_counts < np.minimum(2, sizes)] = 0
    labels: list[tuple[str, ...]] = []
    for row in weights:
        taken = {folded_name(term) for label in labels for term in label}
        labels.append(
            _best_terms(
                [terms[index] for index in np.lexsort((np.asarray(terms), -row)) if row[index] > 0], taken, mesh
            )
        )
    return labels


def _best_terms(ranked: Sequence[str], taken: Set[str], mesh: "Mesh | None") -> tuple[str, ...]:
    chosen: list[str] = []
    for term in ranked:
        name = _heading_of(term, mesh) or term
        if name not in _GENERIC_HEADINGS and folded_name(name) not in taken and not _repeats(name, chosen):
            chosen.append(name)
        if len(chosen) == LABEL_TERMS:
            break
    return tuple(chosen)


def _heading_of(term: str, mesh: "Mesh | None") -> str | None:
    named = _named([[folded_words(term)]], mesh) if mesh and len(term) >= SHORTEST_NAME else {}
    return named.get(folded_name(term))


def _repeats(term: str, chosen: Sequence[str]) -> bool:
    """Return whether a term repeats a word of another: "sleep", "sleep loss", "Sleep Deprivation"."""
    words = {word.removesuffix("s") for word in folded_words(term)}
    return any(words & {word.removesuffix("s") for word in folded_words(other)} for other in chosen)


def _headings(articles: Sequence[Article], mesh: "Mesh | None") -> list[frozenset[str]]:
    """Return the headings of each article, and those that its title or a keyword names."""
    pieces = [[folded_words(text) for text in _names(article)] for article in articles]
    named = _named(pieces, mesh) if mesh else {}
    return [
        frozenset({*(heading.name for heading in article.mesh), *_written(own, named)}) - _GENERIC_HEADINGS
        for article, own in zip(articles, pieces, strict=True)
    ]


def _named(pieces: Iterable[Iterable[Sequence[str]]], mesh: "Mesh") -> dict[str, str]:
    """Return the heading of each run of words that names one, by MeSH or as people say it."""
    every = (words for own in pieces for words in own)
    runs = {
        " ".join(words[start:end]) for words in every for start in range(len(words)) for end in run_ends(words, start)
    }
    phrases = sorted(runs)
    headings = {run: heading.name for run, heading in mesh.named(phrases).items() if not heading.is_type}
    return {run: name.name for run, name in mesh.everyday(phrases).items()} | headings


def _written(pieces: Iterable[Sequence[str]], named: Mapping[str, str]) -> Iterator[str]:
    for words in pieces:

        def find(start: int, end: int, words: Sequence[str] = words) -> str | None:
            # One word within others is too often a part of another name, or short for something else.
            is_name = end - start > 1 or (len(words) == 1 and len(words[0]) >= SHORTEST_NAME)
            return named.get(" ".join(words[start:end])) if is_name else None

        yield from (name for _, _, name in longest_runs(words, find) if name)


def _words(article: Article) -> Iterator[str]:
    for text in _names(article):
        words = [word.lower() if _names_a_subject(word.lower()) else "" for word in text.split()]
        yield from filter(None, words)
        yield from (f"{one} {two}" for one, two in pairwise(words) if one and two)


def _names_a_subject(word: str) -> bool:
    return word[:1].isalpha() and len(word) > 1 and word not in STOP_WORDS and word not in _GENERIC_WORDS


def _names(article: Article) -> Iterator[str]:
    """Yield title and keywords in pieces, cut at punctuation: two words of a term stand in one."""
    for text in (article.title or article.vernacular_title or "", *(keyword.text for keyword in article.keywords)):
        yield from _PUNCTUATION.split(readable(text))
