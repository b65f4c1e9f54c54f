"""The kinds of training pairs that are made from an article alone, without labels.

========== ============================================ ================================
kind       anchor                                       positive
========== ============================================ ================================
title      the title                                    the abstract
question   a title that asks                            the abstract
keywords   some author keywords in any order            title and abstract
mesh       one to three headings, by any of their names title and abstract
aim        the aim                                      the conclusion, or reversed
claim      a sentence of the conclusion                 title and abstract without it
synonym    a name of a heading                          another name of it
article    a sentence of the conclusion, and twice one  title and abstract without that
           to three headings                            sentence
========== ============================================ ================================

Choices are drawn from the article's PMID, the kind, the pass and a seed: the same again, and new in every pass.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from index.records.article import Article, Section
from index.records.passages import encoded_text, searched_title
from model.training_data.mesh_names import HeadingNames, Names
from model.training_data.pair_files import TrainingPair

Maker = Callable[[Article, Random, HeadingNames], tuple[str, str] | None]

_AIM = re.compile(r"objective|aim|purpose|background|introduction", re.IGNORECASE)
_CONCLUSION = re.compile(r"conclusion|interpretation|significance|implication|discussion", re.IGNORECASE)
_FEWEST_KEYWORDS, _MOST_KEYWORDS, _MOST_HEADINGS = 2, 8, 3
_MOST_NAMES = 25  # of a heading: some have hundreds
_SHORTEST_CLAIM = 40  # characters
_FEWEST_SENTENCES = 4  # of an abstract that can lose one
_PREFERRED = 0.4  # how often a heading goes by its preferred name
_JOINED = 0.7  # how often two headings are joined by "and"


def draws_of(*names: object) -> Random:
    """Return draws that depend on these names only."""
    return Random(" ".join(map(str, names)))  # noqa: S311 - draws to train with, no secrets


def make_pair(kind: str, article: Article, draws: Random, headings: HeadingNames) -> TrainingPair | None:
    """Return the article's pair of a kind of `ARTICLE_KINDS`; None if the article has none."""
    if kind == ARTICLE:
        return _article(article, draws, headings)
    texts = _MAKERS[kind](article, draws, headings)
    if texts is None or not all(text.strip() for text in texts):
        return None
    return TrainingPair(texts[0].strip(), texts[1].strip(), kind=kind)


def synonym_pair(names: Names, draws: Random) -> TrainingPair | None:
    """Return two different names of one descriptor; None if it has only one."""
    if len(names) == 1:
        return None
    anchor, positive = draws.sample(names, 2)
    return TrainingPair(anchor, positive, kind=SYNONYM)


def _title(article: Article, _draws: Random, _headings: HeadingNames) -> tuple[str, str] | None:
    return (searched_title(article), article.abstract)


def _question(article: Article, draws: Random, headings: HeadingNames) -> tuple[str, str] | None:
    return _title(article, draws, headings) if searched_title(article).rstrip("] .").endswith("?") else None


def _keywords(article: Article, draws: Random, _headings: HeadingNames) -> tuple[str, str] | None:
    texts = [keyword.text for keyword in article.keywords]
    if len(texts) < _FEWEST_KEYWORDS or not article.abstract:
        return None
    draws.shuffle(texts)
    number = draws.randint(_FEWEST_KEYWORDS, _MOST_KEYWORDS)
    return draws.choice((", ", "; ", " ")).join(texts[:number]), encoded_text(article)


def _mesh(article: Article, draws: Random, headings: HeadingNames) -> tuple[str, str] | None:
    query = _headings(article, draws, headings) if article.abstract else None
    return (query[0], encoded_text(article)) if query else None


def _headings(article: Article, draws: Random, headings: HeadingNames) -> tuple[str, str] | None:
    """Return some of the article's headings by any of their names, and all names of these."""
    descriptors = list(headings.of_article(article))
    if not descriptors:
        return None
    draws.shuffle(descriptors)
    descriptors = descriptors[: draws.randint(1, _MOST_HEADINGS)]
    chosen = [_one_name(names, encoded_text(article), draws) for names in descriptors]
    joined = len(chosen) == 2 and draws.random() < _JOINED  # noqa: PLR2004 - "this and that"
    return (" and " if joined else ", ").join(chosen), " ".join(
        name for names in descriptors for name in names[:_MOST_NAMES]
    )


def _one_name(names: Names, text: str, draws: Random) -> str:
    """Choose the preferred name, or one that the text does not use: it teaches more than shared words."""
    unused = [name for name in names if name.casefold() not in text.casefold()]
    return names[0] if not unused or draws.random() < _PREFERRED else draws.choice(unused)


def _aim(article: Article, draws: Random, _headings: HeadingNames) -> tuple[str, str] | None:
    aim, conclusion = _section(article, _AIM), _section(article, _CONCLUSION)
    if aim is None or conclusion is None or aim is conclusion:
        return None
    return (aim.text, conclusion.text) if draws.random() < 0.5 else (conclusion.text, aim.text)  # noqa: PLR2004 - a coin


def _claim(article: Article, draws: Random, _headings: HeadingNames) -> tuple[str, str] | None:
    """Take a sentence out of the conclusion, or the last one where the abstract has no parts."""
    conclusion = _section(article, _CONCLUSION)
    sentences = [sentence for section in article.sections for _, sentence in section.sentences()]
    if len(sentences) < _FEWEST_SENTENCES:
        return None
    claim = draws.choice([text for _, text in conclusion.sentences()]) if conclusion else sentences[-1]
    if len(claim) < _SHORTEST_CLAIM:
        return None
    rest = "".join(
        sentence if sentence.endswith(" ") else f"{sentence} " for sentence in sentences if sentence != claim
    )
    return claim, f"{searched_title(article)} {rest}"


def _section(article: Article, pattern: re.Pattern[str]) -> Section | None:
    """Return the last labelled section of a kind that has a text."""
    matches = (
        section
        for section in article.sections
        if section.text and pattern.search(f"{section.category or ''} {section.label or ''}")
    )
    return next(reversed(list(matches)), None)


def _article(article: Article, draws: Random, headings: HeadingNames) -> TrainingPair | None:
    """Ask for one text in three ways: the text is what costs time in training."""
    claim = _claim(article, draws, headings)
    queries = [query for _ in range(2) if (query := _headings(article, draws, headings))]
    if claim is None or not queries:
        return None
    others, spelt = zip(*queries, strict=True)
    return TrainingPair(claim[0].strip(), claim[1].strip(), kind=ARTICLE, others=others, spelt=spelt)


_MAKERS: Final[Mapping[str, Maker]] = {
    "title": _title,
    "question": _question,
    "keywords": _keywords,
    "mesh": _mesh,
    "aim": _aim,
    "claim": _claim,
}
ARTICLE: Final = "article"
ARTICLE_KINDS: Final = (*_MAKERS, ARTICLE)
SYNONYM: Final = "synonym"
KINDS: Final = (*ARTICLE_KINDS, SYNONYM)
