"""Untagged words of a Boolean query, searched as PubMed's automatic term mapping searches them.

From the left the longest run of words that names something is looked for: a MeSH heading or publication type, a
substance, a journal, a person; the first list that has it decides. A subject or a journal is searched beside the words
themselves, a person instead of them. What names nothing is searched word by word, in the spellings that articles have.

Source: PubMed User Guide, "How PubMed works: automatic term mapping",
https://pubmed.ncbi.nlm.nih.gov/help/#how-pubmed-works-automatic-term-mapping
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from string import ascii_lowercase
from typing import TYPE_CHECKING, Protocol

from index.core.text_normalization import folded_words
from search.query.mapping.spelling_variants import american, other_numbers, variants
from search.query.mapping.term_mapping import longest_runs, run_ends
from search.query.parser import Chain, Node, TermNode
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Heading

PERSON_FIELDS = {"author": "au", "investigator": "ir"}
LONGEST_PERSON = 4
"""Words of a person's name."""

LONGEST_INITIALS = 2
"""Letters; of a name that has more: "Wong J" is also "Wong JS"."""

_CACHED = 20_000


class Vocabulary(Protocol):
    """What untagged words are looked up in."""

    def headings(self, names: Sequence[str]) -> Mapping[str, "Heading"]:
        """Return the MeSH heading of each folded name that has one."""

    def holds(self, field: str, value: str) -> bool:
        """Return whether articles have a value in a field."""

    def has_word(self, word: str) -> bool:
        """Return whether titles or abstracts have a folded word, written exactly so."""


@dataclass(frozen=True, slots=True)
class MappedTerm:
    """Untagged words side by side that name one thing, or one word that names none.

    Attributes:
        typed: The words as typed.
        tagged: What they are searched as: texts, each with the name of its field tag.
        heading: The MeSH heading or publication type that they name, whose own words count as well; "" for none.
        as_words: Whether the words themselves are searched too.
    """

    typed: str
    tagged: tuple[tuple[str, str], ...] = ()
    heading: str = ""
    as_words: bool = True


class AutomaticMapping:
    """Maps the untagged words of one query."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._headings: dict[str, Heading | None] = {}

    def look_up(self, node: Node) -> None:
        """Look all untagged words of a query up in MeSH, at once: one by one, 500 of them take a second."""
        self._look_up(_untagged_texts(node))

    def terms(self, words: Sequence[str]) -> Iterator[MappedTerm]:
        """Divide words side by side into what names one thing, in order.

        A word with a `*` stays as it is; common words that name nothing are left out.
        """
        self._look_up([" ".join(words)])
        for is_mapped, group in groupby(words, key=is_mapped_word):
            run = [word for word in group if folded_words(word)]
            if is_mapped:
                yield from self._mapped(run)
            else:
                yield from map(MappedTerm, run)

    def spellings(self, word: str) -> tuple[str, ...]:
        """Return a word and its other spellings that articles have."""
        folded = folded_words(word)
        return (word, *(variants(folded[0], self._vocabulary.has_word) if len(folded) == 1 else ()))

    def _mapped(self, words: Sequence[str]) -> Iterator[MappedTerm]:
        folded = [_folded(word) for word in words]
        for start, _, named in longest_runs(folded, lambda start, end: self._named(words[start:end])):
            if named or folded[start] not in STOP_WORDS:
                yield named or MappedTerm(words[start])

    def _look_up(self, texts: Iterable[str]) -> None:
        names = dict.fromkeys(name for text in dict.fromkeys(texts) for name in _names_in(text.split()))
        unknown = [name for name in names if name not in self._headings]
        if unknown:
            self._headings |= dict.fromkeys(unknown) | dict(self._vocabulary.headings(unknown))

    def _named(self, words: Sequence[str]) -> MappedTerm | None:
        """Return what a whole run of words names, if anything."""
        typed = " ".join(words)
        for name in _forms(typed):
            if heading := self._headings.get(name):
                return MappedTerm(typed, ((heading.name, "pt" if heading.is_type else "mh"),), heading.name)
        for field, tag in (("substance", "nm"), ("journal", "ta")):
            if self._vocabulary.holds(field, typed):
                return MappedTerm(typed, ((typed, tag),))
        if _may_be_person(words):
            for field, tag in PERSON_FIELDS.items():
                if self._is_person(field, words):
                    return MappedTerm(typed, ((typed, tag),), as_words=False)
        return None

    def _is_person(self, field: str, words: Sequence[str]) -> bool:
        name = " ".join(words)
        further_initials = ascii_lowercase if len(words[-1]) <= LONGEST_INITIALS else ""
        return any(self._vocabulary.holds(field, f"{name}{letter}") for letter in ("", *further_initials))


def is_mapped_word(word: str) -> bool:
    """Return whether a word is mapped: one with a `*` is not, whether or not it is truncated."""
    return not word.endswith("*")


@lru_cache(_CACHED)
def _folded(text: str) -> str:
    return " ".join(folded_words(text))


@lru_cache(_CACHED)
def _forms(text: str) -> tuple[str, ...]:
    """Return the folded forms under which MeSH may have a name: as typed, in American spelling, in the other number."""
    words = [american(word) for word in folded_words(text)]
    if not words:
        return ()
    *first, last = words
    others = (" ".join((*first, number)) for number in other_numbers(last))
    return tuple(dict.fromkeys((_folded(text), " ".join(words), *others)))


def _names_in(words: Sequence[str]) -> Iterator[str]:
    """Yield every form of every run of words that may be a name."""
    for is_mapped, group in groupby(words, key=is_mapped_word):
        run = [word for word in group if folded_words(word)] if is_mapped else []
        folded = [_folded(word) for word in run]
        for start in range(len(run)):
            for end in run_ends(folded, start):
                yield from _forms(" ".join(run[start:end]))


def _untagged_texts(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Chain):
            waiting += [part.first, *(step.operand for step in part.steps)]
        elif isinstance(part, TermNode) and part.tag is None and not part.quoted:
            yield part.text


def _may_be_person(words: Sequence[str]) -> bool:
    """Return whether words may be a name: a surname alone is none, as in PubMed."""
    folded = folded_words(" ".join(words))
    return 1 < len(words) <= LONGEST_PERSON and all(word.isalpha() and word not in STOP_WORDS for word in folded)
