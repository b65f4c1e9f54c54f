"""Which articles a query means, by PubMed's User Guide: sets of PMIDs, put together as the query says."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from tests.support.oracles.pubmed_guide.days import Span, span
from tests.support.oracles.pubmed_guide.mesh_table import MeshTable
from tests.support.oracles.pubmed_guide.names import matches
from tests.support.oracles.pubmed_guide.records import Document, Name, Person
from tests.support.oracles.pubmed_guide.syntax import DateRange, Joined, Node, Term, Unreadable, parse
from tests.support.oracles.pubmed_guide.tags import Tag, tag_of
from tests.support.oracles.pubmed_guide.word_field import WordField
from tests.support.oracles.pubmed_guide.words import name_words, patterns_of, words_of

Pmids = frozenset[int]


class Guide:
    """Every article, and the sets of them that terms mean."""

    def __init__(self, documents: Iterable[Document], mesh: MeshTable, *, mapped: bool = True) -> None:
        """Take the articles; `mapped` says whether terms without a tag are mapped to MeSH, journals and authors."""
        self.documents = list(documents)
        self.mesh = mesh
        self.mapped = mapped
        self.everything = frozenset(document.pmid for document in self.documents)
        self._fields: dict[tuple[str, ...], WordField] = {}
        self._answers: dict[Node, Pmids] = {}
        self.headings: dict[Name, list[tuple[int, bool, tuple[tuple[Name, bool], ...]]]] = defaultdict(list)
        self.persons: dict[str, list[tuple[int, str, Person]]] = defaultdict(list)
        for document in self.documents:
            for name, starred, pairs in document.headings:
                self.headings[mesh.names.get(name, name)].append((document.pmid, starred, pairs))
            for kind, people in document.persons.items():
                for who in people:
                    for word in who.last:
                        self.persons[word].append((document.pmid, kind, who))

    def pmids(self, query: str) -> Pmids:
        """Return the articles that a query means.

        Raises:
            Unreadable: The guide gives it no meaning, or this evaluator does not cover it.
        """
        return self.meaning(parse(query))

    def meaning(self, node: Node) -> Pmids:
        """Return the articles that a part of a query means."""
        if node not in self._answers:
            self._answers[node] = frozenset(self._meaning(node))
        return self._answers[node]

    def _meaning(self, node: Node) -> Iterable[int]:
        if isinstance(node, Joined):
            found = self.meaning(node.first)
            for operator, operand in node.steps:
                other = self.meaning(operand)
                found = found & other if operator == "AND" else found | other if operator == "OR" else found - other
            return found
        if isinstance(node, DateRange):
            return self._between(node)
        if not node.tag:
            from tests.support.oracles.pubmed_guide.mapping import untagged  # the two need each other

            return untagged(self, node)
        tag = tag_of(node.tag)
        return KINDS[tag.kind](self, node, tag)

    def field(self, fields: tuple[str, ...]) -> WordField:
        """Return some fields as one, gathered when first asked for."""
        if fields not in self._fields:
            self._fields[fields] = WordField(self.documents, fields)
        return self._fields[fields]

    def text(self, term: Term, tag: Tag) -> set[int]:
        """Return articles by words side by side, with or without quotation marks, or near each other."""
        field, patterns = self.field(tag.fields), patterns_of(term.text)
        if tag.near is not None:
            return field.with_near(patterns, tag.near)
        return field.with_phrase(patterns)

    def value(self, term: Term, tag: Tag) -> set[int]:
        """Return articles that have a value as a whole."""
        return self.field(tag.fields).with_value(patterns_of(term.text))

    def dates(self, term: Term, tag: Tag) -> set[int]:
        """Return articles with any of the days that a date means."""
        return self._with_day(tag, _span(term))

    def _between(self, node: DateRange) -> set[int]:
        tag = tag_of(node.last.tag or node.first.tag)
        if tag.kind != "dates":
            raise Unreadable(f"no range of {node.last.tag!r}")
        return self._with_day(tag, (_span(node.first)[0], _span(node.last)[1]))

    def _with_day(self, tag: Tag, days: Span) -> set[int]:
        first, last = days
        return {one.pmid for one in self.documents if any(first <= day <= last for day in one.days[tag.fields[0]])}

    def person(self, term: Term, tag: Tag) -> set[int]:
        """Return articles of a person; `[1au]` and `[lastau]` look at one place only."""
        name = name_words(term.text)
        if term.text.endswith("*"):
            name = (*name[:-1], f"{name[-1]}*")
        found = self.field(("cn",)).with_phrase(patterns_of(term.text)) if tag.fields == ("cn",) else set()

        for word in {name[0], name[-1]}:
            for pmid, kind, who in self._persons_named(word):
                fits = kind in tag.fields and _in_place(who, tag.place)
                if fits and matches(who, name, comma="," in term.text, exact=term.quoted):
                    found.add(pmid)
        return found

    def _persons_named(self, word: str) -> list[tuple[int, str, Person]]:
        """Return the persons whose last name holds a word; any person for a truncated one."""
        if word.endswith("*"):
            return [
                person for start, people in self.persons.items() if start.startswith(word[:-1]) for person in people
            ]
        return self.persons.get(word, [])

    def heading(self, term: Term, tag: Tag) -> set[int]:
        """Return articles by MeSH heading, alone or with a subheading, with what lies under both."""
        from tests.support.oracles.pubmed_guide.headings import with_heading

        return with_heading(self, term, tag)

    def subheading(self, term: Term, tag: Tag) -> set[int]:
        """Return articles with a subheading on any heading."""
        from tests.support.oracles.pubmed_guide.headings import with_subheading

        return with_subheading(self, term, tag)

    def publication_type(self, term: Term, tag: Tag) -> set[int]:
        """Return articles of a type or of one that lies under it."""
        from tests.support.oracles.pubmed_guide.headings import with_type

        return with_type(self, term, tag)

    def subset(self, term: Term, tag: Tag) -> set[int]:
        """Return articles of a subset or filter."""
        from tests.support.oracles.pubmed_guide.subsets import in_subset

        return in_subset(self, term)

    def identifier(self, term: Term, tag: Tag) -> set[int]:
        """Return the article of a PMID."""
        text = term.text.strip()
        if not text.isdigit():
            raise Unreadable(f"no PMID: {text!r}")
        return {int(text)} & self.everything

    def language(self, term: Term, tag: Tag) -> set[int]:
        """Return articles in a language, by name or code."""
        from tests.support.oracles.pubmed_guide.subsets import LANGUAGES

        name = " ".join(words_of(term.text))
        code = next((code for code, full in LANGUAGES.items() if name in (code, full)), name)
        return self.field(("la",)).with_value((code,))


def _in_place(who: Person, place: str) -> bool:
    return not place or (who.place == 0 if place == "first" else who.is_last)


def _span(term: Term) -> Span:
    days = span(term.text)
    if days is None:
        raise Unreadable(f"no date: {term.text!r}")
    return days


KINDS: dict[str, Callable[[Guide, Term, Tag], Iterable[int]]] = {
    "text": Guide.text, "value": Guide.value, "dates": Guide.dates, "person": Guide.person,
    "heading": Guide.heading, "subheading": Guide.subheading, "type": Guide.publication_type,
    "subset": Guide.subset, "identifier": Guide.identifier, "language": Guide.language,
}  # fmt: skip
