"""Random filters and queries in PubMed's language, and what they keep by a look at one article after the other.

Nothing here goes through the reading of queries, `Filters.restriction` or the index: a query is drawn as a tree,
written as text for the searcher, and judged as a tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from index.records.article import Article
from tests.support.oracles.brute_force_filter import name, stands, texts, value, values, words
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

NAMED = {"eng": "English", "ger": "German", "fre": "French", "jpn": "Japanese"}
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
    wanted: Any


@dataclass(frozen=True)
class Joined:
    """Operands joined from left to right."""

    first: "Leaf | Joined"
    steps: tuple[tuple[str, "Leaf | Joined"], ...]

    @property
    def text(self) -> str:
        return _bracketed(self.first) + "".join(f" {operator} {_bracketed(one)}" for operator, one in self.steps)


def _bracketed(one: "Leaf | Joined") -> str:
    return f"({one.text})" if isinstance(one, Joined) else one.text


def asked(node: Leaf | Joined, article: Article) -> bool:
    """Say whether a query keeps an article."""
    if isinstance(node, Leaf):
        return JUDGES[node.kind](node.wanted, article)
    kept = asked(node.first, article)
    for operator, one in node.steps:
        there = asked(one, article)
        kept = {"AND": kept and there, "OR": kept or there, "NOT": kept and not there}[operator]
    return kept


def below(heading: str) -> set[str]:
    """Return a heading and all narrower ones, by walking from each number of the tree to its parents."""
    tops = set(TREE[heading][2])

    def ancestors(number: str) -> set[str]:
        parts = number.split(".")
        return {".".join(parts[:size]) for size in range(1, len(parts) + 1)}

    return {heading} | {one for one, (_, _, numbers) in TREE.items() if any(tops & ancestors(n) for n in numbers)}


def has_heading(wanted: set[str], article: Article) -> bool:
    return any(heading.name in wanted for heading in article.mesh)


def _has_major(wanted: set[str], article: Article) -> bool:
    return any(
        heading.name in wanted and (heading.major or any(qualifier.major for qualifier in heading.qualifiers))
        for heading in article.mesh
    )


def _has_words(wanted: tuple[Sequence[str], str, bool], article: Article) -> bool:
    fields, text, begins = wanted
    return any(stands(words(text), words(said), begins=begins) for field in fields for said in texts(article, field))


def _has_every_word(wanted: tuple[Sequence[str], str], article: Article) -> bool:
    fields, text = wanted
    telling = [word for word in text.split() if word.lower() not in COMMON] or text.split()
    return all(_has_words((fields, word, False), article) for word in telling)


def by_author(wanted: str, article: Article, *, first: bool = False) -> bool:
    """A name with initials finds initials that begin so; a last name alone, all of them."""
    asked_for = value(wanted)
    named = [value(name(one)) for one in article.authors if name(one).strip()][: 1 if first else None]
    if len(asked_for.split()) > 1 and len(asked_for.split()[-1]) <= 3:
        return any(one.startswith(asked_for) for one in named)
    return any(one == asked_for or one.startswith(f"{asked_for} ") for one in named)


def may_lie_between(first: str | None, last: str | None, begins: str | None, ends: str | None) -> bool:
    """Compare ISO days of any length as texts: a bound of "2019-03" is met by any day that begins so."""
    if not begins or not ends:
        return False
    return (first is None or ends >= first) and (last is None or begins[: len(last)] <= last)


JUDGES = {
    "words": _has_every_word,
    "phrase": _has_words,
    "author": by_author,
    "first author": lambda wanted, one: by_author(wanted, one, first=True),
    "heading": has_heading,
    "major": _has_major,
    "value": lambda wanted, one: value(wanted[1]) in values(one, wanted[0]),
    "published": lambda wanted, one: may_lie_between(*wanted, one.published.first, one.published.last),
    "entered": lambda wanted, one: may_lie_between(*wanted, one.entrez, one.entrez),
    "pmid": lambda wanted, one: one.pmid in wanted,
    "abstract": lambda wanted, one: bool(one.abstract) is wanted,
    "free": lambda wanted, one: bool(one.pmcid) is wanted,
}

_plain_words = st.sampled_from([word for word in WORDS if word not in COMMON])
_names = st.sampled_from([*LAST_NAMES, *GROUPS]) | st.builds(
    lambda last, fore: f"{last} {''.join(part[0] for part in fore.split())}",
    st.sampled_from(LAST_NAMES),
    st.sampled_from(FORE_NAMES),
)
_FIELDS = {
    "[ti]": ("title",), "[ab]": ("abstract",), "[tiab]": ("title", "abstract", "keyword"), "": ("all",),
    "[All Fields]": ("all",), "[ot]": ("keyword",), "[ad]": ("affiliation",), "[TITLE]": ("title",),
}  # fmt: skip


def _day(draw: st.DrawFn) -> str:
    parts = [f"{draw(st.integers(1997, 2022))}", f"{draw(st.integers(1, 12)):02d}", f"{draw(st.integers(1, 28)):02d}"]
    return "-".join(parts[: draw(st.integers(1, 3))])


@st.composite
def days(draw: st.DrawFn) -> tuple[str, str]:
    """Two partial dates in order: the first day of the one is no later than the last of the other."""
    one, other = _day(draw), _day(draw)
    lowest, highest = one + "-01" * (2 - one.count("-")), other + ("-12-31", "-31", "")[other.count("-")]
    return (one, other) if lowest <= highest else (other, other)


@st.composite
def _of_words(draw: st.DrawFn) -> Leaf:
    tag, text = draw(st.sampled_from(list(_FIELDS))), draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    shape = draw(st.sampled_from(["words", "phrase", "cut", "cut phrase"]))
    said = " ".join(text)
    if shape == "words":
        return Leaf(f"{said}{tag}", "words", (_FIELDS[tag], said))
    if shape == "phrase":
        return Leaf(f'"{said}"{tag}', "phrase", (_FIELDS[tag], said, False))
    whole = draw(st.sampled_from([word for word in WORDS if len(word) > 4 and word.isalpha() and word.isascii()]))
    start = whole[: draw(st.integers(4, len(whole)))]
    if shape == "cut phrase":
        return Leaf(f'"{said} {start}*"{tag}', "phrase", (_FIELDS[tag], f"{said} {start}", True))
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
                Leaf(f"{NAMED[code]}[la]", "value", ("language", code)),
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
    some = {
        "years": years,
        "dates": dates.map(lambda pair: tuple(day and day.replace("-", "/") for day in pair)),
        "journals": _several([part for journal in JOURNALS for part in journal[1:]]),
        "authors": st.lists(_names, min_size=1, max_size=2),
        "types": _several(TYPES),
        "languages": _several([*LANGUAGES, *NAMED.values()]),
        "mesh": _several([text for heading, (ui, term, _) in TREE.items() for text in (heading, ui, term)]),
        "has_abstract": st.booleans(),
        "free_full_text": st.booleans(),
        "retracted": st.sampled_from(["hide", "only"]),
        "species": _several(["humans", "animals"]),
        "age": _several(list(AGES)),
        "sex": _several(["female", "male"]),
    }
    chosen = st.lists(st.sampled_from(list(some)), unique=True, max_size=3)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({one: some[one] for one in names}))


def _several(among: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(among), min_size=1, max_size=2)


def passes(wanted: dict[str, Any], article: Article) -> bool:
    """Say whether filters keep an article."""
    return all(FILTERS[each](given, article) for each, given in wanted.items())


def _iso(day: str | None) -> str | None:
    return day and day.replace("/", "-")


def _in_years(pair: tuple[int | None, int | None], one: Article) -> bool:
    if pair == (None, None):
        return True
    return one.year is not None and (pair[0] or 0) <= one.year <= (pair[1] or 9999)


def _names_of(text: str) -> set[str]:
    return {heading for heading, (ui, term, _) in TREE.items() if text in (heading, ui, term)}


FILTERS = {
    "years": _in_years,
    "dates": lambda pair, one: may_lie_between(*map(_iso, pair), one.published.first, one.published.last),
    "journals": lambda wanted, one: any(
        each in (one.journal.iso_abbreviation, one.journal.medline_ta, one.journal.issn) for each in wanted
    ),
    "authors": lambda wanted, one: any(by_author(each, one) for each in wanted),
    "types": lambda wanted, one: bool(set(wanted) & set(one.types)),
    "languages": lambda wanted, one: any(each in (code, NAMED[code]) for each in wanted for code in one.languages),
    "mesh": lambda wanted, one: any(has_heading(below(h), one) for each in wanted for h in _names_of(each)),
    "has_abstract": lambda wanted, one: bool(one.abstract) or not wanted,
    "free_full_text": lambda wanted, one: bool(one.pmcid) or not wanted,
    "retracted": lambda wanted, one: (one.retraction == "retracted") is (wanted == "only"),
    "species": lambda wanted, one: has_heading({each.title() for each in wanted}, one),
    "age": lambda wanted, one: has_heading({AGES[each] for each in wanted}, one),
    "sex": lambda wanted, one: has_heading({each.title() for each in wanted}, one),
}
