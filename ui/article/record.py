"""Everything PubMed says about one article, as HTML."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from index.core.formatting import counted
from index.records.article import Article, Author, MeshHeading, OtherAbstract, Qualifier
from search.export.citation import citation
from search.filters.vocabulary import language_name
from ui.article.fragments import abstract_sections_html, warning_html
from ui.layout.html_text import doi_url, inside_link, link, plain, section_html, title_of
from ui.state.url_state import Address

AUTHORS_SHOWN = 30
"""Papers of large collaborations have thousands; the rest folds."""


def head_html(article: Article) -> str:
    """Return title, authors, source and identifiers, and what befell the article."""
    vernacular = article.vernacular_title
    other = f'<p class="note">{plain(vernacular)}</p>' if vernacular and vernacular != title_of(article) else ""
    return (
        f'<header class="record"><h2 class="title">{plain(title_of(article))}</h2>{other}{warning_html(article)}'
        f'{_authors(article)}<p class="source">{_source(article)}</p></header>'
    )


def abstract_html(article: Article) -> str:
    """Return the abstract, and others beside it folded."""
    if not article.sections:
        return '<p class="note">PubMed has no abstract of this article.</p>'
    shown = section_html("Abstract", abstract_sections_html(article), kind="abstract")
    return shown + "".join(map(_other_abstract, article.other_abstracts))


def subjects_html(article: Article) -> str:
    """Return what the article is about, each a search by a click; nothing that is empty."""
    return "".join(
        f'<section class="subjects" aria-label="{name}"><h3>{name}</h3><ul>{_items(links)}</ul></section>'
        for name, links in _subjects(article)
        if links
    )


def metadata_html(article: Article) -> str:
    """Return a table of what PubMed says besides, nothing that is empty."""
    rows = "".join(f"<dt>{name}</dt><dd>{shown}</dd>" for name, shown in _facts(article) if shown)
    return section_html("About this record", f'<dl class="table">{rows}</dl>')


def search_link(query: str, shown: str) -> str:
    """Return a link that searches for something in PubMed's language."""
    return inside_link(Address(question=query).url(), plain(shown))


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
    shown = name if author.collective_name else search_link(f"{_quoted(name)}[au]", name)
    named = plain(name) if author.collective_name else shown
    orcid = author.orcid
    digits = (orcid or "").rpartition("/")[2]
    return (
        f"{named} {link(f'https://orcid.org/{digits}', 'ORCID', label=f'ORCID of {name}')}"
        if _is_orcid(digits)
        else named
    )


def _is_orcid(digits: str) -> bool:
    parts = digits.split("-")
    return len(parts) == 4 and all(len(part) == 4 and part.isascii() and part.isalnum() for part in parts)  # noqa: PLR2004


def _source(article: Article) -> str:
    journal = article.journal.medline_ta or article.journal.iso_abbreviation
    found = f" · {search_link(f'{_quoted(journal)}[ta]', 'more of this journal')}" if journal else ""
    ids = [link(article.url, f"PMID {article.pmid}", label=f"PMID {article.pmid} at PubMed")]
    ids += [link(doi_url(article.doi), f"doi:{plain(article.doi)}", label=f"DOI {article.doi}")] if article.doi else []
    if article.pmcid:
        ids.append(
            link(
                f"https://pmc.ncbi.nlm.nih.gov/articles/{plain(article.pmcid)}/",
                f"Free full text, {plain(article.pmcid)}",
            )
        )
    return f"{plain(citation(replace(article, ids=())))}{found}<br>{' · '.join(ids)}"


def _other_abstract(other: OtherAbstract) -> str:
    language = language_name(other.language) if other.language else ""
    name = ", ".join(part for part in ("Another abstract", language, other.kind or "") if part)
    text = "".join(
        (f"<h4>{plain(section.label)}</h4>" if section.label else "") + f"<p>{plain(section.text)}</p>"
        for section in other.sections
    )
    return f'<details class="abstract"><summary>{plain(name)}</summary><div>{text}</div></details>'


def _subjects(article: Article) -> Iterator[tuple[str, list[str]]]:
    yield "Type", [search_link(f"{_quoted(kind)}[pt]", kind) for kind in article.types]
    yield "MeSH", [_heading(each) for each in article.mesh]
    yield "Keywords", [search_link(f"{_quoted(each.text)}[ot]", each.text) for each in article.keywords]
    yield "Chemicals", [search_link(f"{_quoted(each.name)}[nm]", each.name) for each in article.chemicals]
    yield "Concepts", [plain(each.name) for each in article.supplementary]
    yield "Genes", [plain(each) for each in article.genes]
    yield (
        "Registered",
        [
            plain(": ".join(part for part in (bank.name, ", ".join(bank.accessions)) if part))
            for bank in article.data_banks
        ],
    )


def _items(links: list[str]) -> str:
    return "".join(f"<li>{each}</li>" for each in links)


def _facts(article: Article) -> Iterator[tuple[str, str]]:
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
            "grant", [", ".join(filter(None, (each.number, each.agency, each.country))) for each in article.grants]
        ),
    )
    yield "Investigators", _folded("investigator", list(map(str, article.investigators)))
    yield "About", _listed(map(plain, map(str, article.named_persons)))
    yield "Interests", plain(article.conflict_of_interest or "")
    yield "Record", plain(", ".join(filter(None, (article.status, f"version {article.version}"))))


def _heading(heading: MeshHeading) -> str:
    parts: tuple[MeshHeading | Qualifier, ...] = (heading, *heading.qualifiers)
    shown = " / ".join(f"{part.name}*" if part.major else part.name for part in parts)
    return search_link(f"{_quoted(heading.name)}[mh]", shown)


def _dates(article: Article) -> str:
    told = {
        "published": str(article.published),
        "online": article.electronic,
        "in PubMed": article.entrez,
        "indexed": article.completed,
        "revised": article.revised,
    }
    return plain(" · ".join(f"{name} {date}" for name, date in told.items() if date))


def _book(article: Article) -> str:
    book = article.book
    if not book:
        return ""
    editors = "edited by " + ", ".join(map(str, book.editors)) if book.editors else ""
    return plain(". ".join(filter(None, (book.title, editors, book.publisher, book.location, *book.isbn))))


def _affiliations(article: Article) -> list[str]:
    named: dict[str, list[str]] = {}
    for author in article.authors:
        for place in author.affiliations:
            named.setdefault(place, []).append(str(author))
    return [f"{place} ({', '.join(names)})" for place, names in named.items()]


def _folded(what: str, items: list[str]) -> str:
    if not items:
        return ""
    lines = "".join(f"<li>{plain(item)}</li>" for item in items)
    return f"<details><summary>{counted(len(items), what)}</summary><ul>{lines}</ul></details>"


def _listed(items: Iterable[str], *, between: str = " · ") -> str:
    return between.join(items)


def _quoted(text: str) -> str:
    """Put a name in quotes, so that it is one phrase; quotes and brackets inside would end it."""
    return '"' + " ".join(text.replace('"', " ").split()) + '"'
