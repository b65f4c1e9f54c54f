"""Abbreviations in a question, and words that articles abbreviate, as the library's own articles define them.

What most of them mean counts, where it is clear. "MS" is left as it is typed, and the reading lists what it may mean.
"""

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.core.formatting import counted
from index.core.text_normalization import folded_name, folded_words
from index.lexical.abbreviations import Definition, short_key
from index.lexical.matches import Translation
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.lexical.abbreviations import Abbreviations
    from index.lexical.mesh import Mesh

CLEAR = 0.65
"""Share of the articles that define an abbreviation that must agree on a meaning for it to be searched as well.

Source: the sample's 20,783 articles, each of 25,415 definitions compared with those of the other articles. At .65 an
abbreviation would be searched in 62 %, with this article's meaning in 76 % of these, other spellings of it counted as
wrong; at .5 in 79 % and 69 %, at .75 in 54 % and 78 %, at .9 in 41 % and 78 %. If two articles must agree: at .65 in
51 % and 83 %, at .75 in 42 % and 87 %. That leaves fewer right articles first of the demo's lay questions (30 of 60, at
.6, and not 31), and SciFact's claims ranked no better by it, both while long forms counted in full.
"""

DEFINED = 0.1
"""Share of the articles with a word in small letters that must define it, or it is a word like any: "cat"."""

MOST_SHORT_FORMS = 3
LONGEST_RUN = 8
MOST_WORDS = 64
"""A longer text is no question."""
SHOWN = 4
_FEW_WORDS = 3
_CAPITAL_OR_DIGIT = re.compile(r"[A-Z]|(?<=[A-Z])[-a-z]*[0-9]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an abbreviation stands for.

    Attributes:
        long: The long form, as most articles write it.
        articles: How many define it so, in any spelling.
        ui: The MeSH descriptor of that name, or None.
        concept: The same for two spellings of one meaning.
    """

    long: str
    articles: int
    ui: str | None
    concept: str


@dataclass(frozen=True, slots=True)
class QueryAbbreviations:
    """The abbreviations and long forms among the words of a question; each by its folded words.

    Attributes:
        written: Clear abbreviations that are written as such, in capitals.
        likely: Clear ones in small letters, which any other name comes before.
        unclear: What others may mean, the commonest meaning first.
        short_forms: How the library abbreviates words of the question.
    """

    written: Mapping[str, Meaning] = field(default_factory=dict)
    likely: Mapping[str, Meaning] = field(default_factory=dict)
    unclear: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    short_forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether there is any that is searched."""
        return bool(self.written or self.likely or self.short_forms)


NONE = QueryAbbreviations()


def find_abbreviations(text: str, index: "SearchIndex", mesh: "Mesh | None") -> QueryAbbreviations:
    """Look the words of a text up among the abbreviations that the articles define.

    Args:
        text: Plain words.
        index: Knows what its articles define.
        mesh: The vocabulary, by which two names of one thing are known as such.
    """
    words = folded_words(text)
    if not 0 < len(words) <= MOST_WORDS:
        return NONE
    lookup = _Lookup(index.abbreviations, index, mesh)
    capitals, typed = _capitals(text, len(words)), " ".join(words)
    written: dict[str, Meaning] = {}
    likely: dict[str, Meaning] = {}
    unclear: dict[str, tuple[Meaning, ...]] = {}
    short_forms: dict[str, tuple[str, ...]] = {}
    keys = {run: capitals.get(run, run) for run in _runs(words)}
    index.abbreviations.expect(keys.values())
    for run, key in keys.items():
        pairs = lookup.pairs(key)
        meanings = lookup.meanings([pair for pair in pairs if short_key(pair.short) == key])
        if meanings and (run in capitals or lookup.is_abbreviation(run, meanings)) and not _spelt_out(meanings, typed):
            if _is_clear(meanings):
                (written if run in capitals else likely)[run] = meanings[0]
            else:
                unclear[run] = meanings
        if abbreviated := lookup.short_forms([pair for pair in pairs if folded_name(pair.long) == run]):
            short_forms[run] = abbreviated
    return QueryAbbreviations(written, likely, unclear, short_forms)


def none_of(text: str) -> QueryAbbreviations:  # noqa: ARG001 - what finds abbreviations takes
    """Return that there are none, where no index knows any."""
    return NONE


def unclear_remarks(found: QueryAbbreviations, translations: Iterable[Translation]) -> Iterator[str]:
    """Yield a sentence for each abbreviation that has several meanings and that nothing else explained."""
    explained = " ".join(f" {translation.words} " for translation in translations)
    for run, meanings in found.unclear.items():
        if f" {run} " not in explained:
            shown = ", ".join(f"{one.long} ({counted(one.articles, 'article')})" for one in meanings[:SHOWN])
            more = len(meanings) - SHOWN
            others = f" and {counted(more, 'other meaning')}" if more > 0 else ""
            yield f"{run.upper()} can mean {shown}{others}. It was searched as typed; write out what you mean."


@dataclass(frozen=True, slots=True)
class _Lookup:
    known: "Abbreviations"
    index: "SearchIndex"
    mesh: "Mesh | None"

    def pairs(self, run: str) -> tuple[Definition, ...]:
        return self.known.pairs(run)

    def meanings(self, pairs: Sequence[Definition]) -> tuple[Meaning, ...]:
        """Return what one abbreviation stands for, the commonest first; spellings of one concept are one meaning."""
        headings = self.mesh.named([folded_name(pair.long) for pair in pairs]) if self.mesh and pairs else {}
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        uis = {heading.ui: heading.ui for heading in headings.values()}
        for pair in pairs:  # those of the most articles come first
            heading = headings.get(folded_name(pair.long))
            concept = heading.ui if heading else " ".join(sorted(token.stem for token in self.index.stems(pair.long)))
            first.setdefault(concept, pair.long)
            counts[concept] += pair.articles
        return tuple(
            Meaning(first[concept], articles, uis.get(concept), concept) for concept, articles in counts.most_common()
        )

    def is_abbreviation(self, run: str, meanings: Sequence[Meaning]) -> bool:
        """Return whether enough of the articles that have a word define it."""
        holding = min((self.index.document_frequency(token.stem) for token in self.index.stems(run)), default=0)
        return sum(meaning.articles for meaning in meanings) >= DEFINED * holding

    def short_forms(self, pairs: Sequence[Definition]) -> tuple[str, ...]:
        """Return the abbreviations of one long form that mean it and are no other word."""
        return tuple(pair.short for pair in pairs[:MOST_SHORT_FORMS] if self._means_only(pair))

    def _means_only(self, pair: Definition) -> bool:
        run = short_key(pair.short)
        meanings = self.meanings(self.known.long_forms(run))
        [of_pair] = self.meanings([pair])
        return _is_clear(meanings) and meanings[0].concept == of_pair.concept and self.is_abbreviation(run, meanings)


def _is_clear(meanings: Sequence[Meaning]) -> bool:
    return bool(meanings) and meanings[0].articles >= CLEAR * sum(meaning.articles for meaning in meanings)


def _spelt_out(meanings: Sequence[Meaning], typed: str) -> bool:
    return any(f" {folded_name(meaning.long)} " in f" {typed} " for meaning in meanings)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Yield each run of words that may be a short or a long form, once."""
    ends = ((start, end) for start in range(len(words)) for end in range(start + 1, start + LONGEST_RUN + 1))
    runs = dict.fromkeys(" ".join(words[start:end]) for start, end in ends if end <= len(words))
    return (run for run in runs if run not in STOP_WORDS)


def _capitals(text: str, words: int) -> Mapping[str, str]:
    """Return the words that are written as abbreviations are, with two capitals, or one and a digit.

    Returns:
        The folded form of each without the s of a plural, by its folded form.
    """
    if text == text.upper() and words > _FEW_WORDS:  # all of it is
        return {}
    stripped = (word.strip(string.punctuation) for word in text.split())
    return {folded_name(word): short_key(word) for word in stripped if len(_CAPITAL_OR_DIGIT.findall(word)) > 1}
