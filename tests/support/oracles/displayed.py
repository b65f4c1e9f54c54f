"""What the page, the exports and the facets show of an article, and how people type it to get back there."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.core.readable_text import readable
from index.engine.filter_expression import FilterExpression, Word
from index.engine.search_index import SearchIndex
from index.records.article import Article, Author
from search.export.citation import inverted_name
from search.filters.author_names import author_filter
from search.query.query_reader import read_query
from search.retrieval.known_items import clues

FEWEST_DIGITS, LONGEST_NUMBER = 3, 60
MOST_LISTED = 200
"""Articles: a word of more articles is looked for among the best ones only by chance."""

_WORD = re.compile("[\\w\u0300-\u036f\u064b-\u065f]+(?:['’‐-]\\w+)*")


@dataclass
class Findings:
    """What was looked for: how much of each kind, and what did not find its article."""

    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    missed: list[tuple[str, str, int]] = field(default_factory=list)

    def share(self) -> dict[str, str]:
        """Return of each kind how much finds its article, such as "1,204 of 1,204"."""
        missed = defaultdict(int)
        for kind, _, _ in self.missed:
            missed[kind] += 1
        return {kind: f"{count - missed[kind]:,} of {count:,}" for kind, count in self.asked.items()}


def names_of(person: Author) -> Iterator[str]:
    """Yield a name as the page shows it, as exports print it, and in the order of speech."""
    yield str(person)
    yield inverted_name(person)
    yield ", ".join(filter(None, (inverted_name(person), person.suffix)))
    if person.last_name and person.fore_name:
        yield f"{person.fore_name} {person.last_name}"


def tagged_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of what a field tag finds."""
    for person in article.authors:
        yield from (("au", name) for name in names_of(person) if name)
    for person in article.investigators:
        yield from (("ir", name) for name in names_of(person) if name)
    journal = article.journal
    yield from (("ta", name) for name in (journal.title, journal.medline_ta, journal.iso_abbreviation) if name)
    if journal.iso_abbreviation:
        yield "ta", re.sub(r"(\w)\.? ", r"\1. ", f"{journal.iso_abbreviation} ").strip()
    yield from (("is", number) for number in (journal.issn, journal.issn_linking) if number)
    yield from (("pt", kind) for kind in article.types)
    if article.published.first:
        yield "dp", str(article.published)
        yield "dp", article.published.first[:4]
    yield from (("dp", date) for date in (article.electronic, article.electronic and article.electronic[:4]) if date)
    yield from ((tag, date) for tag, date in (("crdt", article.entrez), ("edat", article.entered)) if date)
    yield from (("lr", date) for date in (article.revised,) if date)
    yield from (("si", number) for bank in article.data_banks for number in bank.accessions)
    # Some grants have a dash in place of a number.
    numbers = (grant.number for grant in article.grants if grant.number)
    yield from (("gr", number) for number in numbers if any(map(str.isalnum, number)))
    yield from (("auid", author.orcid) for author in article.authors if author.orcid)


def identifiers_of(article: Article) -> Iterator[str]:
    """Yield what is typed into the box without a tag.

    Some grants have words in place of a number ("N/A", "Scholar Award", a whole title): they are found under [gr] only.
    """
    yield str(article.pmid)
    yield from (identifier.value for identifier in article.ids)
    if article.doi:
        yield f"https://doi.org/{article.doi}"
    yield from (number for bank in article.data_banks for number in bank.accessions)
    numbers = (grant.number for grant in article.grants if grant.number)
    yield from (
        number for number in numbers if sum(map(str.isdigit, number)) >= FEWEST_DIGITS and len(number) <= LONGEST_NUMBER
    )
    yield from (author.orcid for author in article.authors if author.orcid)


def texts_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (field, text) of every text whose words find the article."""
    titles = (("title", article.title), ("vernacular_title", article.vernacular_title))
    yield from ((field, text) for field, text in titles if text)
    yield from (("abstract", section.text) for section in article.sections)
    yield from (("other_abstract", section.text) for other in article.other_abstracts for section in other.sections)
    yield from (("keyword", keyword.text) for keyword in article.keywords)
    named = (*article.mesh, *article.supplementary, *article.chemicals)
    yield from (("all", subject.name) for subject in named)
    yield from (("all", qualifier.name) for heading in article.mesh for qualifier in heading.qualifiers)
    yield from (("all", gene) for gene in article.genes)
    yield from (("all", number) for bank in article.data_banks for number in bank.accessions)


def look_up_names(articles: Iterable[Article], index: SearchIndex) -> Findings:
    """Look for every displayed name, journal, identifier under a tag and date by itself."""
    expected: dict[tuple[str, str], set[int]] = defaultdict(set)
    for article in articles:
        for tagged in tagged_of(article):
            expected[tagged].add(article.pmid)
    findings = Findings()
    for (tag, text), pmids in expected.items():
        _record(findings, tag, text, pmids - _kept(index, _restriction(tag, text, index)))
    return findings


def _restriction(tag: str, text: str, index: SearchIndex) -> FilterExpression:
    if tag == "au":  # a hundred thousand names: as the filter --author, which [au] shares
        return author_filter(text)
    quoted = " ".join(text.replace('"', " ").split())
    return read_query(f'"{quoted}"[{tag}]', None, index.stems).read_as.filter_expression


def look_up_identifiers(articles: Iterable[Article], index: SearchIndex) -> Findings:
    """Type every identifier into the box: its article must be among those that come first."""
    findings = Findings()
    for article in articles:
        for text in dict.fromkeys(identifiers_of(article)):
            matches = (_kept(index, clue.filter_expression, clue.most) for clue in clues(text))
            first = next(filter(None, matches), set())
            _record(findings, "identifier", text, {article.pmid} - first)
    return findings


def look_up_words(articles: Iterable[Article], index: SearchIndex, *, every: int = 1) -> Findings:
    """Look for words of every text, under its field and without one; `every` names the share of words."""
    expected: dict[tuple[str, str], set[int]] = defaultdict(set)
    for article in articles:
        for name, text in texts_of(article):
            for word in re.findall(_WORD, _seen(text)):
                expected[name, word.lower()].add(article.pmid)
    findings = Findings()
    for number, ((name, word), pmids) in enumerate(expected.items()):
        if number % every or not word.strip("_"):
            continue
        _record(findings, f"word of {name}", word, pmids - _kept(index, Word(name, word)))
        if len(pmids) < MOST_LISTED:
            listed = {match.pmid for match in index.matching(word, len(index.pmids)).matches}
            _record(findings, "word by plain search", word, pmids - listed)
        _record(findings, "word that no article has", word, set() if index.has_word(word) else pmids)
    return findings


def _seen(text: str) -> str:
    """Return a text as people see it: escaped markup and invisible characters left out."""
    return "".join(character for character in readable(text) if unicodedata.category(character) != "Cf")


def _record(findings: Findings, kind: str, text: str, missing: set[int]) -> None:
    findings.asked[kind] += 1
    findings.missed += [(kind, text, pmid) for pmid in sorted(missing)[:1]]


def _kept(index: SearchIndex, restriction: FilterExpression, most: int | None = None) -> set[int]:
    selection = index.select(restriction)
    return set(map(int, index.pmids_of(selection))) if most is None or selection.count <= most else set()
