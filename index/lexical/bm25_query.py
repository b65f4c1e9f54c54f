"""Builds the tantivy query for a text and the other names of its headings and abbreviations."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical.matches import NameKind, Translation

if TYPE_CHECKING:
    import tantivy

FIELD = "text"

OTHER_NAME = 0.6
"""Weight of another name of a heading; the typed words count 1."""

SINGLE_WORD = 0.3
"""Weight of the single words of an everyday name of several ("low blood sugar")."""

# Besides the typed one; a few descriptors have over a hundred entry terms, mostly inversions of one another.
MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Bm25QueryBuilder:
    """Builds queries for one index.

    Attributes:
        schema: The index's schema.
        stems_of: Returns the stems that a text searches for and how often it names each.
        frequency: Returns how many articles hold a stem.
    """

    schema: "tantivy.Schema"
    stems_of: Callable[[str], Mapping[str, int]]
    frequency: Callable[[str], int]

    def any_of(self, terms: Mapping[str, int], translations: Sequence[Translation]) -> "tantivy.Query":
        """Return the query for articles with any of the terms, or with another name of a heading.

        The words that name a heading count as typed or, where it is more, as the best of its other names: such a name
        counts only where an article holds all of its words, and `OTHER_NAME` of what it would count if it were typed.

        Args:
            terms: Stems, and how often the query names each.
            translations: The headings that the query names.

        Source:
            nDCG@10 by words alone. mesh_indexing_1979 dev: without .399, at .5 .431, .428 where the other names' words
            are added at a low weight instead, .426 where a name need not be whole; at .7 .438, at 1 .438. SciFact
            train: without .701, .700 at .5, .697 at .7, .692 at 1; fused .7454
            and .470 (mesh_indexing_1979) at .5, .7451 and .475 at .6, .7434 and .478 at .7. Long forms of the
            abbreviations in 157 of SciFact's claims: fused .0001 better at .6, .0014 worse where they count in full.
        """
        remaining = Counter(terms)
        parts = []
        for translation in translations:
            typed = Counter(dict.fromkeys(self.stems_of(translation.words), 1)) & remaining
            names = list(self._names(translation, typed))
            if names:
                remaining -= typed
                is_everyday = translation.kind is NameKind.EVERYDAY
                parts.append(self._everyday(typed, names) if is_everyday else self._best_of(typed, names))
        return _should([*self._terms(remaining), *parts])

    def _names(self, translation: Translation, typed: Mapping[str, int]) -> Iterator[frozenset[str]]:
        seen = {frozenset(typed)}
        for name in translation.names:
            stems = frozenset(self.stems_of(name))
            if stems and stems not in seen and len(seen) <= MOST_NAMES and all(map(self.frequency, stems)):
                seen.add(stems)
                yield stems

    def _everyday(self, typed: Mapping[str, int], names: Sequence[frozenset[str]]) -> "tantivy.Query":
        """Return the query for an everyday name, which means the concept and nothing else.

        Its single words count little: the skin of "yellow skin" is no jaundice.
        """
        from tantivy import Query

        whole = [self._all_of(name) for name in (frozenset(typed), *names)]
        single = Query.boost_query(_should(list(self._terms(typed))), SINGLE_WORD if len(typed) > 1 else 1.0)
        return Query.disjunction_max_query([*whole, single])

    def _all_of(self, name: frozenset[str]) -> "tantivy.Query":
        from tantivy import Occur, Query

        return Query.boolean_query([(Occur.Must, query) for query in self._terms(dict.fromkeys(sorted(name), 1))])

    def _best_of(self, typed: Mapping[str, int], names: Sequence[frozenset[str]]) -> "tantivy.Query":
        from tantivy import Query

        others = [Query.boost_query(self._all_of(name), OTHER_NAME) for name in names]
        return Query.disjunction_max_query([_should(list(self._terms(typed))), *others])

    def _terms(self, terms: Mapping[str, int]) -> "Iterator[tantivy.Query]":
        from tantivy import Query

        for stem, count in terms.items():
            yield Query.boost_query(Query.term_query(self.schema, FIELD, stem, "freq"), float(count))


def _should(queries: "Sequence[tantivy.Query]") -> "tantivy.Query":
    from tantivy import Occur, Query

    return Query.boolean_query([(Occur.Should, query) for query in queries])
