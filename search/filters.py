"""What restricts a search beside its words, and the slice of the ranked list that is wanted."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

from index.errors import QueryError
from index.restriction import AnyOf, Between, Pmids, Restriction, Value, ValuePrefix, Without
from search.parts import all_of
from search.vocabulary import AGES, SEXES, SPECIES, heading_values, language_code

if TYPE_CHECKING:
    from index.mesh import Mesh

YES = frozenset({"yes"})
MOST_INITIALS = 3

FIRST_YEAR = 1000
LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Years:
    """A closed range of publication years; an article counts by the first year that its date can mean.

    Attributes:
        first: First year wanted, or None for no lower bound.
        last: Last year wanted, or None for no upper bound.
    """

    first: int | None
    last: int | None

    def __post_init__(self) -> None:
        for year in (self.first, self.last):
            if year is not None and not FIRST_YEAR <= _whole(year, "A year") <= LAST_YEAR:
                raise QueryError(f"{year} is not a year: give four digits, such as 2015-2021.")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise QueryError(
                f"The years {self.first}-{self.last} run backwards. Did you mean {self.last}-{self.first}?"
            )

    @classmethod
    def between(cls, years: "Years | tuple[int | None, int | None] | None") -> Self | None:
        """Read a caller's (first, last) pair; None, or a pair without any bound, is no filter.

        Raises:
            QueryError: A year without four digits, or a range that runs backwards.
            TypeError: A year that is not a whole number, or not a pair.
        """
        if years is None:
            return None
        if isinstance(years, Years):
            years = years.pair
        if not isinstance(years, tuple | list) or len(years) != 2:  # noqa: PLR2004 - a pair
            raise TypeError(f"years is a pair such as (2015, 2021) or (2015, None), not {years!r}")
        return None if years[0] is None and years[1] is None else cls(*years)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2015-2021", "2015-", "-2021" or "2015".

        Raises:
            QueryError: The text is none of these, or the range runs backwards.
        """
        first, dash, last = text.strip().partition("-")
        bounds = [first.strip(), last.strip() if dash else first.strip()]
        if not any(bounds) or not all(bound.isascii() and bound.isdigit() for bound in bounds if bound):
            raise QueryError(f"The years {text!r} cannot be read. Write 2015-2021, 2015-, -2021 or 2015.")
        return cls(*(int(bound) if bound else None for bound in bounds))

    @property
    def pair(self) -> tuple[int | None, int | None]:
        """The range as the index takes it."""
        return (self.first, self.last)

    def __str__(self) -> str:
        """Return "2015-2021", "from 2015", "to 2021" or "2015"."""
        if self.first is None:
            return f"to {self.last}"
        if self.last is None:
            return f"from {self.first}"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the ranked list is wanted.

    Attributes:
        limit: How many hits, 1 or more.
        offset: How many to pass over first, 0 or more.
    """

    limit: int
    offset: int

    def __post_init__(self) -> None:
        if _whole(self.limit, "limit") < 1:
            raise ValueError(f"limit is the number of hits wanted, 1 or more, not {self.limit}")
        if _whole(self.offset, "offset") < 0:
            raise ValueError(f"offset is the number of hits to pass over, 0 or more, not {self.offset}")

    @property
    def end(self) -> int:
        """Rank after the last one wanted."""
        return self.offset + self.limit


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must be to be found; several values of one filter mean any of them.

    Attributes:
        years: First and last year of publication.
        dates: First and last day of publication, "2019", "2019/03" or "2019/03/31", either None for no bound.
        journals: Titles, abbreviations or ISSNs.
        authors: "Okafor NB", "Okafor N" or "Okafor".
        types: Publication types.
        languages: Names or NLM's codes.
        mesh: Headings; narrower ones count where MeSH is loaded.
        has_abstract: Whether an abstract is needed.
        free_full_text: Whether the full text must be free at PubMed Central.
        retracted: "hide", "only", or None to leave retracted articles in.
        species: "humans", "animals".
        age: "newborn", "infant", "preschool", "child", "adolescent", "young adult", "adult", "middle aged", "aged",
            "80 and over".
        sex: "female", "male".
        pmids: Only these articles.

    Raises:
        QueryError: A value that is none of these.
    """

    years: Years | None = None
    dates: tuple[str | None, str | None] | None = None
    journals: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    has_abstract: bool = False
    free_full_text: bool = False
    retracted: str | None = None
    species: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    sex: tuple[str, ...] = ()
    pmids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "years", Years.between(self.years))
        for name in _MANY:
            object.__setattr__(self, name, _texts(getattr(self, name), name))
        object.__setattr__(self, "pmids", tuple(dict.fromkeys(_whole(pmid, "A PMID") for pmid in self.pmids)))
        if self.retracted not in (None, "hide", "only"):
            raise QueryError(f'retracted is "hide" or "only", not {self.retracted!r}.')
        for name, known in (("species", SPECIES), ("age", AGES), ("sex", SEXES)):
            for value in getattr(self, name):
                if value.lower() not in known:
                    raise QueryError(f"{value!r} is no {name}: give one of {', '.join(known)}.")
        if self.dates is not None:
            first, last = self.dates
            object.__setattr__(self, "dates", (first, last) if first or last else None)
            day_bounds(first, last)

    def __bool__(self) -> bool:
        """Return whether anything is filtered."""
        return self != Filters()

    @classmethod
    def of(cls, filters: Self | None = None, **facts: Any) -> Self:  # noqa: ANN401 - each of its own type
        """Return filters with single ones set anew; None leaves one as it is.

        Raises:
            QueryError: A value cannot be.
            TypeError: There is no filter of that name, or its value is of another kind.
        """
        wanted = {name: value for name, value in facts.items() if value is not None}
        unknown = facts.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise TypeError(f"there is no filter named {', '.join(sorted(unknown))}")
        return replace(filters or cls(), **wanted)

    def restriction(self, mesh: "Mesh | None" = None) -> Restriction:
        """Return what the filters keep.

        Args:
            mesh: The vocabulary, where it is loaded.
        """
        parts: list[Restriction] = []
        if self.years:
            parts.append(Between("year", *self.years.pair))
        if self.dates:
            parts.append(Between("published", *day_bounds(*self.dates)))
        if self.authors:
            parts.append(AnyOf(tuple(author_restriction(name) for name in self.authors)))
        if self.languages:
            parts.append(Value("language", frozenset(map(language_code, self.languages))))
        parts += [Value(field, frozenset(values)) for field, values in self._plain_values() if values]
        if self.mesh:
            parts.append(Value("mesh", frozenset().union(*(heading_values(name, mesh) for name in self.mesh))))
        for values, known in ((self.species, SPECIES), (self.age, AGES), (self.sex, SEXES)):
            if values:
                parts.append(Value("mesh", frozenset(known[value.lower()] for value in values)))
        parts += [Value(field, YES) for field in ("has_abstract", "free_full_text") if getattr(self, field)]
        if self.retracted:
            retracted = Value("retraction", frozenset({"retracted"}))
            parts.append(retracted if self.retracted == "only" else Without(retracted))
        if self.pmids:
            parts.append(Pmids(frozenset(self.pmids)))
        return all_of(*parts)

    def _plain_values(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (("journal", self.journals), ("type", self.types))

    def __str__(self) -> str:
        """Return the filters in words: "2015-2021; type Review"."""
        said = [str(self.years)] if self.years else []
        if self.dates:
            said.append(f"published {self.dates[0] or ''}:{self.dates[1] or ''}")
        said += [f"{label} {' or '.join(getattr(self, name))}" for name, label in _MANY.items() if getattr(self, name)]
        said += ["with abstract"] if self.has_abstract else []
        said += ["free full text"] if self.free_full_text else []
        if self.retracted:
            said.append({"hide": "retracted articles hidden", "only": "retracted articles only"}[self.retracted])
        said += [chosen(self.pmids)] if self.pmids else []
        return "; ".join(said)

    def to_json(self) -> dict[str, object]:
        """Return the filters that are set."""
        values: dict[str, object] = {name: list(getattr(self, name)) for name in _MANY if getattr(self, name)}
        values |= {"years": list(self.years.pair)} if self.years else {}
        values |= {"dates": list(self.dates)} if self.dates else {}
        values |= {"pmids": list(self.pmids)} if self.pmids else {}
        plain = {name: getattr(self, name) for name in ("has_abstract", "free_full_text", "retracted")}
        return values | {name: value for name, value in plain.items() if value}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned.

        Raises:
            QueryError: A filter of another name.
        """
        unknown = values.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise QueryError(f"There is no filter named {', '.join(sorted(unknown))}.")
        pairs = {name: tuple(values[name]) for name in ("years", "dates") if values.get(name)}
        return cls(**({**values, **pairs}))


_MANY = {
    "journals": "journal",
    "authors": "author",
    "types": "type",
    "languages": "language",
    "mesh": "MeSH",
    "species": "species",
    "age": "age",
    "sex": "sex",
}


def chosen(pmids: tuple[int, ...]) -> str:
    """Say that a search is kept to some articles."""
    return "1 chosen article" if len(pmids) == 1 else f"{len(pmids):,} chosen articles"


def _texts(values: object, name: str) -> tuple[str, ...]:
    if isinstance(values, str):
        values = (values,)
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} is a list of texts, not {values!r}")
    return tuple(value for value in values if value.strip())


def author_restriction(name: str, *, field: str = "author") -> Restriction:
    """Return who goes by a name: all initials that begin like those given, all of them where none are."""
    exact = Value(field, author_names(name))
    text = _bare(name)
    words = text.split()
    if len(words) > 1 and len(words[-1]) <= MOST_INITIALS:
        return ValuePrefix(field, text) if len(exact.values) == 1 else AnyOf((exact, ValuePrefix(field, text)))
    return AnyOf((exact, ValuePrefix(field, f"{text} ")))


def author_names(name: str) -> frozenset[str]:
    """Return a name without punctuation, and as it was given: a group may be called "Sepsis Group, Geneva"."""
    return frozenset({_bare(name), " ".join(name.lower().split())})


def _bare(name: str) -> str:
    return " ".join(name.replace(",", " ").replace(".", "").lower().split())


def day_bounds(first: str | None, last: str | None) -> tuple[int | None, int | None]:
    """Return two dates, whole or partial, as the days that bound them (yyyymmdd).

    Raises:
        QueryError: One of them is no date, or the range runs backwards.
    """
    low, high = _day(first, last=False), _day(last, last=True)
    if low is not None and high is not None and low > high:
        raise QueryError(f"The dates {first}:{last} run backwards. Did you mean {last}:{first}?")
    return low, high


def _day(date: str | None, *, last: bool) -> int | None:
    if not date:
        return None
    parts = date.strip().replace("-", "/").split("/")
    widths = (4, 2, 2)
    fine = len(parts) <= len(widths) and all(
        part.isascii() and part.isdigit() and len(part) <= width for part, width in zip(parts, widths, strict=False)
    )
    if not fine or len(parts[0]) != widths[0]:
        raise QueryError(f"{date!r} is no date: write 2019, 2019/03 or 2019/03/31.")
    numbers = [int(part) for part in parts] + [12 if last else 1, 31 if last else 1][len(parts) - 1 :]
    year, month, day = numbers
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004 - a calendar's own numbers
        raise QueryError(f"{date!r} is no date: write 2019, 2019/03 or 2019/03/31.")
    return year * 10_000 + month * 100 + day


def _whole(number: object, what: str) -> int:
    # True is an int to Python, and a year of "1" by accident is worse than an error.
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"{what} is a whole number, not {number!r}")
    return operator.index(number)
