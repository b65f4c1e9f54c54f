"""What programs may ask, with bounds; REST reads these as parameters or as a JSON body."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from search.explore.facets import FACETS
from search.export.formats import FORMATS, known_format
from search.filters.date_ranges import Years, read_dates
from search.filters.filters import Filters
from search.filters.validation import LAST_PMID
from search.query.query_reader import SYNTAX_READ


def _known_facet(name: str) -> str:
    if name not in FACETS:
        raise ValueError(f"{name!r} is not a facet: {', '.join(FACETS)}")
    return name


MOST_VALUES = 100
"""Values of one filter."""

Pmid = Annotated[int, Field(ge=1, le=LAST_PMID, examples=[34097050])]
QueryText = Annotated[str, StringConstraints(max_length=SYNTAX_READ)]
Value = Annotated[str, StringConstraints(max_length=1000)]
Values = Annotated[list[Value], Field(max_length=MOST_VALUES)]
CursorText = Annotated[str, StringConstraints(max_length=500)]
Sort = Literal["relevance", "newest", "oldest"]
ExportFormat = Annotated[
    str, AfterValidator(lambda name: known_format(name).name), Field(json_schema_extra={"enum": list(FORMATS)})
]
Mapping = Annotated[
    bool, Field(description="whether untagged words of a Boolean query are mapped to MeSH, journals and authors")
]
Whole = Annotated[
    bool,
    Field(description="whether a plain question lists every article that passes the filters, not just relevant ones"),
]
FacetName = Annotated[str, AfterValidator(_known_facet), Field(json_schema_extra={"enum": list(FACETS)})]


class FilterFields(BaseModel):
    """What an article must be; several values of one filter mean any of them, "" and [] mean no filter."""

    model_config = ConfigDict(extra="forbid")

    years: Value = Field("", description='"2019-2021", "2019-", "-2021" or "2019"', examples=["2019-2021"])
    dates: Value = Field("", description='"2019/03:2021", "2019/03/31:" or ":2021"')
    authors: Values = Field([], description='"Okafor NB", "Okafor N" or "Okafor"')
    journals: Values = Field([], description="titles, abbreviations or ISSNs")
    types: Values = Field([], description="publication types", examples=[["Review"]])
    languages: Values = Field([], description="names or NLM's codes")
    mesh: Values = Field([], description="headings; narrower ones count where MeSH is loaded")
    species: Values = Field([], description='"humans", "animals"')
    age: Values = Field([], description='"newborn", "infant", "child", "adult", "aged" and others')
    sex: Values = Field([], description='"female", "male"')
    has_abstract: bool = Field(default=False, description="only articles with an abstract")
    free_full_text: bool = Field(default=False, description="only what is free at PubMed Central")
    retracted: Literal["", "hide", "only"] = Field("", description="otherwise they are listed and marked")

    def filters(self) -> Filters:
        """Return them as the searcher takes them.

        Raises:
            QueryError: A value is not possible.
        """
        names = ("authors", "journals", "types", "languages", "mesh", "species", "age", "sex")
        return Filters.of(
            years=Years.parse(self.years) if self.years.strip() else None,
            dates=read_dates(self.dates) if self.dates.strip() else None,
            has_abstract=self.has_abstract,
            free_full_text=self.free_full_text,
            retracted=self.retracted or None,
            **{name: getattr(self, name) for name in names},
        )

    def asked(self) -> object:
        """Return what decides the list, without what decides a page of it."""
        return self.model_dump(mode="json", exclude={"cursor", "limit"})


class Question(FilterFields):
    """A question or a query in PubMed's language, with filters and an order."""

    query: QueryText = Field(description="a question, or a query in PubMed's language", examples=["asthma[mh]"])
    sort: Sort = "relevance"
    recency: float | None = Field(None, gt=0, le=1000, description="years after which a score counts half")
    mapping: Mapping = True
    whole: Whole = False


class SearchRequest(Question):
    """One page of a search."""

    limit: int = Field(20, ge=1, le=200, description="hits of a page")
    cursor: CursorText = Field("", description="`next_cursor` of the page before; the rest is repeated with it")


class SimilarRequest(FilterFields):
    """One page of similar articles."""

    like: list[Pmid] = Field(min_length=1, max_length=50, description="articles to be like", examples=[[34097050]])
    unlike: list[Pmid] = Field([], max_length=50, description="articles to avoid")
    limit: int = Field(20, ge=1, le=200, description="hits of a page")
    cursor: CursorText = Field("", description="`next_cursor` of the page before; the rest is repeated with it")


class ExportRequest(Question):
    """A query's whole result, or the articles of a list, as a file."""

    query: QueryText = Field("", description="whose result to export; left out where `pmids` are given")
    pmids: list[Pmid] = Field([], max_length=10_000, description="the articles to export, in this order")
    format: ExportFormat = "ris"
    limit: int | None = Field(None, ge=1, le=LAST_PMID, description="articles at most; all where left out")


class FacetRequest(FilterFields):
    """How many articles each value of some fields would leave."""

    query: QueryText = Field("", description="a question or a query; without it, the whole library")
    mapping: Mapping = True
    whole: Whole = False
    fields: list[FacetName] = Field(list(FACETS), max_length=len(FACETS))
    size: int = Field(20, ge=1, le=100, description="values of each field")


class ArticlesRequest(BaseModel):
    """Articles by number."""

    model_config = ConfigDict(extra="forbid")

    pmids: list[Pmid] = Field(min_length=1, max_length=200)


class EvidenceRequest(BaseModel):
    """The sentences of some articles that answer a question."""

    model_config = ConfigDict(extra="forbid")

    query: QueryText
    mapping: Mapping = True
    pmids: list[Pmid] = Field(min_length=1, max_length=50)


class LookupRequest(BaseModel):
    """Citations, titles, DOIs, PMC identifiers or PMIDs, one article each."""

    model_config = ConfigDict(extra="forbid")

    items: list[Value] = Field(min_length=1, max_length=100, examples=[["10.5555/12345678", "PMC1234567"]])
