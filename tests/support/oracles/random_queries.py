"""Random filters and queries in PubMed's language, and what they keep by a look at one article after the other.

Nothing here goes through the reading of queries, `Filters.expression` or the index: a query is drawn as a tree,
written as text for the searcher, and judged as a tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from index.records.article import Article
from tests.support.oracles.brute_force_filter import (
    further_names,
    in_order,
    key,
    name,
    person,
    persons,
    printed,
    stands,
    texts,
    values,
    words,
)
from tests.support.records.rich_articles import (
    FORE_NAMES,
    GROUPS,
    JOURNALS,
    KEYWORDS,
    LANGUAGES,
    LAST_NAMES,
    STATES,
    TREE,
    TYPES,
    WORDS,
)

LANGUAGE_NAMES = {"eng": "English", "ger": "German", "fre": "French", "jpn": "Japanese"}
AGES = {
    "newborn": "Infant, Newborn", "infant": "Infant", "child": "Child", "adult": "Adult", "middle aged": "Middle Aged",
    "aged": "Aged", "80 and over": "Aged, 80 and over",
}  # fmt: skip
COMMON = {"the", "of", "in"}


@dataclass(frozen=True)
class Leaf:
    """One term: its text in a query, and the article's side of it."""

    text: str
    kind: str
    expected: Any


@dataclass(frozen=True)
class Joined:
    """Operands joined from left to right."""

    first: "Leaf | Joined"
    steps: tuple[tuple[str, "Leaf | Joined"], ...]

    @property
    def text(self) -> str:
        return _bracketed(self.first) + "".join(
            f" {operator} {_bracketed(operand)}" for operator, operand in self.steps
        )


def _bracketed(node: "Leaf | Joined") -> str:
    return f"({node.text})" if isinstance(node, Joined) else node.text


def query_matches(node: Leaf | Joined, article: Article) -> bool:
    """Return whether a query keeps an article."""
    if isinstance(node, Leaf):
        return MATCHERS[node.kind](node.expected, article)
    result = query_matches(node.first, article)
    for operator, operand in node.steps:
        matches = query_matches(operand, article)
        result = {"AND": result and matches, "OR": result or matches, "NOT": result and not matches}[operator]
    return result


def below(heading: str) -> set[str]:
    """Return a heading and all narrower ones, by walking from each number of the tree to its parents."""
    tops = set(TREE[heading][2])

    def ancestors(number: str) -> set[str]:
        parts = number.split(".")
        return {".".join(parts[:size]) for size in range(1, len(parts) + 1)}

    return {heading} | {
        name for name, (_, _, numbers) in TREE.items() if any(tops & ancestors(number) for number in numbers)
    }


def has_heading(names: set[str], article: Article) -> bool:
    return any(heading.name in names for heading in article.mesh)


def _has_major(names: set[str], article: Article) -> bool:
    return any(
        heading.name in names and (heading.major or any(qualifier.major for qualifier in heading.qualifiers))
        for heading in article.mesh
    )


def _has_words(expected: tuple[Sequence[str], str, bool], article: Article) -> bool:
    fields, text, begins = expected
    return any(
        stands(words(text), words(field_text), begins=begins)
        for field in fields
        for field_text in texts(article, field)
    )


def _has_every_word(expected: tuple[Sequence[str], str], article: Article) -> bool:
    fields, text = expected
    significant = [word for word in text.split() if word.lower() not in COMMON] or text.split()
    return all(_has_words((fields, word, False), article) for word in significant)


def by_author(author: str, article: Article, *, first: bool = False) -> bool:
    """A name with initials matches initials that begin with them; a last name alone, all of them."""
    expected = person(author)
    among = persons(article)[:1] if first else [author for author in article.authors if name(author).strip()]
    names = [person(name(author)) for author in among]
    if in_order(author) in further_names(article, "first_author" if first else "author"):
        return True
    if len(expected.split()) > 1 and len(expected.split()[-1]) <= 3:
        return any(full_name.startswith(expected) for full_name in names)
    return any(full_name == expected or full_name.startswith(f"{expected} ") for full_name in names)


def lies_between(first: str | None, last: str | None, day: str | None) -> bool:
    """Compare ISO days as texts: a bound of "2019-03" is met by any day that begins so."""
    return bool(day) and (first is None or day >= first) and (last is None or day[: len(last)] <= last)


MATCHERS = {
    "words": _has_every_word,
    "phrase": _has_words,
    "author": by_author,
    "first author": lambda expected, article: by_author(expected, article, first=True),
    "heading": has_heading,
    "major": _has_major,
    "value": lambda expected, article: key(expected[1], expected[0]) in values(article, expected[0]),
    "published": lambda expected, article: lies_between(*expected, printed(article)),
    "entered": lambda expected, article: lies_between(*expected, article.entered or article.entrez),
    "pmid": lambda expected, article: article.pmid in expected,
    "abstract": lambda expected, article: bool(article.abstract) is expected,
    "free": lambda expected, article: bool(article.pmcid) is expected,
}

_plain_words = st.sampled_from([word for word in WORDS if word not in COMMON])
_names = st.sampled_from([*LAST_NAMES, *GROUPS]) | st.builds(
    lambda last, fore: f"{last} {''.join(part[0] for part in fore.split())}",
    st.sampled_from(LAST_NAMES),
    st.sampled_from(FORE_NAMES),
)
_FIELDS = {
    "[ti]": ("title",), "[ab]": ("abstract", "other_abstract"), "": ("all",),
    "[tiab]": ("title", "abstract", "other_abstract", "keyword"),
    "[All Fields]": ("all",), "[ot]": ("keyword",), "[ad]": ("affiliation",), "[TITLE]": ("title",),
}  # fmt: skip


def _day(draw: st.DrawFn) -> str:
    parts = [f"{draw(st.integers(1997, 2022))}", f"{draw(st.integers(1, 12)):02d}", f"{draw(st.integers(1, 28)):02d}"]
    return "-".join(parts[: draw(st.integers(1, 3))])


@st.composite
def days(draw: st.DrawFn) -> tuple[str, str]:
    """Two partial dates in order: the first day of the first is not later than the last day of the second."""
    first, second = _day(draw), _day(draw)
    lowest, highest = first + "-01" * (2 - first.count("-")), second + ("-12-31", "-31", "")[second.count("-")]
    return (first, second) if lowest <= highest else (second, second)


@st.composite
def _of_words(draw: st.DrawFn) -> Leaf:
    tag, text = draw(st.sampled_from(list(_FIELDS))), draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    shape = draw(st.sampled_from(["words", "phrase", "cut", "cut phrase"]))
    phrase = " ".join(text)
    if shape == "words":
        if not tag:
            return Leaf(phrase, "words", (_FIELDS[tag], phrase))
        return Leaf(f"{phrase}{tag}", "phrase", (_FIELDS[tag], phrase, False))
    if shape == "phrase":
        return Leaf(f'"{phrase}"{tag}', "phrase", (_FIELDS[tag], phrase, False))
    whole = draw(st.sampled_from([word for word in WORDS if len(word) > 4 and word.isalpha() and word.isascii()]))
    start = whole[: draw(st.integers(4, len(whole)))]
    if shape == "cut phrase":
        return Leaf(f'"{phrase} {start}*"{tag}', "phrase", (_FIELDS[tag], f"{phrase} {start}", True))
    return Leaf(f"{start}*{tag}", "phrase", (_FIELDS[tag], start, True))


@st.composite
def _of_facts(draw: st.DrawFn) -> Leaf:
    heading, code = draw(st.sampled_from(list(TREE))), draw(st.sampled_from(LANGUAGES))
    written = draw(st.sampled_from([heading, heading.lower(), TREE[heading][1], TREE[heading][0]]))
    first, last = draw(days())
    begin, end = (day.replace("-", "/") for day in (first, last))
    author, journal, kind = draw(_names), draw(st.sampled_from(JOURNALS)), draw(st.sampled_from(TYPES))
    pmid = 900005001 + draw(st.integers(0, 130))
    doi, keyword = f"10.1000/Sample.{draw(st.integers(0, 130))}", draw(st.sampled_from(KEYWORDS))
    status = draw(st.sampled_from(STATES))
    return draw(
        st.sampled_from(
            [
                Leaf(f"{author}[au]", "author", author),
                Leaf(f"{author}[1au]", "first author", author),
                Leaf(f"{written}[mh]", "heading", below(heading)),
                Leaf(f'"{written}"[Mesh]', "heading", below(heading)),
                Leaf(f"{written}[mh:noexp]", "heading", {heading}),
                Leaf(f"{written}[majr]", "major", below(heading)),
                Leaf(f"{written}[majr:noexp]", "major", {heading}),
                Leaf(f"{begin}:{end}[dp]", "published", (first, last)),
                Leaf(f'"{begin}"[edat] : "{end}"[edat]', "entered", (first, last)),
                Leaf(f"{end}[dp]", "published", (last, last)),
                Leaf(f"{kind}[pt]", "value", ("type", kind)),
                Leaf(f"{LANGUAGE_NAMES[code]}[la]", "value", ("language", code)),
                Leaf(f"{code}[la]", "value", ("language", code)),
                Leaf(f"{journal[1]}[ta]", "value", ("journal", journal[1])),
                Leaf(f"{journal[2]}[is]", "value", ("journal", journal[2])),
                Leaf(f"{pmid} {pmid + 1}[pmid]", "pmid", {pmid, pmid + 1}),
                Leaf(f"{doi}[doi]", "value", ("doi", doi)),
                Leaf("Metformin[nm]", "value", ("substance", "Metformin")),
                Leaf(f'"{keyword}"[ot]', "phrase", (("keyword",), keyword, False)),
                Leaf(f"{status}[sb]", "value", ("status", status)),
                Leaf("hasabstract", "abstract", True),
                Leaf("free full text[sb]", "free", True),
            ]
        )
    )


def queries() -> st.SearchStrategy[Joined]:
    """Draw Boolean queries: an operator at least, so that every term restricts."""
    leaves = _of_words() | _of_facts()

    def joined(parts: st.SearchStrategy) -> st.SearchStrategy[Joined]:
        steps = st.lists(st.tuples(st.sampled_from(["AND", "OR", "NOT"]), parts), min_size=1, max_size=3)
        return st.builds(Joined, parts, steps.map(tuple))

    return joined(st.recursive(leaves, joined, max_leaves=5))


def filters() -> st.SearchStrategy[dict[str, Any]]:
    """Draw filters as a caller gives them, by name."""
    years = st.tuples(st.none() | st.integers(1997, 2009), st.none() | st.integers(2009, 2022))
    dates = days().flatmap(lambda pair: st.sampled_from([pair, (pair[0], None), (None, pair[1])]))
    strategies = {
        "years": years,
        "dates": dates.map(lambda pair: tuple(day and day.replace("-", "/") for day in pair)),
        "journals": _several([part for journal in JOURNALS for part in journal[1:]]),
        "authors": st.lists(_names, min_size=1, max_size=2),
        "types": _several(TYPES),
        "languages": _several([*LANGUAGES, *LANGUAGE_NAMES.values()]),
        "mesh": _several([text for heading, (ui, term, _) in TREE.items() for text in (heading, ui, term)]),
        "has_abstract": st.booleans(),
        "free_full_text": st.booleans(),
        "retracted": st.sampled_from(["hide", "only"]),
        "species": _several(["humans", "animals"]),
        "age": _several(list(AGES)),
        "sex": _several(["female", "male"]),
    }
    chosen_names = st.lists(st.sampled_from(list(strategies)), unique=True, max_size=3)
    return chosen_names.flatmap(lambda names: st.fixed_dictionaries({name: strategies[name] for name in names}))


def _several(among: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(among), min_size=1, max_size=2)


def passes(filter_values: dict[str, Any], article: Article) -> bool:
    """Return whether filters keep an article."""
    return all(FILTERS[name](filter_value, article) for name, filter_value in filter_values.items())


def _iso(day: str | None) -> str | None:
    return day and day.replace("/", "-")


def _in_years(pair: tuple[int | None, int | None], article: Article) -> bool:
    if pair == (None, None):
        return True
    return article.year is not None and (pair[0] or 0) <= article.year <= (pair[1] or 9999)


def _names_of(text: str) -> set[str]:
    return {heading for heading, (ui, term, _) in TREE.items() if text in (heading, ui, term)}


FILTERS = {
    "years": _in_years,
    "dates": lambda pair, article: lies_between(*map(_iso, pair), printed(article)),
    "journals": lambda expected, article: any(
        text in (article.journal.iso_abbreviation, article.journal.medline_ta, article.journal.issn)
        for text in expected
    ),
    "authors": lambda expected, article: any(by_author(text, article) for text in expected),
    "types": lambda expected, article: bool(set(expected) & set(article.types)),
    "languages": lambda expected, article: any(
        text in (code, LANGUAGE_NAMES[code]) for text in expected for code in article.languages
    ),
    "mesh": lambda expected, article: any(
        has_heading(below(heading), article) for text in expected for heading in _names_of(text)
    ),
    "has_abstract": lambda expected, article: bool(article.abstract) or not expected,
    "free_full_text": lambda expected, article: bool(article.pmcid) or not expected,
    "retracted": lambda expected, article: (article.retraction == "retracted") is (expected == "only"),
    "species": lambda expected, article: has_heading({text.title() for text in expected}, article),
    "age": lambda expected, article: has_heading({AGES[text] for text in expected}, article),
    "sex": lambda expected, article: has_heading({text.title() for text in expected}, article),
}
