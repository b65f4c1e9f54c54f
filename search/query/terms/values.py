"""Whole values of a record: people, journals, numbers, languages, PMIDs."""

import re

from index.core.text_normalization import folded_person
from index.engine.filter_expression import AnyOf, FilterExpression, Pmids, Value, ValuePrefix
from index.records.article_fields import ALSO_KNOWN
from search.filters.author_names import author_filter, exact_author
from search.filters.vocabulary import LANGUAGES, language_code
from search.query.clauses import Clause
from search.query.field_tags import Tag
from search.query.terms.reading import Reading, Unanswerable, in_any_field

_RANKING = {"nm"}


def author_clause(text: str, tag: Tag, *, quoted: bool) -> Clause:
    """Require a person: with quotation marks exactly so, with a `*` beginning so, else with any further initials."""
    _check_star(text)
    name = text.replace("*", "").strip()
    if not folded_person(name):
        raise Unanswerable("It has no name to search for.")
    field = tag.fields[0]
    if text.rstrip().endswith("*"):
        found: FilterExpression = ValuePrefix(field, folded_person(name))
    else:
        found = exact_author(name, field=field) if quoted else author_filter(name, field=field)
    return Clause(f"{tag.description} {text}", found)


def value_clause(text: str, tag: Tag, _reading: Reading) -> Clause:
    """Require a whole value, or the beginning of one."""
    _check_star(text)
    if not any(map(str.isalnum, text)):
        raise Unanswerable("It has nothing to search for.")
    if text.endswith("*"):
        names = [name for field in tag.fields for name in (field, ALSO_KNOWN.get(field)) if name]
        prefixes = tuple(ValuePrefix(name, text.rstrip("*")) for name in names)
        return Clause(f"{tag.description} {text}", AnyOf(prefixes))
    found = in_any_field(tag, lambda name: Value(name, frozenset({text})))
    return Clause(f"{tag.description} {text}", found, text if tag.name in _RANKING else "")


def language_clause(text: str, tag: Tag, reading: Reading) -> Clause:
    """Require a language, by name or NLM's code."""
    code = language_code(text)
    if code not in LANGUAGES.values():
        reading.warnings.append(f"{text!r} is not a language in NLM's list.")
    return Clause(f"{tag.description} {text}", Value("language", frozenset({code})))


def pmid_clause(text: str, tag: Tag, _reading: Reading) -> Clause:
    """Require one of some PMIDs."""
    numbers = re.split(r"[\s,;]+", text.strip())
    if not all(number.isascii() and number.isdigit() for number in numbers):
        raise Unanswerable(f"{text!r} is not a PMID: write 33990091[pmid]")
    return Clause(f"{tag.description} {text}", Pmids(frozenset(int(number[:18]) for number in numbers)))


def pmid_words(words: list[str]) -> int:
    """Count the words next to a tag that are numbers, 1 at least."""
    others = (count for count, word in enumerate(reversed(words)) if not word.rstrip(",;").isdigit())
    return max(1, next(others, len(words)))


def language_words(words: list[str]) -> int:
    """Count the words next to a tag that name a language."""
    return 2 if " ".join(words[-2:]).lower() in LANGUAGES else 1


def _check_star(text: str) -> None:
    if "*" in text.rstrip("*"):
        raise Unanswerable("A * is read only at the end of a value.")
