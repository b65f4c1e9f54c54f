"""What PubMed searches of one article, field by field, as word lists and values."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from index.records.article import Article, Author
from tests.support.oracles.pubmed_guide.days import Day, iso_day, published_day
from tests.support.oracles.pubmed_guide.words import folded, name_words, words_of

Name = tuple[str, ...]
SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "4th"}


@dataclass(frozen=True)
class Person:
    """A personal name as words: last name, initials as one word, fore names."""

    last: Name
    initials: str
    fore: Name
    place: int
    is_last: bool
    suffix: str = ""


@dataclass
class Document:
    """One article: texts by field, each text its words between spaces (" heart attack "); headings, persons, days."""

    pmid: int
    texts: dict[str, list[str]] = field(default_factory=dict)
    headings: list[tuple[Name, bool, tuple[tuple[Name, bool], ...]]] = field(default_factory=list)
    persons: dict[str, list[Person]] = field(default_factory=dict)
    days: dict[str, set[Day]] = field(default_factory=dict)
    status: str = ""
    has_abstract: bool = False
    structured: bool = False
    free: bool = False

    def add(self, name: str, texts: Iterable[str | None]) -> None:
        """Add texts to a field, each an instance of its own."""
        self.texts.setdefault(name, []).extend(f" {' '.join(words)} " for words in map(words_of, texts) if words)


def persons_of(authors: Iterable[Author]) -> list[Person]:
    """Return the persons among authors, in order."""
    people = [author for author in authors if author.last_name]
    return [
        Person(
            name_words(author.last_name),
            "".join(name_words(author.initials or "".join(word[0] for word in (author.fore_name or "").split()))),
            tuple("".join(name_words(word)) for word in (author.fore_name or "").split()),
            place,
            place == len(people) - 1,
            folded(author.suffix or "").strip("."),
        )
        for place, author in enumerate(people)
    ]


def document(article: Article) -> Document:
    """Return an article as the guide sees it."""
    seen = Document(article.pmid, status=(article.status or "").lower())
    _add_texts(seen, article)
    _add_values(seen, article)
    _add_days(seen, article)
    for heading in article.mesh:
        qualifiers = tuple((words_of(qualifier.name), qualifier.major) for qualifier in heading.qualifiers)
        seen.headings.append((words_of(heading.name), heading.major, qualifiers))
    book = article.book
    seen.persons = {
        "au": persons_of(article.authors),
        "ir": persons_of(article.investigators),
        "ps": persons_of(article.named_persons),
        "ed": persons_of(book.editors) if book else [],
    }
    seen.has_abstract = bool(article.abstract)
    seen.structured = any(section.label for section in article.sections)
    seen.free = article.pmcid is not None
    return seen


def _add_texts(seen: Document, article: Article) -> None:
    book = article.book
    seen.add("ti", [article.title, book.collection if book else None])
    seen.add("tt", [article.vernacular_title])
    seen.add("ab", [" ".join(section.text for section in article.sections)])
    seen.add("label", [section.label for section in article.sections])
    seen.add("label", [section.label for other in article.other_abstracts for section in other.sections])
    seen.add("oab", [" ".join(section.text for section in other.sections) for other in article.other_abstracts])
    seen.add("ot", [keyword.text for keyword in article.keywords])
    everyone = (*article.authors, *article.investigators)
    seen.add("ad", [place for author in everyone for place in author.affiliations])
    seen.add("cois", [article.conflict_of_interest])
    seen.add("cn", [author.collective_name for author in article.authors])
    seen.add("nm", [chemical.name for chemical in article.chemicals])
    seen.add("nm", [concept.name for concept in article.supplementary])
    seen.add("mh", [heading.name for heading in article.mesh])
    seen.add("sh", [qualifier.name for heading in article.mesh for qualifier in heading.qualifiers])
    seen.add("pt", article.types)
    seen.add("notes", [link.source for link in article.links])
    for name, persons in (("au", article.authors), ("ir", article.investigators), ("ps", article.named_persons)):
        seen.add(f"{name} words", [f"{who.last_name} {who.initials or ''} {who.suffix or ''}" for who in persons])
        seen.add(f"{name} words", [f"{who.fore_name or ''} {who.last_name or ''}" for who in persons])


def _add_values(seen: Document, article: Article) -> None:
    journal = article.journal
    names = (journal.title, journal.iso_abbreviation, journal.medline_ta)
    seen.add("ta", [*names, journal.issn, journal.issn_linking])
    seen.add("jid", [journal.nlm_id])
    seen.add("vi", [journal.volume])
    seen.add("ip", [journal.issue])
    seen.add("pg", [(journal.pages or "").split("-")[0]])
    seen.add("pages", [journal.pages])
    seen.add("pl", [journal.country])
    seen.add("la", article.languages)
    seen.add("rn", [chemical.registry_number for chemical in article.chemicals if chemical.registry_number != "0"])
    seen.add("gr", [" ".join(filter(None, (grant.number, grant.acronym, grant.agency))) for grant in article.grants])
    seen.add("si", [bank.name for bank in article.data_banks])
    seen.add("si", [f"{bank.name} {number}" for bank in article.data_banks for number in bank.accessions])
    seen.add("aid", [identifier.value for identifier in article.ids if identifier.kind != "pubmed"])
    seen.add("auid", [author.orcid for author in article.authors])
    seen.add("sb", article.subsets)


def _add_days(seen: Document, article: Article) -> None:
    entered = iso_day(article.entered or article.entrez)
    days = {
        "ppdat": published_day(article.published), "epdat": iso_day(article.electronic),
        "edat": entered, "crdt": iso_day(article.entrez), "mhda": iso_day(article.indexed) or entered,
        "dcom": iso_day(article.completed), "lr": iso_day(article.revised),
    }  # fmt: skip
    for name, day in days.items():
        seen.days[name] = {day} if day else set()
    seen.days["dp"] = seen.days["ppdat"] | seen.days["epdat"]
