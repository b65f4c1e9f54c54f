"""The parts of an article that exact filters compare: its values, the words of its texts, its days."""

from calendar import monthrange
from collections.abc import Callable, Iterator

from index.core.readable_text import readable
from index.core.text_normalization import compact, folded_name, folded_person, folded_value, unordered_person
from index.records.article import Article, Author, Chemical, Grant, SupplementaryConcept
from index.records.identifiers import doi_key, pmcid_key
from index.records.people import full_name, indexed_name, other_names
from index.records.publication_types import current_type

PEOPLE = ("author", "first_author", "investigator", "named_person", "editor")
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
PLAIN = (*PEOPLE[1:], *IDENTIFIERS, "status", "mesh_major", "substance")
"""Fields of values that are only looked up."""
FIELDS = (*COUNTED, *PLAIN, *ALSO_KNOWN.values())
TEXTS = ("title", "abstract", "affiliation", "keyword", "other")
"""Fields of text; "all" is all of them, "other" the rest: names, headings, substances, identifiers, the journal."""
DAYS = ("first", "last", "electronic_first", "electronic_last", "entrez", "revised")
NO_DAY = 0
_MANY_DIGITS = 4


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
    yield from ((field, value) for field, value in _states(article) if value)


def _states(article: Article) -> Iterator[tuple[str, str | None]]:
    yield "status", article.status
    yield "retraction", article.retraction
    yield "has_abstract", yes_or_no(bool(article.abstract))
    yield "free_full_text", yes_or_no(article.free_full_text)


def _people(article: Article) -> Iterator[tuple[str, str]]:
    authors = [author for author in article.authors if indexed_name(author)]
    editors = article.book.editors if article.book else ()
    groups = (authors, authors[:1], article.investigators, article.named_persons, editors)
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
    substances: tuple[Chemical | SupplementaryConcept, ...] = (*article.chemicals, *article.supplementary)
    for substance in substances:
        yield "substance", substance.name
        if substance.ui:
            yield "substance_ui", substance.ui
    for chemical in article.chemicals:
        if chemical.registry_number and chemical.registry_number != "0":
            yield "substance_ui", chemical.registry_number


def yes_or_no(value: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if value else "no"


def texts_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield every (field, text) of an article as people read it; a phrase is searched within one text."""
    return ((field, readable(text)) for field, text in _texts(article) if text)


def _texts(article: Article) -> Iterator[tuple[str, str | None]]:
    yield from (("title", title) for title in (article.title, article.vernacular_title))
    yield "abstract", article.abstract
    for other_abstract in article.other_abstracts:
        yield from (("abstract", section.text) for section in other_abstract.sections)
    yield from (("affiliation", affiliation) for author in article.authors for affiliation in author.affiliations)
    yield from (("keyword", keyword.text) for keyword in article.keywords)
    yield from (("other", text) for text in _other_texts(article))


def _other_texts(article: Article) -> Iterator[str | None]:
    for person in (*article.authors, *article.investigators, *article.named_persons):
        yield str(person)
        yield full_name(person)
    yield from (affiliation for person in article.investigators for affiliation in person.affiliations)
    for subjects in (article.mesh, article.supplementary, article.chemicals):
        yield from (subject.name for subject in subjects)
    yield from (qualifier.name for heading in article.mesh for qualifier in heading.qualifiers)
    yield from article.genes
    yield from (name for kind in article.types for name in (kind, current_type(kind)))
    yield from (article.journal.title, article.journal.iso_abbreviation, article.journal.medline_ta)
    yield from _accessions(article)
    yield from (text for grant in article.grants for text in (grant.number, grant.agency))
    yield from (identifier.value for identifier in article.ids)
    yield article.conflict_of_interest
    for other_abstract in article.other_abstracts:
        yield from (section.label for section in other_abstract.sections)
    yield from (section.label for section in article.sections)
    yield from (text for link in article.links for text in (link.source, link.note))
    if book := article.book:
        yield from (book.title, book.collection, book.publisher, book.location, *book.isbn)
        yield from (*book.section_titles, *book.synonyms, *map(full_name, book.editors))


def days_of(article: Article) -> tuple[int, ...]:
    """Return the days of `DAYS` as numbers yyyymmdd, `NO_DAY` where there is none."""
    published, electronic = article.published, article.electronic
    return (
        _first_day(published.first),
        _first_day(published.last),
        _first_day(electronic),
        _last_day(electronic),
        _first_day(article.entrez),
        _first_day(article.revised),
    )


def _first_day(date: str | None) -> int:
    return int(f"{date}-01-01"[:10].replace("-", "")) if date else NO_DAY


def _last_day(date: str | None) -> int:
    if not date:
        return NO_DAY
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
    return year * 10_000 + (month or 12) * 100 + (day or monthrange(year, month or 12)[1])
