"""A question, a few words, or a query in PubMed's language, read."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.core.errors import QueryError
from index.core.text_normalization import folded_words
from index.lexical.matches import TokenSpan, Translation
from search.filters.date_ranges import Years
from search.query.clauses import Clause
from search.query.compiler import QueryCompiler
from search.query.lexer import tokenize
from search.query.parser import parse
from search.query.query import Interpretation, Query, Term
from search.query.stopwords import STOP_WORDS
from search.query.term_mapping import translate

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh


CHARACTERS_READ = 10_000
"""A long abstract has 5,000; what follows would cost time and change little, for a model reads 256 tokens."""


SYNTAX_READ = 100_000
"""The strategies of systematic reviews have up to some 20,000 characters."""


WORDS_SAID = 12


CHARACTERS_SAID = 400


def read_query(
    text: str, years: Years | None, stems: Callable[[str], Sequence[TokenSpan]], *, mesh: "Mesh | None" = None
) -> Query:
    """Read a question, a few words, or a query in PubMed's language.

    Args:
        text: What was typed, of any length and content.
        years: The publication years wanted.
        stems: The index's own analyser, so that a word here matches what it matches in an article.
        mesh: The vocabulary, where it is loaded.

    Raises:
        QueryError: Nothing was typed.
        QuerySyntaxError: Operators or tags are in force and cannot be read.
        TypeError: `text` is not text.
    """
    if not isinstance(text, str):
        raise TypeError(f"a query is text, not {text!r}")
    cleaned = cleaned_query(text)
    if not cleaned:
        raise QueryError("Type a question or a few words.")
    signs = tokenize(cleaned[:SYNTAX_READ])
    warnings = [*(f"There is no field {tag}; it was left out." for tag in signs.unknown_tags), *signs.slips]
    if not signs.in_force:
        for tag in signs.unknown_tags:
            cleaned = cleaned.replace(tag, " ")
        plain, clause = cleaned.strip()[:CHARACTERS_READ], None
    elif len(cleaned) > SYNTAX_READ:
        raise QueryError(
            f"A query with operators has {SYNTAX_READ:,} characters at most; this one has {len(cleaned):,}."
        )
    else:
        reader = QueryCompiler(cleaned, stems, mesh)
        clause = reader.read(parse(signs.tokens, cleaned))
        warnings = [*dict.fromkeys([*warnings, *reader.warnings])]
        plain = " ".join([*reader.free, clause.words if clause else ""]).strip()[:CHARACTERS_READ]
        if not plain and clause is None:
            raise QueryError(f"Nothing in this query can be looked for. {' '.join(warnings)}")
    terms = _significant(plain, stems(plain))
    read_as = _read(terms, years, clause, warnings, cut=not signs.in_force and len(plain) < len(cleaned.strip()))
    read_as = _translated(read_as, translate(plain, mesh))
    return Query(text.encode(errors="replace").decode(), plain, read_as)


def cleaned_query(text: str) -> str:
    """Return the text composed (NFC), with full-width letters made narrow and control characters made spaces.

    Full NFKC would go too far: it rewrites the micro sign, which articles use, into the Greek letter.
    """
    # Composed last: what stood between a letter and its mark, or made the mark a letter of its own, is gone by then.
    return " ".join(unicodedata.normalize("NFC", "".join(map(_plain_character, text))).split())


def _plain_character(character: str) -> str:
    if "\uff00" <= character <= "\uffef":
        return unicodedata.normalize("NFKC", character)
    category = unicodedata.category(character)
    if category == "Cf":  # zero-width and direction marks stand inside words and must not cut them in two
        return ""
    return " " if category in {"Cc", "Cs"} else character


def _significant(text: str, tokens: Sequence[TokenSpan]) -> tuple[Term, ...]:
    every = tuple(Term(text[token.start : token.end].lower(), token.stem) for token in tokens)
    return tuple(term for term in every if term.word not in STOP_WORDS) or every


def _read(
    terms: tuple[Term, ...], years: Years | None, clause: Clause | None, warnings: list[str], *, cut: bool
) -> Interpretation:
    words = Interpretation(terms, years, "").words
    rest = len(words) - WORDS_SAID
    common = bool(words) and STOP_WORDS.issuperset(words)
    named = ", ".join(words[:WORDS_SAID]) + (f" and {rest:,} more words" if rest > 0 else "")
    ranked = ([f"ranked by {named}"] if words else ["newest first"]) if clause else []
    plain = [] if clause else [named, "by meaning and words" if words else "no words to look for, by meaning only"]
    parts = [
        f"only {_shortened(clause.description)}" if clause else "",
        *ranked,
        *plain,
        "common words only" if common else "",
        str(years) if years else "",
        f"only the first {CHARACTERS_READ:,} characters were read" if cut else "",
    ]
    if common:
        warnings = [*warnings, "The query has common words only; a name or a subject finds more."]
    return Interpretation(terms, years, "; ".join(part for part in parts if part), clause, tuple(warnings))


def _translated(read_as: Interpretation, translations: tuple[Translation, ...]) -> Interpretation:
    """Add the headings that the words name, and say those that are called otherwise than was typed."""
    telling = [one for one in translations if folded_words(one.heading) != one.words.split()]
    named = ", ".join(f"{one.words} = {one.heading}" for one in telling[:WORDS_SAID])
    description = f"{read_as.description}; in MeSH {named}" if named else read_as.description
    return replace(read_as, description=description, translations=translations)


def _shortened(text: str) -> str:
    return text if len(text) <= CHARACTERS_SAID else f"{text[:CHARACTERS_SAID]}…"
