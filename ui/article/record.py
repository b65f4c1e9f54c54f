"""Everything PubMed says about one article, as HTML."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from index.core.formatting import counted
from index.records.article import Article, Author, MeshHeading, OtherAbstract, Qualifier
from search.export.citation import citation
from search.filters.vocabulary import language_name
from ui.article.fragments import abstract_sections_html, warning_html
from ui.layout.html_text import article_text, doi_url, inside_link, link, plain, section_html, title_of
from ui.state.url_state import Address

AUTHORS_SHOWN = 30
"""Papers of large collaborations have thousands; the rest folds."""


def head_html(article: Article) -> str:
    """Return title, authors, source and identifiers, and the article's status."""
    vernacular = article.vernacular_title
    note = f'<p class="note">{article_text(vernacular)}</p>' if vernacular and vernacular != title_of(article) else ""
    return (
        f'<header class="record"><h2 class="title">{plain(title_of(article))}</h2>{note}{warning_html(article)}'
        f'{_authors(article)}<p class="source">{_source(article)}</p></header>'
    )


def abstract_html(article: Article) -> str:
    """Return the abstract, and others beside it folded."""
    if not article.sections:
        return '<p class="note">PubMed has no abstract of this article.</p>'
    main_abstract = section_html("Abstract", abstract_sections_html(article), kind="abstract")
    return main_abstract + "".join(map(_other_abstract, article.other_abstracts))


def subjects_html(article: Article) -> str:
    """Return the article's subjects, each a link that searches for it; empty groups are left out."""
    return "".join(
        f'<section class="subjects" aria-label="{name}"><h3>{name}</h3><ul>{_items(links)}</ul></section>'
        for name, links in _subjects(article)
        if links
    )


def metadata_html(article: Article) -> str:
    """Return a table of what else PubMed says; empty rows are left out."""
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _metadata(article) if value)
    return section_html("About this record", f'<dl class="table">{rows}</dl>')


def search_link(query: str, label: str) -> str:
    """Return a link that searches for something in PubMed's language."""
    return inside_link(Address(question=query).url(), article_text(label))


def _authors(article: Article) -> str:
    links = [_author(author) for author in article.authors]
    if not links:
        return ""
    more = links[AUTHORS_SHOWN:]
    folded = (
        f"<details><summary>{counted(len(more), 'more author')}</summary>{', '.join(more)}</details>" if more else ""
    )
    et_al = "" if article.authors_complete else ", et al."
    return f'<p class="authors">{", ".join(links[:AUTHORS_SHOWN])}{et_al}</p>{folded}'


def _author(author: Author) -> str:
    name = str(author)
    name_html = search_link(f"{_quoted(name)}[au]", name)
    digits = (author.orcid or "").rpartition("/")[2]
    if not _is_orcid(digits):
        return name_html
    return f"{name_html} {link(f'https://orcid.org/{digits}', 'ORCID', label=f'ORCID of {name}')}"


def _is_orcid(digits: str) -> bool:
    parts = digits.split("-")
    return len(parts) == 4 and all(len(part) == 4 and part.isascii() and part.isalnum() for part in parts)  # noqa: PLR2004


def _source(article: Article) -> str:
    journal = article.journal.medline_ta or article.journal.iso_abbreviation
    more = f" · {search_link(f'{_quoted(journal)}[ta]', 'more of this journal')}" if journal else ""
    ids = [link(article.url, f"PMID {article.pmid}", label=f"PMID {article.pmid} at PubMed")]
    ids += [link(doi_url(article.doi), f"doi:{plain(article.doi)}", label=f"DOI {article.doi}")] if article.doi else []
    if article.pmcid:
        ids.append(
            link(
                f"https://pmc.ncbi.nlm.nih.gov/articles/{plain(article.pmcid)}/",
                f"Free full text, {plain(article.pmcid)}",
            )
        )
    return f"{plain(citation(replace(article, ids=())))}{more}<br>{' · '.join(ids)}"


def _other_abstract(abstract: OtherAbstract) -> str:
    language = language_name(abstract.language) if abstract.language else ""
    name = ", ".join(part for part in ("Another abstract", language, abstract.kind or "") if part)
    text = "".join(
        (f"<h4>{plain(section.label)}</h4>" if section.label else "") + f"<p>{article_text(section.text)}</p>"
        for section in abstract.sections
    )
    return f'<details class="abstract"><summary>{plain(name)}</summary><div>{text}</div></details>'


def _subjects(article: Article) -> Iterator[tuple[str, list[str]]]:
    yield "Type", [search_link(f"{_quoted(kind)}[pt]", kind) for kind in article.types]
    yield "MeSH", [_heading(heading) for heading in article.mesh]
    yield "Keywords", [search_link(f"{_quoted(keyword.text)}[ot]", keyword.text) for keyword in article.keywords]
    yield "Chemicals", [search_link(f"{_quoted(chemical.name)}[nm]", chemical.name) for chemical in article.chemicals]
    yield "Concepts", [plain(concept.name) for concept in article.supplementary]
    yield "Genes", [plain(gene) for gene in article.genes]
    yield (
        "Registered",
        [
            plain(": ".join(part for part in (bank.name, ", ".join(bank.accessions)) if part))
            for bank in article.data_banks
        ],
    )


def _items(links_html: list[str]) -> str:
    return "".join(f"<li>{link_html}</li>" for link_html in links_html)


def _metadata(article: Article) -> Iterator[tuple[str, str]]:
    journal = article.journal
    yield "Language", _listed(map(plain, map(language_name, article.languages)))
    yield (
        "Journal",
        _listed(map(plain, filter(None, (journal.title, journal.country, journal.issn and f"ISSN {journal.issn}")))),
    )
    yield "Book", _book(article)
    yield "Dates", _dates(article)
    yield "Affiliations", _folded("affiliation", _affiliations(article))
    yield (
        "Grants",
        _folded(
            "grant", [", ".join(filter(None, (grant.number, grant.agency, grant.country))) for grant in article.grants]
        ),
    )
    yield "Investigators", _folded("investigator", list(map(str, article.investigators)))
    yield "About", _listed(map(plain, map(str, article.named_persons)))
    yield "Interests", article_text(article.conflict_of_interest or "")
    yield "Record", plain(", ".join(filter(None, (article.status, f"version {article.version}"))))


def _heading(heading: MeshHeading) -> str:
    parts: tuple[MeshHeading | Qualifier, ...] = (heading, *heading.qualifiers)
    label = " / ".join(f"{part.name}*" if part.major else part.name for part in parts)
    return search_link(f"{_quoted(heading.name)}[mh]", label)


def _dates(article: Article) -> str:
    dates = {
        "published": str(article.published),
        "online": article.electronic,
        "in PubMed": article.entrez,
        "indexed": article.completed,
        "revised": article.revised,
    }
    return plain(" · ".join(f"{name} {date}" for name, date in dates.items() if date))


def _book(article: Article) -> str:
    book = article.book
    if not book:
        return ""
    editors = "edited by " + ", ".join(map(str, book.editors)) if book.editors else ""
    return plain(". ".join(filter(None, (book.title, editors, book.publisher, book.location, *book.isbn))))


def _affiliations(article: Article) -> list[str]:
    authors_by_affiliation: dict[str, list[str]] = {}
    for author in article.authors:
        for affiliation in author.affiliations:
            authors_by_affiliation.setdefault(affiliation, []).append(str(author))
    return [f"{affiliation} ({', '.join(names)})" for affiliation, names in authors_by_affiliation.items()]


def _folded(noun: str, items: list[str]) -> str:
    if not items:
        return ""
    lines = "".join(f"<li>{article_text(item)}</li>" for item in items)
    return f"<details><summary>{counted(len(items), noun)}</summary><ul>{lines}</ul></details>"


def _listed(items: Iterable[str]) -> str:
    return " · ".join(items)


def _quoted(text: str) -> str:
    """Put a name in quotes, so that it is one phrase; quotes and brackets inside would end it."""
    return '"' + " ".join(text.replace('"', " ").split()) + '"'
