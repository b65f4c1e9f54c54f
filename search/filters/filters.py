"""What restricts a search besides its words."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self, TypedDict, TypeVar, Unpack

from index.core.errors import QueryError
from index.engine.filter_expression import AnyOf, Between, FilterExpression, Pmids, Value, Without, all_of
from search.filters.author_names import author_filter
from search.filters.date_ranges import Years, day_bounds
from search.filters.filter_descriptions import LABELS, describe_filter
from search.filters.validation import did_you_mean, pmids_of, text_values
from search.filters.vocabulary import AGES, SEXES, SPECIES, heading_values, language_code

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

YES = frozenset({"yes"})
_Function = TypeVar("_Function", bound=Callable[..., object])


class SimilarFilterValues(TypedDict, total=False):
    """`FilterValues` without `pmids`, which of `Searcher.similar` are the given articles."""

    years: Years | tuple[int | None, int | None] | None
    dates: tuple[str | None, str | None] | None
    journals: Sequence[str] | None
    authors: Sequence[str] | None
    types: Sequence[str] | None
    languages: Sequence[str] | None
    mesh: Sequence[str] | None
    has_abstract: bool | None
    free_full_text: bool | None
    retracted: str | None
    species: Sequence[str] | None
    age: Sequence[str] | None
    sex: Sequence[str] | None


class FilterValues(SimilarFilterValues, total=False):
    """The fields of `Filters` as keyword arguments, as callers may write them; None leaves one as it is."""

    pmids: Iterable[int | str] | None


def takes_filters(function: _Function) -> _Function:
    """List each filter in the signature of a function that takes them as `**single_filters`, for `help` and Tab."""
    signature = inspect.signature(function)
    parameters = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in FilterValues.__annotations__.items()
        if name not in signature.parameters
    ]
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return function


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
        QueryError: A value is not one of these.
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
        for name in LABELS:
            object.__setattr__(self, name, text_values(getattr(self, name), name))
        object.__setattr__(self, "pmids", pmids_of(self.pmids))
        if self.retracted not in (None, "hide", "only"):
            raise QueryError(f'retracted must be "hide" or "only", not {self.retracted!r}.')
        for name, known in (("species", SPECIES), ("age", AGES), ("sex", SEXES)):
            for value in getattr(self, name):
                if value.lower() not in known:
                    raise QueryError(
                        f"{name} must be one of {', '.join(known)}, not {value!r}.{did_you_mean(value, known)}"
                    )
        if self.dates is not None:
            first, last = self.dates
            object.__setattr__(self, "dates", (first, last) if first or last else None)
            day_bounds(first, last)

    def __bool__(self) -> bool:
        """Return whether anything is filtered."""
        return self != Filters()

    @classmethod
    def of(cls, filters: Self | None = None, **values: Unpack[FilterValues]) -> Self:
        """Return filters with single ones replaced; None leaves one as it is.

        Raises:
            QueryError: A value is not possible.
            TypeError: There is no filter of that name, or its value has the wrong type.
        """
        changes: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
        known = [field.name for field in fields(cls)]
        if unknown := sorted(values.keys() - set(known)):
            raise TypeError(f"there is no filter named {', '.join(unknown)}.{did_you_mean(unknown[0], known)}")
        return replace(filters or cls(), **changes)

    def expression(self, mesh: "Mesh | None" = None) -> FilterExpression:
        """Return what the filters keep.

        Args:
            mesh: The vocabulary, where it is loaded.
        """
        parts: list[FilterExpression] = []
        if self.years:
            parts.append(Between("year", *self.years.pair))
        if self.dates:
            parts.append(Between("published", *day_bounds(*self.dates)))
        if self.authors:
            parts.append(AnyOf(tuple(author_filter(name) for name in self.authors)))
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
        return "; ".join(describe_filter(name, getattr(self, name)) for name in self.set_fields())

    def set_fields(self) -> list[str]:
        """Return the names of the fields that filter anything."""
        return [field.name for field in fields(self) if getattr(self, field.name)]

    def to_json(self) -> dict[str, object]:
        """Return the filters that are set."""
        values: dict[str, object] = {name: list(getattr(self, name)) for name in LABELS if getattr(self, name)}
        values |= {"years": list(self.years.pair)} if self.years else {}
        values |= {"dates": list(self.dates)} if self.dates else {}
        values |= {"pmids": list(self.pmids)} if self.pmids else {}
        plain = {name: getattr(self, name) for name in ("has_abstract", "free_full_text", "retracted")}
        return values | {name: value for name, value in plain.items() if value}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned.

        Raises:
            QueryError: There is no filter of that name.
        """
        unknown = values.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise QueryError(f"There is no filter named {', '.join(sorted(unknown))}.")
        pairs = {name: tuple(values[name]) for name in ("years", "dates") if values.get(name)}
        return cls(**({**values, **pairs}))
