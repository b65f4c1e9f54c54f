"""How a question, a few words, or a query in PubMed's language is read."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from index.core.control_characters import is_control
from index.core.errors import QueryError, QuerySyntaxError
from index.core.text_normalization import folded_words, normalize, without_invisible
from index.lexical.matches import NameKind, TokenSpan, Translation
from search.filters.date_ranges import Years
from search.pasting.mends import mends
from search.pasting.strategy import QueryLanguage, read_paste
from search.query.clauses import Clause, shortened
from search.query.compiler import QueryCompiler
from search.query.field_tags import find_tag
from search.query.lexer import TokenizedQuery, tokenize
from search.query.mapping.automatic_mapping import AutomaticMapping
from search.query.mapping.short_forms import QueryAbbreviations, none_of, unclear_remarks
from search.query.mapping.term_mapping import never, translate
from search.query.parser import Node, parse
from search.query.query import AS_TYPED, MAPPED, Interpretation, Query, Term
from search.query.stopwords import STOP_WORDS
from search.query.terms.subsets import subset_kind

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

CHARACTERS_READ = 10_000
"""A long abstract has 5,000; the rest would cost time and change little, because a model reads 256 tokens."""

SYNTAX_READ = 100_000
"""The strategies of systematic reviews have up to some 20,000 characters."""

MENDED = 20_000
"""Characters of a query for which mends are tried: as long as any strategy, for each is parsed again."""

_RARE = re.compile(r"[^ -~]")

WORDS_SHOWN = 12
CHARACTERS_SHOWN = 400
WARNINGS_SHOWN = 20


_AS_TYPED = re.compile(r"(?<![\w+])\+(?=[^\W\d_])")
"""The sign before a word of a plain question that is not to be put right; see `search.query.did_you_mean.correct`."""


def read_query(  # noqa: PLR0913 - each by name
    text: str,
    years: Years | None,
    stems: Callable[[str], Sequence[TokenSpan]],
    *,
    mesh: "Mesh | None" = None,
    mapping: AutomaticMapping | None = None,
    is_ordinary: Callable[[str], bool] = never,
    abbreviations: Callable[[str], QueryAbbreviations] = none_of,
    today: date | None = None,
) -> Query:
    """Read a question, a few words, or a query in PubMed's language.

    Args:
        text: What was typed, of any length and content.
        years: The publication years to keep.
        stems: The index's own analyser, so that a word here matches what it matches in an article.
        mesh: The vocabulary, where it is loaded.
        mapping: Maps the untagged words of a Boolean query; None to search them as typed.
        is_ordinary: Whether so many articles have a word that it is no everyday name.
        abbreviations: Finds those that the library knows; asked of words that are neither quoted nor tagged.
        today: The day from which "last 5 years" counts; None for this one.

    Raises:
        QueryError: Nothing was typed.
        QuerySyntaxError: The query uses operators or tags and they cannot be read.
        TypeError: `text` is not text.
    """
    if not isinstance(text, str):
        raise TypeError(f"a query must be text, not {text!r}")
    if not cleaned_query(text):
        raise QueryError("Type a question or a few words.")
    paste = read_paste(text, _LANGUAGE)
    cleaned = cleaned_query(paste.text)
    tokenized = _tokenized(cleaned)
    warnings, cut = [*paste.warnings, *tokenized.hints], False
    if not tokenized.has_syntax:
        unsigned = _AS_TYPED.sub("", cleaned).strip()
        plain, clause, untagged, cut = _beginning(unsigned), None, "", len(unsigned) > CHARACTERS_READ
        free = plain
    elif len(cleaned) > SYNTAX_READ:
        raise QueryError(
            f"A query with operators may have at most {SYNTAX_READ:,} characters; this one has {len(cleaned):,}."
        )
    else:
        compiler = QueryCompiler(cleaned, stems, mesh, today or date.today(), mapping)
        clause = compiler.compile(_parsed(tokenized, cleaned))
        warnings = _first_warnings([*dict.fromkeys([*warnings, *compiler.warnings])])
        free, untagged = (
            " ".join(compiler.free),
            (MAPPED if compiler.mapping else AS_TYPED) if compiler.untagged else "",
        )
        plain = _beginning(f"{free} {clause.words if clause else ''}".strip())
        if not plain and clause is None:
            raise QueryError(f"Nothing in this query can be searched for. {' '.join(warnings)}")
    terms = _significant(plain, stems(plain))
    read_as = _interpretation(terms, years, clause, warnings, cut=cut)
    read_as = replace(_with_untagged(read_as, untagged, mesh), lines=paste.lines)
    found = abbreviations(free)
    translations = translate(plain, mesh, is_ordinary, found)
    read_as = _with_translations(read_as, translations, named_in=folded_words(free))
    read_as = replace(read_as, warnings=(*read_as.warnings, *unclear_remarks(found, translations)))
    return Query(text.encode(errors="replace").decode(), plain, read_as)


def _beginning(text: str) -> str:
    """Return what is read of a text, cut between two words."""
    if len(text) <= CHARACTERS_READ:
        return text
    head = text[: CHARACTERS_READ + 1].rsplit(None, 1)
    return head[0] if len(head) > 1 else text[:CHARACTERS_READ]


def has_syntax(text: str) -> bool:
    """Return whether a text is more than a plain question."""
    return _tokenized(cleaned_query(text)).has_syntax


@lru_cache(2)  # as above
def _tokenized(cleaned: str) -> TokenizedQuery:
    return tokenize(cleaned[:SYNTAX_READ])


def _parsed(tokenized: TokenizedQuery, cleaned: str) -> Node:
    """Parse a query.

    Raises:
        QuerySyntaxError: It cannot be read; with what could be searched instead.
    """
    try:
        return parse(tokenized.tokens, cleaned)
    except QuerySyntaxError as error:
        proposals = mends(cleaned, _parse_alone) if len(cleaned) <= MENDED else ()
        raise QuerySyntaxError(str(error), error.position, proposals) from None


def _parse_alone(text: str) -> None:
    cleaned = cleaned_query(text)
    tokenized = _tokenized(cleaned)
    if tokenized.has_syntax:
        parse(tokenized.tokens, cleaned)


def _check_line(text: str) -> None:
    cleaned = cleaned_query(text)
    tokenized = _tokenized(cleaned)
    if tokenized.has_syntax:
        _parsed(tokenized, cleaned)


_LANGUAGE = QueryLanguage(has_syntax, lambda name: find_tag(name) is not None, _check_line, subset_kind)


@lru_cache(4)  # of one query, each text is asked for several times
def cleaned_query(text: str) -> str:
    """Return the text composed (NFC), with full-width letters made narrow and control characters made spaces.

    Full NFKC would go too far: it rewrites the micro sign, which articles use, into the Greek letter.
    """
    # Composed last: by then nothing separates a letter from its mark or makes the mark a separate letter.
    return " ".join(normalize("NFC", _RARE.sub(_plain_character, without_invisible(text))).split())


def _plain_character(found: "re.Match[str]") -> str:
    character = found[0]
    if "\uff00" <= character <= "\uffef":
        return unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) == "Cf":  # zero-width and direction marks occur inside words: no split there
        return ""
    return " " if is_control(character) else character


def _first_warnings(warnings: list[str]) -> list[str]:
    remaining = len(warnings) - WARNINGS_SHOWN
    return [*warnings[:WARNINGS_SHOWN], f"There are {remaining:,} more such remarks."] if remaining > 0 else warnings


def _significant(text: str, tokens: Sequence[TokenSpan]) -> tuple[Term, ...]:
    terms = tuple(Term(text[token.start : token.end].lower(), token.stem) for token in tokens)
    return tuple(term for term in terms if term.word not in STOP_WORDS) or terms


def _interpretation(
    terms: tuple[Term, ...], years: Years | None, clause: Clause | None, warnings: list[str], *, cut: bool
) -> Interpretation:
    words = Interpretation(terms, years, "").words
    remaining = len(words) - WORDS_SHOWN
    common_only = bool(words) and STOP_WORDS.issuperset(words)
    listed = ", ".join(words[:WORDS_SHOWN]) + (f" and {remaining:,} more words" if remaining > 0 else "")
    ranked_by = ([f"ranked by {listed}"] if words else ["newest first"]) if clause else []
    plain = [] if clause else [listed, "by meaning and words" if words else "no words to look for, by meaning only"]
    parts = [
        f"only {shortened(clause.description, CHARACTERS_SHOWN)}" if clause else "",
        *ranked_by,
        *plain,
        "common words only" if common_only else "",
        str(years) if years else "",
        f"only the first {CHARACTERS_READ:,} characters were read" if cut else "",
    ]
    if common_only:
        warnings = [*warnings, "The query has common words only; a name or a subject finds more."]
    return Interpretation(terms, years, "; ".join(part for part in parts if part), clause, tuple(warnings))


def _with_untagged(read_as: Interpretation, untagged: str, mesh: "Mesh | None") -> Interpretation:
    """Say how the untagged words of a Boolean query were searched."""
    if not untagged:
        return read_as
    how = {MAPPED: "untagged words mapped as PubMed maps them", AS_TYPED: "untagged words as typed"}[untagged]
    without = "" if mesh else " (MeSH is not loaded)"
    return replace(read_as, description=f"{read_as.description}; {how}{without}", untagged=untagged)


def _with_translations(
    read_as: Interpretation, translations: tuple[Translation, ...], *, named_in: Sequence[str]
) -> Interpretation:
    """Add the headings that the words name, and describe those whose name differs from what was typed.

    Words that restrict are described by what they require, and only `named_in`, the free words, by these names.
    """
    free = f" {' '.join(named_in)} "
    renamed = [
        translation
        for translation in translations
        if folded_words(translation.heading) != translation.words.split() and f" {translation.words} " in free
    ]
    listed = ((kind, _listed(one for one in renamed if one.kind is kind)) for kind in NameKind)
    parts = [read_as.description, *(f"{kind.value} {names}" for kind, names in listed if names)]
    if abbreviated := _abbreviated(one for one in translations if f" {one.words} " in free):
        parts.append(f"abbreviated {abbreviated}")
    return replace(read_as, description="; ".join(parts), translations=translations)


def _listed(translations: Iterable[Translation]) -> str:
    shown = islice(translations, WORDS_SHOWN)
    return ", ".join(f"{translation.words} = {translation.heading}" for translation in shown)


def _abbreviated(translations: Iterable[Translation]) -> str:
    shown = islice((one for one in translations if one.short_forms), WORDS_SHOWN)
    return ", ".join(f"{one.words} = {' or '.join(one.short_forms)}" for one in shown)
