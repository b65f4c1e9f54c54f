"""Exact filters the slow way: one article after the other, on plain Python values."""

import re
import unicodedata
from collections import Counter

from index.engine.filter_expression import (
    AllOf,
    AnyOf,
    Between,
    Everything,
    FilterExpression,
    Near,
    Phrase,
    Pmids,
    Prefix,
    Value,
    ValuePrefix,
    Without,
    Word,
)
from index.records.article import Article

_SIGNS = {ord(sign): plain for plain, signs in (("'", "‘’"), ('"', "“”"), ("-", "‐‑–—−")) for sign in signs}


def plain(text: str) -> str:
    """Fold case, accents, dashes and quotes, letter by letter, and name a Greek letter that stands alone."""
    letters = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode().translate(_SIGNS)).casefold()
    letters = re.sub("(?<![α-ω])[α-ω](?![α-ω])", lambda greek: unicodedata.name(greek[0]).split()[-1].lower(), letters)
    for letter, spelt in {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}.items():
        letters = letters.replace(letter, spelt)
    apart = (letter for letter in unicodedata.normalize("NFD", letters) if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFC", "".join(apart))


def value(text: str) -> str:
    return " ".join(plain(text).split())


def person(text: str) -> str:
    """Drop apostrophes and punctuation; the names of our records have no initials apart."""
    return " ".join(words(plain(text).replace("'", "")))


def key(text: str, field: str) -> str:
    """Return a value as its field compares it."""
    if field in ("author", "first_author", "last_author"):
        return person(text)
    return " ".join(words(text)) if field == "journal" else value(text).removeprefix("pmc")


def words(text: str) -> list[str]:
    return re.sub(r"[\W_]", " ", plain(text)).split()


def name(author) -> str:
    return author.collective_name or f"{author.last_name or ''} {author.initials or author.fore_name or ''}"


def persons(article: Article) -> list:
    return [author for author in article.authors if name(author).strip() and not author.collective_name]


def texts(article: Article, field: str) -> list[str]:
    subjects = (*article.mesh, *article.supplementary, *article.chemicals)
    fields = {
        "title": [article.title],
        "vernacular_title": [article.vernacular_title],
        "abstract": [article.abstract],
        "other_abstract": [section.text for other in article.other_abstracts for section in other.sections],
        "group": [author.collective_name for author in article.authors],
        "affiliation": [affiliation for author in article.authors for affiliation in author.affiliations],
        "keyword": [keyword.text for keyword in article.keywords],
        "subject": [
            *(subject.name for subject in subjects),
            *(qualifier.name for heading in article.mesh for qualifier in heading.qualifiers),
            *article.types,
            *(link.source for link in article.links),
        ],
        "other": [
            *map(str, article.authors),
            *(f"{author.last_name} {author.fore_name or ''}" for author in article.authors if author.last_name),
            article.journal.title,
            article.journal.iso_abbreviation,
            article.journal.medline_ta,
            article.journal.volume,
            article.journal.issue,
            article.journal.pages,
            article.journal.country,
            article.journal.issn,
            article.journal.issn_linking,
            *(identifier.value for identifier in article.ids),
            *(section.label for section in article.sections),
        ],
    }
    chosen = [text for field_texts in fields.values() for text in field_texts] if field == "all" else fields[field]
    return [text for text in chosen if text]


def values(article: Article, field: str) -> list[str]:
    journal = article.journal
    major = [
        heading for heading in article.mesh if heading.major or any(qualifier.major for qualifier in heading.qualifiers)
    ]
    substances = (*article.chemicals, *article.supplementary)
    fields = {
        "author": [name(author) for author in article.authors],
        "first_author": [name(author) for author in persons(article)][:1],
        "last_author": [name(author) for author in persons(article)][-1:],
        "journal": [
            journal.title,
            journal.iso_abbreviation,
            journal.medline_ta,
            journal.issn,
            journal.issn_linking,
        ],
        "type": article.types,
        "language": article.languages,
        "mesh": [text for heading in article.mesh for text in (heading.ui, heading.name)],
        "mesh_major": [text for heading in major for text in (heading.ui, heading.name)],
        "substance": [
            *(text for substance in substances for text in (substance.ui, substance.name)),
            *(chemical.registry_number for chemical in article.chemicals if chemical.registry_number != "0"),
        ],
        "keyword": [keyword.text for keyword in article.keywords],
        "doi": [article.doi],
        "identifier": [identifier.value for identifier in article.ids if identifier.kind not in ("doi", "pmc")],
        **dict.fromkeys(("investigator", "named_person", "editor", "accession", "grant", "orcid"), ()),
        "pmcid": [article.pmcid],
        "status": [article.status],
        "retraction": [article.retraction],
        "has_abstract": ["yes" if article.abstract else "no"],
        "free_full_text": ["yes" if article.pmcid else "no"],
    }
    return [key(text, field) for text in fields[field] if text and text.strip()]


def own_values(article: Article, field: str) -> set[str]:
    """Return a field's values without the further names that it is also found by."""
    if field == "mesh_major":
        return set(values(article, field)) - {value(heading.ui) for heading in article.mesh}
    if field == "substance":
        return {value(substance.name) for substance in (*article.chemicals, *article.supplementary)}
    return counted(article, field)


def further_names(article: Article, field: str) -> set[str]:
    """Return the full names of people, their words in alphabetical order."""
    people = {
        "author": article.authors, "first_author": persons(article)[:1], "last_author": persons(article)[-1:],
    }.get(field, ())  # fmt: skip
    full = {f"{author.last_name} {given}" for author in people if author.fore_name for given in given_names(author)}
    split = {name(author).replace("'", " ") for author in people if "'" in name(author)}
    return {in_order(text) for text in full | {text.replace("'", " ") for text in full} | split}


def given_names(author) -> list[str]:
    first = author.fore_name.split()[0]
    return [author.fore_name, first] if len(first) > 1 else [author.fore_name]


def in_order(text: str) -> str:
    return " ".join(sorted(person(text).split()))


def counted(article: Article, field: str) -> set[str]:
    """Return the values that a facet counts."""
    if field == "year":
        return {str(article.year)} if article.year else set()
    if field == "journal":
        return set(values(article, "journal")[:1])
    if field == "mesh":
        return {value(heading.name) for heading in article.mesh}
    return set(values(article, field))


def keeps(filter_expression: FilterExpression, article: Article) -> bool:  # noqa: PLR0911 - one a kind
    """Return whether the filter keeps the article."""
    match filter_expression:
        case Everything():
            return True
        case AllOf(parts):
            return all(keeps(part, article) for part in parts)
        case AnyOf(parts):
            return any(keeps(part, article) for part in parts)
        case Without(part):
            return not keeps(part, article)
        case Pmids(pmids):
            return article.pmid in pmids
        case Value(field, expected):
            known = set(values(article, field))
            others = further_names(article, field)
            return any(key(text, field) in known or in_order(text) in others for text in expected)
        case ValuePrefix(field, text):
            start = key(text, field) + (" " if text[-1:].isspace() else "")
            return any(text.startswith(start) for text in own_values(article, field))
        case Between():
            return within(filter_expression, article)
    assert isinstance(filter_expression, Word | Phrase | Prefix | Near)
    expected = words(filter_expression.text)
    if isinstance(filter_expression, Near):
        found = texts(article, filter_expression.field)
        return any(near(expected, words(text), filter_expression.distance) for text in found)
    begins = isinstance(filter_expression, Prefix)
    return bool(expected) and any(
        stands(expected, words(text), begins=begins) for text in texts(article, filter_expression.field)
    )


def near(expected: list[str], text: list[str], distance: int) -> bool:
    """Return whether a stretch of text holds the words and at most so many others."""
    length = len(expected) + distance
    starts = range(max(1, len(text) - len(expected) + 1))
    return any(not Counter(expected) - Counter(text[start : start + length]) for start in starts)


def stands(expected: list[str], text: list[str], *, begins: bool) -> bool:
    for start in range(len(text) - len(expected) + 1):
        part = text[start : start + len(expected)]
        if part == expected or (begins and part[:-1] == expected[:-1] and part[-1].startswith(expected[-1])):
            return True
    return False


def printed(article: Article) -> str | None:
    """Return the first day of the issue's date; seasons begin in January, April, July and October."""
    date = article.published
    words_of_date = (date.season or date.medline_date or "").lower()
    for months, month in (("winter", "01"), ("spring", "04"), ("summer", "07"), ("fall", "10"), ("autumn", "10")):
        if date.first and months in words_of_date:
            return f"{date.first[:4]}-{month}-01"
    return date.first


def within(between: Between, article: Article) -> bool:
    published = article.published
    dates = {
        "year": [published.first and published.first[:4]],
        "published": [printed(article), article.electronic],
        "printed": [printed(article)],
        "created": [article.entrez],
        "revised": [article.revised],
    }[between.field]
    days = [int(date.replace("-", "")) for date in dates if date]
    return any(
        (between.first is None or between.first <= day) and (between.last is None or day <= between.last)
        for day in days
    )
