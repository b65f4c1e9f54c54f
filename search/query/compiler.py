"""From the tree of a query to what it requires, term by term."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, cast

from index.core.errors import QueryError
from index.lexical.matches import TokenSpan
from search.filters.date_ranges import is_date
from search.query.clauses import Clause, join
from search.query.field_tags import ALL, Kind, Tag, find_tag, is_slip, nearest_tag
from search.query.mapping.automatic_mapping import MOST_WORDS, AutomaticMapping
from search.query.mapping.mapped_clauses import mapped_clause
from search.query.parser import Chain, Node, Range, Step, TermNode, check_terms
from search.query.stopwords import STOP_WORDS
from search.query.terms.dates import date_clause, date_words, range_clause
from search.query.terms.headings import heading_clause, subheading_clause, type_clause
from search.query.terms.reading import Reading, Unanswerable
from search.query.terms.refusals import Refusal, refused
from search.query.terms.subsets import is_feature_word, subset_clause, subset_words
from search.query.terms.values import (
    author_clause,
    language_clause,
    language_words,
    pmid_clause,
    pmid_words,
    value_clause,
)
from search.query.terms.wildcards import check_brackets
from search.query.terms.words import words_clause

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

_DISTANCE = re.compile(r"(.+?)\s?[:~ ]\s?~?(\d{1,4})")
_LIST_SIGN = re.compile(r"(?:[;,.:|\u2022\u00b7&/-]+\s+)+")
"""Between tagged terms, as in "bees[mh]; wasps[mh]": no part of the second."""

RANKING_SHOWN = 60
"""Characters of the words that only rank, in a warning."""

MAX_TERM_CHARACTERS = 5_000
"""A long abstract in quotes."""

_READERS: dict[Kind, Callable[[str, Tag, Reading], Clause]] = {
    Kind.WORDS: words_clause, Kind.MESH: heading_clause, Kind.SUBHEADING: subheading_clause, Kind.TYPE: type_clause,
    Kind.DATE: date_clause, Kind.PMID: pmid_clause, Kind.LANGUAGE: language_clause, Kind.SUBSET: subset_clause,
    Kind.VALUE: value_clause,
}  # fmt: skip
_WORDS_OF_VALUE: dict[Kind, Callable[[list[str]], int]] = {
    Kind.DATE: date_words, Kind.PMID: pmid_words, Kind.LANGUAGE: language_words, Kind.SUBSET: subset_words,
}  # fmt: skip
"""Of these kinds a value is short: words before it are terms of their own, as in "metformin 2019[dp]"."""


@dataclass
class QueryCompiler:
    """Reads one query's tree.

    Attributes:
        text: The query, which errors quote.
        stems: The index's analyser.
        mesh: The vocabulary, where it is loaded.
        today: The day from which "last 5 years" counts.
        free: Words that only rank, in the order typed.
        terms: How many terms were compiled so far.
    """

    text: str
    stems: Callable[[str], Sequence[TokenSpan]]
    mesh: "Mesh | None"
    today: date
    mapping: AutomaticMapping | None = None
    free: list[str] = field(default_factory=list)
    terms: int = 0
    untagged: bool = False
    _mapped: dict[str, Clause] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reading = Reading(self.stems, self.mesh, self.today)
        self._refusals: list[Refusal] = []

    @property
    def warnings(self) -> list[str]:
        """What was perhaps not read as intended."""
        return self._reading.warnings

    def compile(self, node: Node) -> Clause | None:
        """Return what the query requires, or None where all of it is free text.

        Raises:
            QuerySyntaxError: Some terms cannot be answered; it has the query without them as a proposal.
        """
        if self.mapping and not self.mapping.look_up(node):
            self.mapping = None
            self.warnings.append(f"More than {MOST_WORDS:,} untagged words are not mapped, but searched as typed.")
        clause = self._node(node, bound=False)
        if self._refusals:
            raise refused(node, self._refusals, self.text)
        ranking = [word for word in self.free if self.stems(word) and _bare_word(word) not in STOP_WORDS]
        if clause and ranking:
            self.warnings.append(
                f"{' '.join(ranking)[:RANKING_SHOWN]!r} ranks the articles and is not required of them. Write AND "
                "before and behind such words to require them, as PubMed does."
            )
        return clause

    def _node(self, node: Node, *, bound: bool) -> Clause | None:
        if isinstance(node, Chain):
            return self._chain(node, bound=bound)
        try:
            return self._range(node) if isinstance(node, Range) else self._term(node, bound=bound)
        except Unanswerable as error:
            self._refusals.append(Refusal(node, error))
            return None

    def _chain(self, chain: Chain, *, bound: bool) -> Clause | None:
        """Join from left to right; neighbours with the same operator stay one list, so that 1,000 ORs are flat."""
        bound = bound or any(step.operator for step in chain.steps)
        operator = ""
        parts: list[Clause] = []
        steps = (Step("", chain.first), *chain.steps)
        for step, following in zip_longest(steps, steps[1:], fillvalue=Step("", chain.first)):
            if _is_punctuation(step, following):
                continue
            part = self._node(step.operand, bound=bound)
            if part is None:
                continue
            next_operator = step.operator or "AND"
            if len(parts) > 1 and next_operator != operator:
                parts = [join(operator, tuple(parts))]
            operator = next_operator
            parts.append(part)
        return join(operator, tuple(parts)) if parts else None

    def _term(self, term: TermNode, *, bound: bool) -> Clause | None:
        tag = term.tag or (ALL if term.quoted else None)
        if tag is None:
            check_brackets(term.text)
            return self._untagged(term.text, bound=bound)
        if not term.quoted and (listed := _LIST_SIGN.match(term.text)) and term.text[listed.end() :]:
            term = replace(term, text=term.text[listed.end() :])
        self._count_terms(1)
        if term.quoted or tag.kind not in _WORDS_OF_VALUE:
            _check_lengths([term.text])
            return self._tagged(term.text, term, tag)
        words = term.text.split()
        count = _WORDS_OF_VALUE[tag.kind](words)
        before = " ".join(words[:-count])
        untagged = self._untagged(before, bound=bound) if before else None
        try:
            tagged = self._tagged(" ".join(words[-count:]), term, tag)
        except Unanswerable as error:
            is_tag = error.instead.startswith("[") or not error.instead
            raise Unanswerable(error.reason, error.instead if is_tag else f"{before} {error.instead}".strip()) from None
        parts = (untagged, tagged)
        return join("AND", tuple(part for part in parts if part))

    def _tagged(self, text: str, term: TermNode, tag: Tag) -> Clause:
        reading = self._reading
        if is_slip(term.tag_text[1:-1]):
            reading.warnings.append(f"{term.tag_text} is read as [{tag.name}].")
        if tag.kind is Kind.AUTHOR:
            return author_clause(text, tag, quoted=term.quoted)
        if read := _READERS.get(tag.kind):
            return read(text, tag, reading)
        raise _unanswerable(term, tag)

    def _range(self, node: Range) -> Clause:
        first, last = node.first, node.last
        if first.tag is None and last.tag is not None and last.tag.kind is Kind.DATE and is_date(first.text):
            first = replace(first, tag=last.tag)
        if first.tag is None or first.tag != last.tag or first.tag.kind is not Kind.DATE:
            raise Unanswerable("Only dates can form a range: 2019[dp] : 2021[dp], or 2019:2021[dp]")
        self._count_terms(1)
        return range_clause(first.text, last.text, first.tag)

    def _count_terms(self, count: int) -> None:
        self.terms += count
        check_terms(self.terms)

    def _untagged(self, text: str, *, bound: bool) -> Clause | None:
        """Require each word where an operator stands beside them; else only those that cannot rank."""
        words = text.split()
        self._count_terms(len(words))
        _check_lengths(words)
        if bound:
            return self._bound(text)
        self.free += [word for word in words if not self._restricts(word)]
        demanded = " ".join(filter(self._restricts, words))
        return self._as_typed(demanded) if demanded else None

    def _bound(self, text: str) -> Clause | None:
        """Require untagged words, mapped or as typed; where there are only common ones, as typed."""
        words = [word for word in text.split() if self.stems(word)]
        self.untagged = self.untagged or not all(map(self._restricts, words))
        if self.mapping is None or STOP_WORDS.issuperset(map(_bare_word, words)):
            return self._as_typed(text)
        if text not in self._mapped:
            terms, spellings = self.mapping.terms(words), self.mapping.spellings
            self._mapped[text] = join(
                "AND", tuple(filter(None, (mapped_clause(term, self, spellings) for term in terms)))
            )
        return self._mapped[text]

    def tagged(self, text: str, tag: str) -> Clause | None:
        """Require a text in the field of a tag, as the same text with the tag does."""
        term = TermNode(text, cast("Tag", find_tag(tag)), quoted=False, span=TermNode.NOWHERE)
        return self._tagged(text, term, cast("Tag", term.tag))

    def in_any_field(self, word: str) -> Clause:
        """Require a word in any field."""
        return self._word(word)

    def _as_typed(self, text: str) -> Clause:
        """Require every word of a text in any field, common ones only where there are no others."""
        indexed = [word for word in text.split() if self.stems(word)]
        significant = [word for word in indexed if _bare_word(word) not in STOP_WORDS] or indexed
        if not significant:
            raise Unanswerable("It has no word to search for.")
        if STOP_WORDS.issuperset(map(_bare_word, significant)):
            self.warnings.append(f"{text!r} has common words only.")
        return join("AND", tuple(map(self._word, significant)))

    def _restricts(self, word: str) -> bool:
        return ("*" in word and bool(self.stems(word))) or is_feature_word(word)

    def _word(self, word: str) -> Clause:
        return words_clause(word, ALL, self._reading)


def _is_punctuation(step: Step, following: Step) -> bool:
    """Return whether a part of a chain is a sign that nothing joins to the others, such as the last in "bees[ti] /"."""
    term = step.operand
    is_sign = isinstance(term, TermNode) and term.tag is None and not any(map(str.isalnum, term.text))
    return is_sign and not step.operator and not following.operator


def _unanswerable(term: TermNode, tag: Tag) -> Unanswerable:
    if tag.kind is Kind.UNSUPPORTED:
        return Unanswerable(
            f"The field [{tag.name}] ({tag.description}) is not in PubMed's records, or not kept of them. "
            "Use a heading or a name instead."
        )
    distance = _DISTANCE.fullmatch(tag.name)
    if distance and find_tag(meant := f"{distance[1]}:~{distance[2]}"):
        return Unanswerable(
            f"There is no field {term.tag_text}. The words between are counted so: [{meant}]", f"[{meant}]"
        )
    near = nearest_tag(tag.name)
    return Unanswerable(f"There is no field {term.tag_text}.", f"[{(near or ALL).name}]")


def _check_lengths(terms: Sequence[str]) -> None:
    longest = max(terms, key=len, default="")
    if len(longest) > MAX_TERM_CHARACTERS:
        raise QueryError(
            f"A word or phrase may have at most {MAX_TERM_CHARACTERS:,} characters; "
            f"{f'{longest[:20]}…'!r} has {len(longest):,}. Shorten it."
        )


def _bare_word(word: str) -> str:
    return word.lower().strip(".,;:?!'")
