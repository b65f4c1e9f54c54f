"""Articles that the user knows: by identifier, title, citation, name, or author, year and a word of the title."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.core.readable_text import readable
from index.core.text_normalization import compact, folded_person, folded_value
from index.engine.filter_expression import AllOf, AnyOf, Between, FilterExpression, Pmids, Value, Word
from index.records.identifiers import dois_in, identifier_readings, orcids_in, pmcids_in, pmids_in
from search.filters.author_names import author_filter, exact_author
from search.retrieval.ranked import Ranked, RankedList

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.store.article_store import ArticleStore

MAX_KNOWN_ITEMS = 50
"""Articles that one author, a year and a word may name; more of them mean that a question was typed."""

MAX_NAMED = 1000
"""Articles that an identifier or a whole name may bring first."""

TITLES_COMPARED = 20
MIN_TITLE_LETTERS = 25
"""Of a title inside a longer text: a shorter one ("Diabetes mellitus") can occur there by chance."""

_MAX_WORDS = 8
_LONGEST_IDENTIFIER, _LONGEST_NAME = 60, 300  # characters
_SOME_DIGITS, _MANY_DIGITS = 3, 4  # a grant may be called "COVID-19"
_DIGITS_ALONE = 6  # "10000 steps a day"
_AROUND = ".,;:()"
_YEARS = range(1800, 2101)


@dataclass(frozen=True, slots=True)
class KnownItemClue:
    """What a query says about one article.

    Attributes:
        description: The clue in words.
        filter_expression: What it keeps.
        first: Which of them come first: those of the first author before the others.
        most: How many articles it may bring first; more of them mean that something else was meant.
    """

    description: str
    filter_expression: FilterExpression
    first: FilterExpression | None = None
    most: int = MAX_KNOWN_ITEMS


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Articles that a query names, the likeliest first, and what named them."""

    pmids: tuple[int, ...]
    description: str


def find_known_item(
    text: str, head: RankedList | None, within: "Selection", index: "SearchIndex", store: "ArticleStore"
) -> KnownItem | None:
    """Find the article that a query names, verified against the index and the store; None where it names none.

    Args:
        text: The query, cleaned.
        head: The candidates, best first; None where nothing was ranked.
        within: The only articles that can be found.
        index: The build.
        store: The articles.
    """

    def few_matching(filter_expression: FilterExpression, most: int) -> list[int]:
        selection = index.select(filter_expression, within)
        return list(map(int, index.pmids_of(selection))) if 0 < selection.count <= most else []

    for clue in clues(text):
        pmids = few_matching(clue.filter_expression, clue.most)
        first_author_pmids = few_matching(clue.first, clue.most) if clue.first else []
        # Many authors with a common surname share a year and a word; few of them are first authors.
        if pmids := pmids or first_author_pmids:
            ranks = {pmid: rank for rank, pmid in enumerate(head.pmids.tolist())} if head else {}
            pmids.sort(key=lambda pmid: (pmid not in first_author_pmids, ranks.get(pmid, len(ranks)), -pmid))
            return KnownItem(tuple(pmids), clue.description)
    if head and (titled_pmids := titles_in(text, _likeliest_titles(head, store))):
        return KnownItem(titled_pmids, "title")
    return None


def _likeliest_titles(head: RankedList, store: "ArticleStore") -> Iterator[tuple[int, str | None]]:
    best = (*head.best_by_words(TITLES_COMPARED).pmids.tolist(), *head.pmids[:TITLES_COMPARED].tolist())
    likeliest = dict.fromkeys(best)
    articles = store.articles(list(likeliest))
    for article in (articles[pmid] for pmid in likeliest if pmid in articles):
        yield from ((article.pmid, readable(title)) for title in (article.title, article.vernacular_title) if title)


def known_first(ranked: Sequence[Ranked], pmids: Sequence[int]) -> tuple[Ranked, ...]:
    """Return the list with these articles before all others, each with the highest score."""
    by_pmid = {article.pmid: article for article in ranked}
    first = []
    for pmid in pmids:
        article = by_pmid.pop(pmid, None)
        first.append(Ranked(pmid, 1.0, article.meaning if article else None, article.words if article else None))
    return (*first, *by_pmid.values())


def clues(text: str) -> tuple[KnownItemClue, ...]:
    """Return what a query may be besides a question, the most specific first."""
    return (*_identifier_clues(text), *_citation_clues(text.split()), *_name_clues(text))


def _identifier_clues(text: str) -> Iterator[KnownItemClue]:
    if pmids := pmids_in(text):
        yield KnownItemClue(f"PMID {', '.join(map(str, sorted(pmids)))}", Pmids(frozenset(pmids)), most=MAX_NAMED)
    if dois := dois_in(text):
        values = frozenset(reading for readings in dois for reading in readings)
        yield KnownItemClue(f"DOI {', '.join(readings[0] for readings in dois)}", Value("doi", values), most=MAX_NAMED)
    for label, field, found in (("PMC identifier", "pmcid", pmcids_in(text)), ("ORCID", "orcid", orcids_in(text))):
        if found:
            yield KnownItemClue(f"{label} {', '.join(found)}", Value(field, frozenset(found)), most=MAX_NAMED)
    yield from _number_clues(text)


def _number_clues(text: str) -> Iterator[KnownItemClue]:
    """Read the whole text, and each word with many digits, as the number of a trial, a grant, an article or a book.

    A year is none, though a grant may be called "2021 Award", and a word of digits alone must have more of them.
    """
    short = len(text) <= _LONGEST_IDENTIFIER and any(map(str.isdigit, text)) and not _is_year(text.strip(_AROUND))
    whole = identifier_readings(text) if short else frozenset()
    words = {word for word in (word.strip(_AROUND) for word in text.split()) if _is_numbered(word)}
    if whole or words:
        shown = text if whole else ", ".join(sorted(words))
        numbered = {number for number in whole if sum(map(str.isdigit, number)) >= _SOME_DIGITS} | words
        parts = [Value(field, frozenset({*whole, *words})) for field in ("identifier", "accession")]
        parts += [Value(field, frozenset(numbered)) for field in ("grant", "orcid") if numbered]
        yield KnownItemClue(f"identifier {shown}", AnyOf(tuple(parts)), most=MAX_NAMED)


def _is_numbered(word: str) -> bool:
    return sum(map(str.isdigit, word)) >= (_DIGITS_ALONE if word.isdigit() else _MANY_DIGITS)


def _name_clues(text: str) -> Iterator[KnownItemClue]:
    """Read the whole text as the name of a person or a group."""
    if len(text) <= _LONGEST_NAME and folded_person(text):
        values = [exact_author(text, field=field) for field in ("author", "investigator", "named_person", "editor")]
        yield KnownItemClue(f"name {text}", AnyOf(tuple(values)), exact_author(text, field="first_author"), MAX_NAMED)


def _citation_clues(words: Sequence[str]) -> tuple[KnownItemClue, ...]:
    """Read "Okafor 2019 metformin", "Okafor NB et al. (2019) metformin" and "Okafor metformin 2019"."""
    bare = [word.strip("()[],;:.") for word in words]
    bare = [
        word for before, word in pairwise(["", *bare]) if word and not _is_conjunction(word.lower(), before.lower())
    ]
    positions = [position for position, word in enumerate(bare) if _is_year(word)]
    if len(positions) != 1 or len(bare) > _MAX_WORDS:
        return ()
    [position] = positions
    before, after, year = bare[:position], bare[position + 1 :], int(bare[position])
    readings = [(before, after)] if before and after else [(before[:size], before[size:]) for size in (1, 2)]
    return tuple(_by_author(name, year, title) for name, title in readings if name and title and not name[0].isdigit())


def _is_year(word: str) -> bool:
    return word.isdigit() and len(word) == 4 and int(word) in _YEARS  # noqa: PLR2004 - the digits of a year


def _is_conjunction(word: str, before: str) -> bool:
    # "Al" alone is the start of a name: Al Hugail, Al-Omari.
    return word in {"et", "and", "&"} or (word == "al" and before == "et")


def _by_author(name: Sequence[str], year: int, title: Sequence[str]) -> KnownItemClue:
    author = " ".join(name)
    others: tuple[FilterExpression, ...] = (
        AnyOf((Between("year", year, year), Between("published", year * 10_000 + 101, year * 10_000 + 1231))),
        *(Word("title", word) for word in _words(title)),
    )
    return KnownItemClue(
        f"{author}, {year}, {' '.join(title)}",
        AllOf((author_filter(author), *others)),
        AllOf((author_filter(author, field="first_author"), *others)),
    )


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from "".join(c if c.isalnum() else " " for c in text).split()


def titles_in(text: str, titles: Iterable[tuple[int, str | None]]) -> tuple[int, ...]:
    """Return the PMIDs whose title is the text, or is contained in it, the longest title first.

    Punctuation does not count, but of titles with the same letters those come first that are there with the same
    punctuation: a title in square brackets is a translation, and the same title may exist without them.

    Args:
        text: What was typed: a title, or a citation that contains one.
        titles: PMIDs and titles, the likeliest first.
    """
    typed, typed_exactly = compact(text), _without_case(text)
    matches = [
        (-len(letters), (exact := _without_case(title or "")) not in typed_exactly, -len(exact), pmid)
        for pmid, title in titles
        if (letters := compact(title or ""))
        and (letters == typed or (len(letters) >= MIN_TITLE_LETTERS and letters in typed))
    ]
    return tuple(dict.fromkeys(pmid for *_, pmid in sorted(matches, key=lambda match: match[:3])))


def _without_case(text: str) -> str:
    return folded_value(text).rstrip(".")
