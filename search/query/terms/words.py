"""Words and phrases in the text of articles: side by side, near each other, or only their beginnings."""

import re

from index.core.text_normalization import folded_words
from index.engine.filter_expression import Near, Phrase, Prefix, Value, Word
from search.filters.filters import YES
from search.query.clauses import Clause
from search.query.field_tags import Tag
from search.query.terms.reading import Reading, Unanswerable, in_any_field, letters_of
from search.query.terms.subsets import has_feature
from search.query.terms.wildcards import check_wildcards, has_truncation

_WHOLE_RECORD = {"all", "tw"}


def words_clause(text: str, tag: Tag, reading: Reading) -> Clause:
    """Require words side by side in a field; where the tag has a distance, near each other in any order.

    Raises:
        Unanswerable: There is no word, or a `*` stands where it may not.
    """
    if tag.name in _WHOLE_RECORD and (feature := record_feature(text)):
        return feature
    words = folded_words(text)
    if not words or not (stems := reading.stems(text)):
        raise Unanswerable("It has no word to search for.")
    if re.search(r"[^\w\s*]\*", text):
        plain = re.sub(r"[^\w\s*]+\*", "*", text)
        reading.warnings.append(f"{text!r} is read as {plain}.")
        text = plain
    check_wildcards(text)
    truncated = has_truncation(text)
    if tag.distance is not None:
        if truncated:
            raise Unanswerable("Words near each other cannot end in *.")
        return _near(text, len(words), tag, tag.distance)
    if truncated:
        return _truncated(text, tag)
    if len(words) > 1:
        return Clause(f'"{text}" in {tag.description}', in_any_field(tag, lambda name: Phrase(name, text)), text)
    token = stems[0]
    bare = text[token.start : token.end]
    return Clause(f"{bare} in {tag.description}", in_any_field(tag, lambda name: Word(name, bare)), bare)


def record_feature(text: str) -> Clause | None:
    """Return what PubMed's words for a property of the record keep, such as `hasabstract`; None for other words."""
    key = letters_of(text)
    if key == "hasabstract":
        return Clause("has an abstract", Value("has_abstract", YES))
    return has_feature(key)


def _truncated(text: str, tag: Tag) -> Clause:
    stem = text.rstrip("*")
    only_last = stem != text and not has_truncation(stem)
    shown = f'"{text}"' if " " in text else text
    found = in_any_field(tag, lambda name: Prefix(name, stem) if only_last else Phrase(name, text))
    return Clause(f"{shown} in {tag.description}", found, text.replace("*", ""))


def _near(text: str, count: int, tag: Tag, distance: int) -> Clause:
    if count < 2:  # noqa: PLR2004 - there must be something between
        raise Unanswerable("One word cannot be near itself: write two or more in quotation marks.")
    description = f'"{text}" with at most {distance} words between in {tag.description}'
    return Clause(description, in_any_field(tag, lambda name: Near(name, text, distance)), text)
