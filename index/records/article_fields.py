"""The parts of an article that exact filters compare: its values, the words of its texts, its days."""

from collections.abc import Iterator

from index.records.article import Article, Author, Chemical, SupplementaryConcept

# Fields of values, each with the field of further names that find the same articles.
ALSO_KNOWN = {
    "journal": "journal_name",
    "mesh": "mesh_ui",
    "mesh_major": "mesh_major_ui",
    "substance": "substance_ui",
}
COUNTED = ("type", "journal", "language", "mesh", "keyword", "author", "has_abstract", "free_full_text", "retraction")
"""Fields of values that facets count, beside the year."""
PLAIN = ("first_author", "doi", "pmcid", "status", "mesh_major", "substance")
"""Fields of values that are only looked up."""
FIELDS = (*COUNTED, *PLAIN, *ALSO_KNOWN.values())
TEXTS = ("title", "abstract", "affiliation", "keyword", "other")
"""Fields of text; "all" is all of them, "other" the rest: names, headings, substances, the journal."""
DAYS = ("first", "last", "entrez", "revised")
NO_DAY = 0


def values_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield every (field, value) of an article as written there; a pair may be repeated."""
    authors = [name for name in map(author_name, article.authors) if name]
    yield from (("author", name) for name in authors)
    yield from (("first_author", name) for name in authors[:1])
    journal = article.journal
    candidates = (journal.title, journal.iso_abbreviation, journal.medline_ta, journal.issn, journal.issn_linking)
    journal_names = [name for name in candidates if name]
    yield from (("journal", name) for name in journal_names[:1])
    yield from (("journal_name", name) for name in journal_names)
    yield from (("type", publication_type) for publication_type in article.types)
    yield from (("language", language) for language in article.languages)
    yield from (("keyword", keyword.text) for keyword in article.keywords)
    yield from _subjects(article)
    identifiers = (("doi", article.doi), ("pmcid", article.pmcid), ("status", article.status))
    yield from ((field, value) for field, value in (*identifiers, ("retraction", article.retraction)) if value)
    yield "has_abstract", yes_or_no(bool(article.abstract))
    yield "free_full_text", yes_or_no(article.free_full_text)


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


def author_name(author: Author) -> str:
    """Return a name as PubMed indexes it: "Okafor NB", or the group's whole name."""
    parts = (author.last_name, author.initials or author.fore_name)
    return author.collective_name or " ".join(part for part in parts if part)


def yes_or_no(value: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if value else "no"


def texts_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield every (field, text) of an article; a phrase is searched within one text."""
    yield from (("title", title) for title in (article.title, article.vernacular_title) if title)
    yield "abstract", article.abstract
    for other_abstract in article.other_abstracts:
        yield from (("abstract", section.text) for section in other_abstract.sections)
    yield from (("affiliation", affiliation) for author in article.authors for affiliation in author.affiliations)
    yield from (("keyword", keyword.text) for keyword in article.keywords)
    yield from (("other", str(author)) for author in article.authors)
    for subjects in (article.mesh, article.supplementary, article.chemicals):
        yield from (("other", subject.name) for subject in subjects)
    yield from (("other", publication_type) for publication_type in article.types)
    yield from (("other", name) for name in (article.journal.title, article.journal.medline_ta) if name)


def days_of(article: Article) -> tuple[int, int, int, int]:
    """Return the days of `DAYS` as numbers yyyymmdd, `NO_DAY` where there is none."""
    published = article.published
    first, last, entrez, revised = map(_number, (published.first, published.last, article.entrez, article.revised))
    return first, last, entrez, revised


def _number(day: str | None) -> int:
    return int(day.replace("-", "")) if day else NO_DAY
