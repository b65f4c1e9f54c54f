"""The parts of an article that exact filters compare: its values, the words of its texts, its days."""

import re
from collections.abc import Callable, Iterator

from index.core.readable_text import readable
from index.core.text_normalization import compact, folded_name, folded_person, folded_value, unordered_person
from index.records.article import Article, Author, Chemical, Grant, MeshHeading, PublicationDate, SupplementaryConcept
from index.records.identifiers import doi_key, pmcid_key
from index.records.people import full_name, indexed_name, other_names
from index.records.publication_types import current_type

PEOPLE = ("author", "first_author", "last_author", "investigator", "named_person", "editor")
# Fields of values, each with the field of further names that find the same articles.
ALSO_KNOWN = {
    "journal": "journal_name",
    "mesh": "mesh_ui",
    "mesh_major": "mesh_major_ui",
    "substance": "substance_ui",
    **{field: f"{field}_name" for field in PEOPLE},
}
COUNTED = ("type", "journal", "language", "mesh", "keyword", "author", "has_abstract", "free_full_text", "retraction")
"""Fields of values that facets count, beside the year."""
IDENTIFIERS = ("doi", "pmcid", "identifier", "accession", "grant", "orcid")
ISSUES = ("volume", "issue", "page", "country", "book", "publisher")
QUALIFIERS = ("qualifier", "heading_qualifier", "heading_qualifier_major")
"""Qualifiers alone, and joined to their headings: "Asthma/therapy", "D001249/therapy"."""
PLAIN = (
    *PEOPLE[1:], *IDENTIFIERS, *ISSUES, *QUALIFIERS, "status", "mesh_major", "substance", "journal_subset", "feature",
)  # fmt: skip
"""Fields of values that are only looked up."""
FIELDS = (*COUNTED, *PLAIN, *ALSO_KNOWN.values())
TEXTS = (
    "title", "vernacular_title", "abstract", "other_abstract", "keyword", "subject", "group", "affiliation",
    "conflict_of_interest", "other",
)  # fmt: skip
"""Fields of text. "subject": what PubMed's text words have beside titles, abstracts and keywords:
headings, qualifiers, publication types, substances, persons, sources, notes. "other": the rest, such as names."""
EVERYWHERE = tuple(field for field in TEXTS if field != "conflict_of_interest")
"""What "all" means: conflicts of interest are no subject of an article, and are found by their tag only."""
DAYS = ("printed", "electronic", "created", "entered", "indexed", "completed", "revised")
NO_DAY = 0
_MANY_DIGITS = 4
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
_SEASON = re.compile("|".join(_SEASONS), re.IGNORECASE)


def _type_key(text: str) -> str:
    return folded_value(current_type(text.strip()))


_KEYS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(PEOPLE, folded_person),
    **dict.fromkeys((ALSO_KNOWN[field] for field in PEOPLE), unordered_person),
    **dict.fromkeys(("identifier", "accession", "grant", "orcid"), compact),
    "journal": folded_name,
    "journal_name": folded_name,
    "type": _type_key,
    "doi": doi_key,
    "pmcid": pmcid_key,
    "book": folded_name,
    "publisher": folded_name,
}


def key_of(field: str) -> Callable[[str], str]:
    """Return what makes two spellings of a field's value equal, in indexes and queries alike."""
    return _KEYS.get(field, folded_value)


def values_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield every (field, value) of an article as written there; a pair may be repeated."""
    yield from _people(article)
    journal = article.journal
    names = [name for name in (journal.title, journal.iso_abbreviation, journal.medline_ta) if name]
    numbers = [number for number in (journal.issn, journal.issn_linking, journal.nlm_id) if number]
    yield from (("journal", name) for name in (*names, *numbers)[:1])
    books = [article.book.title] if article.book and article.book.title else []
    yield from (("journal_name", name) for name in (*names, *numbers, *books))
    yield from (("type", current_type(publication_type)) for publication_type in article.types)
    yield from (("language", language) for language in article.languages)
    yield from (("keyword", keyword.text) for keyword in article.keywords)
    yield from _subjects(article)
    yield from _identifiers(article)
    yield from ((field, value) for field, value in (*_states(article), *_issue(article)) if value)
    yield from (("journal_subset", subset) for subset in article.subsets)
    yield from (("feature", feature) for feature in _features(article))


def _states(article: Article) -> Iterator[tuple[str, str | None]]:
    yield "status", article.status
    yield "retraction", article.retraction
    yield "has_abstract", yes_or_no(bool(article.abstract))
    yield "free_full_text", yes_or_no(article.free_full_text)


def _issue(article: Article) -> Iterator[tuple[str, str | None]]:
    journal, book = article.journal, article.book
    yield from (("volume", journal.volume), ("issue", journal.issue), ("country", journal.country))
    yield from (("page", page) for page in (journal.pages, re.split(r"[-,;\s]", (journal.pages or "").strip())[0]))
    if book:
        yield from (("volume", book.volume), ("country", book.location), ("publisher", book.publisher))
        yield from (("book", book.title), ("book", book.collection))


def _features(article: Article) -> Iterator[str]:
    """Yield what an article has, by the names of PubMed's filters ("hascommenton")."""
    labelled = [section for section in article.sections if section.label]
    yield from ["hasstructuredabstract"] if labelled else []
    yield from ["hascoi"] if article.conflict_of_interest else []
    yield from ["hasassocdata"] if article.data_banks else []
    yield from ["hasreferences"] if article.references else []
    yield from ["book"] if article.book else []
    yield from (f"has{link.kind.lower()}" for link in article.links)
    yield from [f"pubstatus{article.publication_status.lower()}"] if article.publication_status else []


def _people(article: Article) -> Iterator[tuple[str, str]]:
    authors = [author for author in article.authors if indexed_name(author)]
    persons = [author for author in authors if not author.collective_name]
    editors = article.book.editors if article.book else ()
    groups = (authors, persons[:1], persons[-1:], article.investigators, article.named_persons, editors)
    for field, people in zip(PEOPLE, groups, strict=True):
        for person in people:
            if name := indexed_name(person):
                yield field, name
                yield from ((ALSO_KNOWN[field], other) for other in other_names(person))


def _identifiers(article: Article) -> Iterator[tuple[str, str]]:
    for identifier in article.ids:
        yield {"doi": "doi", "pmc": "pmcid"}.get(identifier.kind, "identifier"), identifier.value
    if article.book:
        numbers = (*article.book.isbn, *filter(None, (article.book.report_number,)))
        yield from (("identifier", number) for number in numbers)
    yield from (("accession", number) for number in _accessions(article))
    yield from (("grant", text) for grant in article.grants for text in _grant_names(grant) if text)
    people: tuple[Author, ...] = (*article.authors, *article.investigators)
    yield from (("orcid", person.orcid) for person in people if person.orcid)


def _grant_names(grant: Grant) -> Iterator[str | None]:
    """Yield number and agency, and the parts of a number ("R01 AB012345"), by which it is quoted as well."""
    yield grant.number
    yield grant.agency
    yield from (part for part in (grant.number or "").split() if sum(map(str.isdigit, part)) >= _MANY_DIGITS)


def _accessions(article: Article) -> Iterator[str]:
    """Yield registries and accession numbers, alone and joined as PubMed prints them."""
    for bank in article.data_banks:
        if bank.name:
            yield bank.name
        for accession in bank.accessions:
            yield accession
            if bank.name:
                yield f"{bank.name}/{accession}"


def _subjects(article: Article) -> Iterator[tuple[str, str]]:
    for heading in article.mesh:
        yield "mesh", heading.name
        if heading.ui:
            yield "mesh_ui", heading.ui
        # As PubMed counts it: a heading is a main topic also where only one of its qualifiers is.
        if heading.major or any(qualifier.major for qualifier in heading.qualifiers):
            yield "mesh_major", heading.name
            if heading.ui:
                yield "mesh_major_ui", heading.ui
        yield from _qualifiers(heading)
    substances: tuple[Chemical | SupplementaryConcept, ...] = (*article.chemicals, *article.supplementary)
    for substance in substances:
        yield "substance", substance.name
        if substance.ui:
            yield "substance_ui", substance.ui
    for chemical in article.chemicals:
        if chemical.registry_number and chemical.registry_number != "0":
            yield "substance_ui", chemical.registry_number


def _qualifiers(heading: MeshHeading) -> Iterator[tuple[str, str]]:
    for qualifier in heading.qualifiers:
        yield "qualifier", qualifier.name
        pairs = [f"{name}/{qualifier.name}" for name in (heading.name, heading.ui) if name]
        yield from (("heading_qualifier", pair) for pair in pairs)
        if heading.major or qualifier.major:
            yield from (("heading_qualifier_major", pair) for pair in pairs)


def yes_or_no(value: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if value else "no"


def texts_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield every (field, text) of an article as people read it; a phrase is searched within one text."""
    return ((field, readable(text)) for field, text in _texts(article) if text)


def _texts(article: Article) -> Iterator[tuple[str, str | None]]:
    yield from (("title", article.title), ("vernacular_title", article.vernacular_title))
    yield "abstract", article.abstract
    for other_abstract in article.other_abstracts:
        yield from (("other_abstract", section.text) for section in other_abstract.sections)
    people = (*article.authors, *article.investigators)
    yield from (("affiliation", affiliation) for person in people for affiliation in person.affiliations)
    yield from (("group", author.collective_name) for author in article.authors)
    yield from (("keyword", keyword.text) for keyword in article.keywords)
    yield from (("subject", text) for text in _subject_texts(article))
    yield "conflict_of_interest", article.conflict_of_interest
    yield from (("other", text) for text in _other_texts(article))
    if article.book:
        yield from (("title", article.book.title), ("title", article.book.collection))


def _subject_texts(article: Article) -> Iterator[str | None]:
    """Yield the words that are PubMed's text words beside those of titles, abstracts, keywords and groups."""
    for subjects in (article.mesh, article.supplementary, article.chemicals):
        yield from (subject.name for subject in subjects)
    yield from (qualifier.name for heading in article.mesh for qualifier in heading.qualifiers)
    yield from (name for kind in article.types for name in (kind, current_type(kind)))
    for person in article.named_persons:
        yield from (str(person), full_name(person))
    yield from _accessions(article)
    yield from (text for link in article.links for text in (link.source, link.note))


def _other_texts(article: Article) -> Iterator[str | None]:
    for person in (*article.authors, *article.investigators):
        yield from (str(person), full_name(person))
    yield from article.genes
    journal = article.journal
    yield from (journal.title, journal.iso_abbreviation, journal.medline_ta, journal.volume, journal.issue)
    yield from (journal.pages, journal.country, journal.issn, journal.issn_linking, journal.nlm_id)
    yield from (text for grant in article.grants for text in (grant.number, grant.agency))
    yield from (identifier.value for identifier in article.ids)
    for other_abstract in article.other_abstracts:
        yield from (section.label for section in other_abstract.sections)
    yield from (section.label for section in article.sections)
    if book := article.book:
        yield from (book.publisher, book.location, *book.isbn)
        yield from (*book.section_titles, *book.synonyms, *map(full_name, book.editors))


def days_of(article: Article) -> tuple[int, ...]:
    """Return the days of `DAYS` as numbers yyyymmdd, `NO_DAY` where there is none; a partial date is its first day."""
    entered = article.entered or article.entrez  # stores of older versions have only the second
    days = (
        _printed(article.published),
        article.electronic,
        article.entrez,
        entered,
        article.indexed or entered,
        article.completed,
        article.revised,
    )
    return tuple(map(_day, days))


def _printed(date: PublicationDate) -> str | None:
    """Return the first day of a date; of a season, that of its quarter of the year, as PubMed counts it."""
    season = _SEASON.search(date.season or date.medline_date or "")
    return f"{date.first[:4]}-{_SEASONS[season[0].lower()]:02}" if season and date.first else date.first


def _day(date: str | None) -> int:
    return int(f"{date}-01-01"[:10].replace("-", "")) if date else NO_DAY
