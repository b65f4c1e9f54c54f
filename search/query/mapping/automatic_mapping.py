"""Untagged words of a Boolean query, searched as PubMed's automatic term mapping searches them.

From the left the longest run of words that names something is looked for: a MeSH heading or publication type, a
substance, a journal, a person; the first list that has it decides. A subject or a journal is searched beside the words
themselves, a person instead of them. What names nothing is searched word by word, in the spellings that articles have.

Source: PubMed User Guide, "How PubMed works: automatic term mapping",
https://pubmed.ncbi.nlm.nih.gov/help/#how-pubmed-works-automatic-term-mapping
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Protocol

from index.core.text_normalization import folded_words
from search.query.mapping.spelling_variants import american, other_numbers, variants
from search.query.mapping.term_mapping import longest_runs, run_ends
from search.query.parser import Chain, Node, TermNode
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Heading

MOST_WORDS = 3_000
"""Untagged words of a query that are mapped, each looked up in several lists; the longest strategies have as many."""

LONGEST_WORD = 200
"""Characters of a word that may be a name: those of chemicals are long."""

LONGEST_PERSON = 4
"""Words of a person's name."""

LONGEST_INITIALS = 3
"""Letters."""

_CACHED = 20_000
_PERSONS = {"author": "au", "investigator": "ir"}


class Vocabulary(Protocol):
    """What untagged words are looked up in."""

    def headings(self, names: Sequence[str]) -> Mapping[str, "Heading"]:
        """Return the MeSH heading of each folded name that has one."""

    def heading_starts(self, starts: Sequence[str]) -> Set[str]:
        """Return those of these texts with which the folded name of a MeSH heading begins."""

    def holds(self, field: str, value: str, *, start: bool = False) -> bool:
        """Return whether articles have a value in a field, with `start` one that begins so."""

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
        self._heading_starts: set[str] = set()
        self._looked_up: set[str] = set()
        self._value_starts: dict[tuple[str, str], bool] = {}
        self._spellings: dict[str, tuple[str, ...]] = {}

    def look_up(self, node: Node) -> bool:
        """Look all untagged words of a query up in MeSH, at once: one by one, 500 of them take a second.

        Returns:
            Whether they can be mapped; false where there are more than `MOST_WORDS`.
        """
        texts = list(_untagged_texts(node))
        if sum(len(text.split()) for text in texts) > MOST_WORDS:
            return False
        self._look_up(texts)
        return True

    def _look_up(self, texts: Sequence[str]) -> None:
        self._looked_up |= {" ".join(text.split()) for text in texts}
        runs = [run for text in dict.fromkeys(texts) for run in _runs(text.split()) if is_mapped_word(run[0])]
        starts = dict.fromkeys(start for run in runs for words in pairwise(run) for start in _starts(*words))
        self._heading_starts |= self._vocabulary.heading_starts(list(starts))
        names = dict.fromkeys(name for run in runs for name in self._names(run))
        unknown = [name for name in names if name not in self._headings]
        self._headings |= dict.fromkeys(unknown) | dict(self._vocabulary.headings(unknown))

    def terms(self, words: Sequence[str]) -> Iterator[MappedTerm]:
        """Divide words side by side into what names one thing, in order.

        A word with a `*` stays as it is; common words that name nothing are left out.

        Args:
            words: Each with a letter or digit.
        """
        if (text := " ".join(words)) not in self._looked_up:  # words before a tagged date, or beside signs alone
            self._look_up([text])
        for run in _runs(words):
            if is_mapped_word(run[0]):
                yield from self._mapped(run)
            else:
                yield from map(MappedTerm, run)

    def spellings(self, word: str) -> tuple[str, ...]:
        """Return a word and its other spellings that articles have."""
        if word not in self._spellings:
            key = folded(word)
            others = variants(key, self._vocabulary.has_word) if " " not in key else ()
            self._spellings[word] = (word, *others)
        return self._spellings[word]

    def _mapped(self, words: Sequence[str]) -> Iterator[MappedTerm]:
        keys = list(map(folded, words))
        for start, _, named in longest_runs(keys, lambda start, end: self._named(words[start:end])):
            if named or keys[start] not in STOP_WORDS:
                yield named or MappedTerm(words[start])

    def _names(self, words: Sequence[str]) -> Iterator[str]:
        """Yield every form of every run of words that may be a heading's name."""
        keys = list(map(folded, words))
        for start in range(len(words)):
            for end in run_ends(keys, start):
                if self._may_be_heading(words[start:end]):
                    yield from _forms(words[start:end])

    def _may_be_heading(self, words: Sequence[str]) -> bool:
        return len(words) == 1 or not self._heading_starts.isdisjoint(_starts(*words[:2]))

    def _named(self, words: Sequence[str]) -> MappedTerm | None:
        """Return what a whole run of words names, if anything."""
        typed = " ".join(words).strip(",.;:")
        for name in _forms(words) if self._may_be_heading(words) else ():
            if heading := self._headings.get(name):
                return MappedTerm(typed, ((heading.name, "pt" if heading.is_type else "mh"),), heading.name)
        for field, tag in (("substance", "nm"), ("journal", "ta")):
            if self._holds(field, typed):
                return MappedTerm(typed, ((typed, tag),))
        if _may_be_person(words):
            for field, tag in _PERSONS.items():
                # A value of the field is a surname with initials; names in full are among its other names.
                names = [f"{field}_name", *([field] if len(words[-1]) <= LONGEST_INITIALS else ())]
                if any(self._vocabulary.holds(name, typed) for name in names):
                    return MappedTerm(typed, ((typed, tag),), as_words=False)
        return None

    def _holds(self, field: str, text: str) -> bool:
        first_words = " ".join(text.split()[:2])
        key = (field, first_words)
        if key not in self._value_starts:  # most words begin nothing, and each begins up to eight runs
            self._value_starts[key] = self._vocabulary.holds(field, first_words, start=True)
        return self._value_starts[key] and self._vocabulary.holds(field, text)


def is_mapped_word(word: str) -> bool:
    """Return whether a word is mapped: one with a `*` is not, whether or not it is truncated."""
    return "*" not in word and len(word) <= LONGEST_WORD


def _untagged_texts(node: Node) -> Iterator[str]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Chain):
            waiting += [part.first, *(step.operand for step in part.steps)]
        elif isinstance(part, TermNode) and part.tag is None and not part.quoted:
            yield part.text


@lru_cache(_CACHED)
def folded(text: str) -> str:
    """Return the folded words of a text, separated by one space."""
    return " ".join(folded_words(text))


@lru_cache(_CACHED)
def _american(text: str) -> str:
    return " ".join(map(american, folded(text).split()))


def _runs(words: Sequence[str]) -> Iterator[list[str]]:
    """Divide words into runs that are mapped and runs that are not; what has no letter or digit is left out."""
    for is_mapped, group in groupby(words, key=is_mapped_word):
        if run := [word for word in group if not is_mapped or folded(word)]:
            yield run


def _starts(first: str, second: str) -> tuple[str, str]:
    """Return how a heading's name must begin if two words begin it; the second may be in the other number."""
    return f"{folded(first)} {folded(second)[:1]}", f"{_american(first)} {_american(second)[:1]}"


def _forms(words: Sequence[str]) -> tuple[str, ...]:
    """Return the folded forms under which MeSH may have a name: as typed, in American spelling, in the other number."""
    *first, last = map(_american, words)
    others = (*(f"{last[: -len(end)]}{number}" for end in [last.split()[-1]] for number in other_numbers(end)),)
    forms = (" ".join(map(folded, words)), *(" ".join((*first, form)) for form in (last, *others)))
    return tuple(dict.fromkeys(forms))


def _may_be_person(words: Sequence[str]) -> bool:
    """Return whether words may be a name: a surname alone is none, as in PubMed, and no name begins with an initial."""
    keys = list(map(folded, words))
    letters = all(key.replace(" ", "").isalpha() and key not in STOP_WORDS for key in keys)
    return letters and 1 < len(words) <= LONGEST_PERSON and len(keys[0]) > 1
