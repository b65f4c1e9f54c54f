"""From the tree of a query to what it requires, term by term."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from index.core.errors import QueryError
from index.engine.filter_expression import (
    AnyOf,
    Between,
    Everything,
    FilterExpression,
    Phrase,
    Pmids,
    Prefix,
    Value,
    Word,
)
from index.lexical.matches import TokenSpan
from search.filters.author_names import author_filter, exact_author
from search.filters.date_ranges import day_bounds, is_date
from search.filters.filters import YES
from search.filters.vocabulary import LANGUAGES, heading_values, language_code
from search.query.clauses import Clause, join
from search.query.field_tags import ALL, Kind, Tag, find_tag
from search.query.lexer import is_truncated, too_short_hint
from search.query.mapping.automatic_mapping import MOST_WORDS, AutomaticMapping
from search.query.mapping.mapped_clauses import mapped_clause
from search.query.parser import Chain, Node, Range, Step, TermNode, check_terms, syntax_error
from search.query.query import Span
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

MAX_TERM_CHARACTERS = 5_000
"""A long abstract in quotes."""

_RANGE_WORDS = 3
_ARTICLE_STATES = {
    "medline": "MEDLINE",
    "inprocess": "In-Process",
    "publisher": "Publisher",
    "pubmednotmedline": "PubMed-not-MEDLINE",
}
_AVAILABILITY = {
    "hasabstract": ("has_abstract", "has an abstract"),
    "freefulltext": ("free_full_text", "has free full text"),
}


@dataclass
class QueryCompiler:
    """Reads one query's tree.

    Attributes:
        text: The query, which errors quote.
        stems: The index's analyser.
        mesh: The vocabulary, where it is loaded.
        free: Words that only rank, in the order typed.
        warnings: What was perhaps not read as intended.
        terms: How many terms were compiled so far.
        mapping: Maps untagged words that restrict; None to search them as typed.
        untagged: Whether the query has such words.
    """

    text: str
    stems: Callable[[str], Sequence[TokenSpan]]
    mesh: "Mesh | None" = None
    free: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    terms: int = 0
    mapping: AutomaticMapping | None = None
    untagged: bool = False
    _mapped: dict[str, Clause] = field(default_factory=dict)

    def compile(self, node: Node) -> Clause | None:
        """Return what the query requires, or None where all of it is free text."""
        if self.mapping and not self.mapping.look_up(node):
            self.mapping = None
            self.warnings.append(f"More than {MOST_WORDS:,} untagged words are not mapped, but searched as typed.")
        return self._node(node, bound=False)

    def _node(self, node: Node, *, bound: bool) -> Clause | None:
        if isinstance(node, TermNode):
            return self._term(node, bound=bound)
        return self._range(node) if isinstance(node, Range) else self._chain(node, bound=bound)

    def _chain(self, chain: Chain, *, bound: bool) -> Clause | None:
        """Join from left to right; neighbours with the same operator stay one list, so that 1,000 ORs are flat."""
        bound = bound or any(step.operator for step in chain.steps)
        operator = ""
        parts: list[Clause] = []
        for step in (Step("", chain.first), *chain.steps):
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
        if term.tag is None and not term.quoted:
            return self._untagged(term, bound=bound)
        self._count_terms(1)
        tag = term.tag or ALL
        value_readers = {
            Kind.DATE: self._date,
            Kind.PMID: self._pmid,
            Kind.LANGUAGE: self._language,
            Kind.SUBSET: self._subset,
        }
        if tag.kind in value_readers:
            return self._with_words_before(term, value_readers[tag.kind], bound=bound)
        text_readers = {
            Kind.WORDS: self._words,
            Kind.AUTHOR: self._author,
            Kind.MESH: self._heading,
            Kind.VALUE: self._value,
            Kind.UNSUPPORTED: self._unsupported,
        }
        if term.quoted or tag.kind is not Kind.WORDS:
            _check_lengths([term.text])
        return text_readers[tag.kind](term.text, tag, quoted=term.quoted)

    def _count_terms(self, count: int) -> None:
        self.terms += count
        check_terms(self.terms)

    def _value(self, text: str, tag: Tag, *, quoted: bool) -> Clause:  # noqa: ARG002 - called like the others
        filter_expression = _in_any_field(tag, lambda name: Value(name, frozenset({text})))
        return Clause(f"{tag.description} {text}", filter_expression, _ranking_words(tag, text))

    def _unsupported(self, text: str, tag: Tag, *, quoted: bool) -> None:  # noqa: ARG002 - called like the others
        self.warnings.append(f"The field [{tag.name}] ({tag.description}) is not in the index: {text!r} only ranks.")
        self.free.append(text)

    def _untagged(self, term: TermNode, *, bound: bool) -> Clause | None:
        words = term.text.split()
        if bound:
            return self._bound(term.text)
        truncated = [word for word in words if is_truncated(word)]
        self._count_terms(len(truncated))
        _check_lengths(truncated)
        parts = [self._truncated(word, ALL) for word in truncated]
        self.free += [word for word in words if not is_truncated(word)]
        return join("AND", tuple(parts)) if parts else None

    def _bound(self, text: str) -> Clause | None:
        """Require untagged words, mapped or as typed; where there are only common ones, as typed."""
        _check_lengths(text.split())
        words = [word for word in text.split() if self.stems(word)]
        self.untagged = self.untagged or not all(map(is_truncated, words))
        if self.mapping is None or STOP_WORDS.issuperset(map(_bare_word, words)):
            return self._words(text, ALL, quoted=False)
        self._count_terms(len(words))
        if text not in self._mapped:
            counted = self.terms
            terms = self.mapping.terms(words)
            parts = tuple(clause for term in terms if (clause := mapped_clause(term, self, self.mapping.spellings)))
            self.terms = counted  # what a word is mapped to is not typed
            self._mapped[text] = join("AND", parts)
        return self._mapped[text]

    def tagged(self, text: str, tag: str) -> Clause | None:
        """Require a text in the field of a tag, as the same text with the tag does."""
        return self._term(TermNode(text, find_tag(tag), quoted=False, span=Span(0, 0)), bound=True)

    def in_any_field(self, word: str) -> Clause:
        """Require a word in any field."""
        return self._word(word, ALL)

    def _words(self, text: str, tag: Tag, *, quoted: bool) -> Clause | None:
        """Require every word of a text, common ones only where there are no others."""
        if quoted and is_truncated(text):
            return self._truncated(text, tag, quoted=True)
        if quoted and not text.endswith("*"):
            if self.stems(text):
                return self._phrase(text, tag)
            self._warn_of_no_word(text)
            return None
        words = text.split()
        self._count_terms(len(words))
        _check_lengths(words)
        indexed = [word for word in words if self.stems(word)]
        significant = [word for word in indexed if _bare_word(word) not in STOP_WORDS] or indexed
        if indexed and all(_bare_word(word) in STOP_WORDS for word in indexed):
            self.warnings.append(f"{text!r} has common words only.")
        parts = tuple(self._word(word, tag) for word in significant)
        if not parts:
            self._warn_of_no_word(text)
        return join("AND", parts) if parts else None

    def _word(self, word: str, tag: Tag) -> Clause:
        if tag is ALL and _bare_word(word) == "hasabstract":
            return Clause("has an abstract", Value("has_abstract", YES))
        if is_truncated(word):
            return self._truncated(word, tag)
        if word.endswith("*"):
            self.warnings.append(too_short_hint(word))
            word = word.rstrip("*")
        tokens = self.stems(word)
        if len(tokens) > 1:
            return self._phrase(word, tag)
        bare = word[tokens[0].start : tokens[0].end]
        return Clause(f"{bare} in {tag.description}", _in_any_field(tag, lambda name: Word(name, bare)), bare)

    def _phrase(self, text: str, tag: Tag) -> Clause:
        return Clause(f'"{text}" in {tag.description}', _in_any_field(tag, lambda name: Phrase(name, text)), text)

    def _truncated(self, text: str, tag: Tag, *, quoted: bool = False) -> Clause:
        """Require adjacent words of which the last is a prefix; a word with a hyphen is several."""
        stem = text.rstrip("*")
        shown = f'"{stem}*"' if quoted else f"{stem}*"
        return Clause(f"{shown} in {tag.description}", _in_any_field(tag, lambda name: Prefix(name, stem)), stem)

    def _warn_of_no_word(self, text: str) -> None:
        self.warnings.append(f"{text!r} has no word to search for and was left out.")

    def _author(self, text: str, tag: Tag, *, quoted: bool) -> Clause:
        if tag.name == "lastau":
            self.warnings.append("[lastau] is read as [au]: the index does not know the last author.")
        name = text.replace("*", "").strip()
        read = exact_author if quoted else author_filter
        filter_expression = read(name, field=tag.fields[0])
        return Clause(f"{tag.description} {name}", filter_expression)

    def _heading(self, text: str, tag: Tag, *, quoted: bool) -> Clause:  # noqa: ARG002 - called like the others
        name, slash, subheading = text.partition("/")
        if slash:
            self.warnings.append(f"The subheading {subheading!r} is ignored; only the heading {name!r} is used.")
        if tag.exploded and self.mesh is None:
            self.warnings.append("MeSH is not loaded: narrower headings do not count. rebuild-index --mesh loads it.")
        elif self.mesh is not None and self.mesh.ui(name) is None:
            self.warnings.append(f"MeSH has no heading {name!r}.")
        values = heading_values(name, self.mesh, exploded=tag.exploded)
        suffix = " and narrower" if tag.exploded and self.mesh is not None else ""
        return Clause(f"{tag.description} {name}{suffix}", Value(tag.fields[0], values), name)

    def _with_words_before(
        self, term: TermNode, read: Callable[[str, Tag, Span], Clause | None], *, bound: bool
    ) -> Clause | None:
        """Read the value next to the tag; "metformin 2019[dp]" has a word before it that is not a date."""
        words = term.text.split()
        count = 1 if term.quoted else _value_words(words, cast("Tag", term.tag))
        before = "" if term.quoted else " ".join(words[:-count])
        value = term.text if term.quoted else " ".join(words[-count:])
        tagged = read(value, cast("Tag", term.tag), term.span)
        untagged = self._untagged(TermNode(before, None, quoted=False, span=term.span), bound=bound) if before else None
        parts = tuple(part for part in (untagged, tagged) if part)
        return join("AND", parts) if parts else None

    def _date(self, value: str, tag: Tag, span: Span) -> Clause:
        first, colon, last = (bound.strip() for bound in value.partition(":"))
        return self._between(first, last if colon else first, tag, span)

    def _range(self, node: Range) -> Clause:
        first, last = node.first, node.last
        if first.tag is None or first.tag != last.tag or first.tag.kind is not Kind.DATE:
            raise syntax_error(
                "Only dates can form a range: 2019[dp] : 2021[dp], or 2019:2021[dp]", self.text, last.span.start
            )
        return self._between(first.text, last.text, first.tag, first.span)

    def _between(self, first: str, last: str, tag: Tag, span: Span) -> Clause:
        try:
            low, high = day_bounds(first, last)
        except QueryError as error:
            raise syntax_error(f"{error} A range is 2019:2021[dp]", self.text, span.start) from None
        dates = first if first == last else f"{first}-{last}"
        return Clause(f"{tag.description} {dates}", Between(tag.fields[0], low, high))

    def _pmid(self, value: str, tag: Tag, span: Span) -> Clause:
        numbers = value.replace(",", " ").split()
        if not all(number.isascii() and number.isdigit() for number in numbers):
            raise syntax_error(f"{value!r} is not a PMID: write 33990091[pmid]", self.text, span.start)
        return Clause(f"{tag.description} {value}", Pmids(frozenset(int(number[:18]) for number in numbers)))

    def _language(self, value: str, tag: Tag, _span: Span) -> Clause:
        code = language_code(value)
        if code not in LANGUAGES.values():
            self.warnings.append(f"{value!r} is not a language in NLM's list.")
        return Clause(f"{tag.description} {value}", Value("language", frozenset({code})))

    def _subset(self, value: str, _tag: Tag, _span: Span) -> Clause | None:
        key = _letters(value)
        if key in _AVAILABILITY:
            name, description = _AVAILABILITY[key]
            return Clause(description, Value(name, YES))
        if key in _ARTICLE_STATES:
            return Clause(f"status {value}", Value("status", frozenset({_ARTICLE_STATES[key]})))
        self.warnings.append(f"The subset {value!r} is not in the index and was left out.")
        return None


def _check_lengths(terms: Sequence[str]) -> None:
    longest = max(terms, key=len, default="")
    if len(longest) > MAX_TERM_CHARACTERS:
        raise QueryError(
            f"A word or phrase may have at most {MAX_TERM_CHARACTERS:,} characters; "
            f"{f'{longest[:20]}…'!r} has {len(longest):,}. Shorten it."
        )


def _ranking_words(tag: Tag, value: str) -> str:
    return value if tag.name == "nm" else ""


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalpha())


def _bare_word(word: str) -> str:
    return word.lower().strip(".,;:?!'")


def _in_any_field(tag: Tag, restrict: Callable[[str], FilterExpression]) -> FilterExpression:
    parts = tuple(restrict(name) for name in tag.fields)
    return parts[0] if len(parts) == 1 else AnyOf(parts) if parts else Everything()


def _value_words(words: Sequence[str], tag: Tag) -> int:
    """Count the words next to a tag that make up its value."""
    if tag.kind is Kind.DATE:
        if len(words) >= _RANGE_WORDS and words[-2] == ":":
            return _RANGE_WORDS
        in_words = (
            count
            for count in (3, 2)
            if len(words) >= count and len(words[-1]) != len("2019") and is_date(" ".join(words[-count:]))
        )
        return next(in_words, 1)
    if tag.kind is Kind.PMID:
        numbers = 0
        for word in reversed(words):
            if not word.rstrip(",").isdigit():
                break
            numbers += 1
        return max(numbers, 1)
    if tag.kind is Kind.LANGUAGE:
        return 2 if " ".join(words[-2:]).lower() in LANGUAGES else 1
    for count in (3, 2):
        if _letters("".join(words[-count:])) in {*_AVAILABILITY, *_ARTICLE_STATES, "fulltext", "systematic"}:
            return min(count, len(words))
    return 1
