"""PubMed's data about an article, as immutable records.

The names follow NLM's element names (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html). Text is word
for word what the XML holds, with inline markup flattened. An absent element is `None` or an empty tuple, never a
made-up value.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from index.records.identifiers import bare_doi
from index.records.publication_types import current_type


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """A publication date exactly as PubMed gives it.

    Attributes:
        year: Four digits, as text, or None.
        month: As given: "Mar", "03" or None. Never filled in.
        day: As given, or None. Never filled in.
        season: "Spring", "Summer", "Fall" or "Winter", or None.
        medline_date: The free text that replaces the parts, such as "1998 Dec-1999 Jan", or None.
        first: First day that the date can mean, ISO 8601 ("2020-01-01"), or None where no year can be read.
        last: Last day that the date can mean, ISO 8601, or None.
    """

    year: str | None = None
    month: str | None = None
    day: str | None = None
    season: str | None = None
    medline_date: str | None = None
    first: str | None = None
    last: str | None = None

    def __str__(self) -> str:
        """Return the date as PubMed prints it: "2020 Jan 5", "2020 Spring", "1998 Dec-1999 Jan", or ""."""
        if self.medline_date:
            return self.medline_date
        return " ".join(part for part in (self.year, self.month, self.day, self.season) if part)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of an abstract.

    Attributes:
        label: "METHODS" in whatever case PubMed gives it, or None for an unlabelled abstract.
        category: NLM's own category ("BACKGROUND", "METHODS", ...), or None.
        text: The section word for word; "" if there is only a label ("LEVEL OF EVIDENCE: 4").
        starts: Offset in `text`, in characters, at which each sentence begins. Ascending, first 0; none without text.
    """

    label: str | None
    category: str | None
    text: str
    starts: tuple[int, ...] = (0,)

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Yield (start, sentence) pairs; the sentences joined are the text, white space included."""
        for start, end in zip(self.starts, (*self.starts[1:], len(self.text)), strict=bool(self.starts)):
            yield start, self.text[start:end]


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract in addition to the main one: another language, a plain-language summary."""

    kind: str | None
    language: str | None
    sections: tuple[Section, ...]
    copyright: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """One author; a group has only `collective_name`, a person of one name only `last_name`."""

    last_name: str | None = None
    fore_name: str | None = None
    initials: str | None = None
    suffix: str | None = None
    collective_name: str | None = None
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the name as PubMed's summary prints it: "Okafor NB Jr", or the group's name."""
        if self.collective_name:
            return self.collective_name
        return " ".join(part for part in (self.last_name, self.initials or self.fore_name, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal, and the article's volume, issue and pages.

    Attributes:
        pages: As PubMed prints them: "113-25", "S125-30", "1045-52; discussion 1052-3".
        last_page: NLM's `EndPage`, where the pages alone do not say it in full; else None.
    """

    title: str | None = None
    iso_abbreviation: str | None = None
    medline_ta: str | None = None
    issn: str | None = None
    issn_linking: str | None = None
    nlm_id: str | None = None
    country: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    last_page: str | None = None


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A MeSH qualifier (subheading) of a heading."""

    ui: str | None
    name: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor assigned to the article, with its qualifiers."""

    ui: str | None
    name: str
    major: bool = False
    qualifiers: tuple[Qualifier, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplementaryConcept:
    """A MeSH supplementary concept: "Disease", "Protocol", "Organism" or "Chemical"."""

    ui: str | None
    name: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Chemical:
    """A substance; `registry_number` is "0" where none exists."""

    ui: str | None
    name: str
    registry_number: str | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword and who assigned it (`owner`: "NOTNLM" for the authors)."""

    text: str
    major: bool = False
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One source of funding."""

    number: str | None = None
    acronym: str | None = None
    agency: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """Any identifier: `kind` is NLM's IdType ("doi", "pmc", "pii", ...)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the reference list; `pmid` where PubMed resolved it."""

    citation: str | None = None
    pmid: int | None = None
    ids: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A comment or correction: `kind` is NLM's RefType ("RetractionIn", "ErratumFor", "CommentOn", ...)."""

    kind: str
    source: str | None = None
    pmid: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DataBank:
    """A registry or databank that the article names: "ClinicalTrials.gov" and its accession numbers."""

    name: str | None
    accessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Data that only a `PubmedBookArticle` has.

    Attributes:
        begun, ended: First and last date of a book that is extended over years, such as GeneReviews.
        contributed: When the chapter was added to the book.
        section_titles: The chapter's headings, in order, subsections after their section.
        synonyms: Other names of the chapter's subject, and whatever else NLM lists (`ItemList`).
    """

    title: str | None = None
    publisher: str | None = None
    location: str | None = None
    edition: str | None = None
    volume: str | None = None
    collection: str | None = None
    medium: str | None = None
    report_number: str | None = None
    isbn: tuple[str, ...] = ()
    editors: tuple[Author, ...] = ()
    begun: PublicationDate = PublicationDate()
    ended: PublicationDate = PublicationDate()
    contributed: PublicationDate = PublicationDate()
    section_titles: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """Everything this project keeps of one PubMed record.

    Attributes:
        pmid: PubMed's identifier, 1 or more.
        version: The PMID's version, 1 or more.
        title: The title, brackets of a translated one included, or None.
        vernacular_title: The title in the article's own language, or None.
        sections: The abstract; empty where PubMed has none.
        published: The date of the journal issue (of the book, for a book article).
        electronic, entrez, entered, indexed, completed, revised: ISO 8601 dates ("2021-06-07"), or None. PubMed created
            the record (`entrez`), made it searchable (`entered`), gave it headings (`indexed`).
        languages: NLM's three-letter codes ("eng").
        links: Comments and corrections, in PubMed's order.
        investigators: Members of the groups among the authors.
        named_persons: Persons whom the article is about.
        subsets: NLM's subsets that the journal belongs to ("IM", "AIM", "S").
    """

    pmid: int
    version: int = 1
    status: str | None = None
    owner: str | None = None
    title: str | None = None
    vernacular_title: str | None = None
    sections: tuple[Section, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    copyright: str | None = None
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    journal: Journal = Journal()
    published: PublicationDate = PublicationDate()
    electronic: str | None = None
    entrez: str | None = None
    completed: str | None = None
    revised: str | None = None
    publication_status: str | None = None
    ids: tuple[Identifier, ...] = ()
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    supplementary: tuple[SupplementaryConcept, ...] = ()
    chemicals: tuple[Chemical, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    genes: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    references: tuple[Reference, ...] = ()
    links: tuple[Link, ...] = ()
    conflict_of_interest: str | None = None
    book: Book | None = None
    data_banks: tuple[DataBank, ...] = ()
    investigators: tuple[Author, ...] = ()
    named_persons: tuple[Author, ...] = ()
    subsets: tuple[str, ...] = ()
    entered: str | None = None
    indexed: str | None = None

    @property
    def abstract(self) -> str:
        """The abstract as one text, its sections joined by a space, without labels; "" where there is none."""
        return " ".join(section.text for section in self.sections if section.text)

    @property
    def doi(self) -> str | None:
        """The article's own DOI, "10.5555/x" without any prefix, or None."""
        doi = self._identifier("doi")
        return bare_doi(doi) if doi else None

    @property
    def pmcid(self) -> str | None:
        """The PubMed Central identifier ("PMC1234567"), or None."""
        return self._identifier("pmc")

    @property
    def free_full_text(self) -> bool:
        """Whether PubMed Central holds the full text."""
        return self.pmcid is not None

    @property
    def year(self) -> int | None:
        """The first year that the publication date can mean, or None."""
        return int(self.published.first[:4]) if self.published.first else None

    @property
    def retraction(self) -> str | None:
        """The article's most serious change of status since publication, or None.

        One of "retracted", "partially retracted", "retraction notice", "expression of concern",
        "corrected and republished".
        """
        kinds = {link.kind for link in self.links}
        types = set(map(current_type, self.types))
        if "Retracted Publication" in types or kinds & {"RetractionIn", "RetractedandRepublishedIn"}:
            return "retracted"
        if "PartialRetractionIn" in kinds:
            return "partially retracted"
        if "Retraction Notice" in types or kinds & {"RetractionOf", "PartialRetractionOf"}:
            return "retraction notice"
        if "ExpressionOfConcernIn" in kinds:
            return "expression of concern"
        if kinds & {"RepublishedIn", "CorrectedandRepublishedIn"}:
            return "corrected and republished"
        return None

    @property
    def url(self) -> str:
        """The article's page at PubMed."""
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"

    def _identifier(self, kind: str) -> str | None:
        return next((identifier.value for identifier in self.ids if identifier.kind == kind), None)
