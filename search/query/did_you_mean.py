"""Words that no article has, and what was probably meant."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.lexical.spelling import edits
from search.pasting.characters import lines_of
from search.query.query import Correction, Suggestion, Term
from search.query.query_reader import cleaned_query

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Mesh

MAX_WORDS_CHECKED = 20
MIN_LETTERS_CHECKED = 4
"""Almost every word of three letters is one edit away from another."""


COMMONER = 5
"""How many times the articles that a word must be in to be meant by another whose stem is known."""

SHORTEST_CORRECTED = 5
LONG = 7
"""Letters: of a shorter word only one letter is put right, for two would make another word of it."""

_TOKEN = re.compile(r"(?P<before>[^\w+]*)(?P<core>.*?)(?P<after>[^\w]*)", re.DOTALL)


def correct(text: str, suggestions: Sequence[Suggestion], mesh: "Mesh | None") -> Correction | None:
    """Put the misspelled words of a plain question right; None where nothing is clearly misspelled.

    Left as typed are: what is part of a longer token (a DOI, an address, a hyphenated word), short words and words in
    capitals, words behind a `+`, words that MeSH has, and those that are far from the library's nearest word.

    Args:
        text: The question as typed.
        suggestions: Its words that no article has, each with the library's nearest.
        mesh: The vocabulary, where it is loaded.
    """
    near = {each.found: each.suggested for each in suggestions if _is_slip(each.found, each.suggested)}
    fixes = {found: word for found, word in near.items() if not (mesh and _is_known(found, mesh))}
    searched, as_typed, words = [], [], {}
    for token in _cleaned(text).split():
        before, core, after = _parts(token)
        fixed = fixes.get(core.lower())
        if fixed is None or (core.isupper() and len(core) < LONG):
            searched.append(token)
            as_typed.append(token)
        else:
            words[core] = fixed
            searched.append(f"{before}{fixed}{after}")
            as_typed.append(f"{before}+{core}{after}")
    return Correction(tuple(words.items()), " ".join(searched), " ".join(as_typed)) if words else None


def _parts(token: str) -> tuple[str, str, str]:
    match = _TOKEN.fullmatch(token)
    return (match["before"], match["core"], match["after"]) if match else ("", token, "")


def _is_slip(found: str, suggested: str) -> bool:
    most = 1 if len(found) < LONG else 2
    same_start = found[0] == suggested[0]  # "carriage" is no slip of "marriage"
    return same_start and len(found) >= SHORTEST_CORRECTED and edits(found, suggested, most=most) <= most


def _is_known(word: str, mesh: "Mesh") -> bool:
    """Whether the name of a heading is, or begins with, this word, or people call something so."""
    return bool(mesh.named([word]) or mesh.everyday([word]) or mesh.starts([f"{word} "]))


def check_spelling(
    text: str, terms: Sequence[Term], index: "SearchIndex"
) -> tuple[tuple[str, ...], tuple[Suggestion, ...]]:
    """Look for words of a query that no article has.

    Args:
        text: The query as typed.
        terms: Its significant words; the first `MAX_WORDS_CHECKED` are looked up, those that end in `*` skipped.
        index: The build.

    Returns:
        A warning for each such word, and a suggestion for each that has a similar one.
    """
    warnings, suggestions = [], []
    cleaned = _cleaned(text)
    truncated = {word.rstrip("*") for word in re.findall(r"[^\W_]+\*", cleaned.lower())} if "*" in text else set()
    addresses = {word for token in text.lower().split() if "://" in token for word in re.findall(r"[^\W_]+", token)}
    for term in terms[:MAX_WORDS_CHECKED]:
        if term.word in truncated | addresses or len(term.word) < MIN_LETTERS_CHECKED or not term.word.isalpha():
            continue
        known = index.has_word(term.word)
        if known and index.has_form(term.word):
            continue
        suggested = index.suggest(term.word)
        if known and not (suggested and _is_far_commoner(suggested, term.word, index)):
            continue
        warnings.append(f"No article has {term.word!r}.")
        if suggested:
            suggestions.append(Suggestion(term.word, suggested, _replace_words(cleaned, {term.word: suggested})))
    return tuple(warnings), tuple(suggestions)


def _is_far_commoner(suggested: str, word: str, index: "SearchIndex") -> bool:
    """Whether a word was meant rather than another form of what shares the stem of a word that no article has.

    "Myocardal" shares its stem with "myocarde", "randomizing" with "randomized".
    """
    typed, meant = index.stems(word)[0].stem, index.stems(suggested)[0].stem
    return typed != meant and index.document_frequency(meant) > COMMONER * index.document_frequency(typed)


def corrected(text: str, suggestions: Sequence[Suggestion]) -> str:
    """Return a query with all suggestions applied."""
    return _replace_words(_cleaned(text), {suggestion.found: suggestion.suggested for suggestion in suggestions})


def _cleaned(text: str) -> str:
    """Return a query cleaned line by line: the lines of a strategy stay lines."""
    return "\n".join(map(cleaned_query, lines_of(text)))


def _replace_words(text: str, words: dict[str, str]) -> str:
    """Return a cleaned query with whole words replaced, upper and lower case alike."""
    for found, suggested in words.items():
        # A word ends where letters and digits end, as in the index; "_" is not part of a word.
        word = rf"(?<![^\W_]){re.escape(found)}(?![^\W_])"
        text = re.sub(word, suggested, text, flags=re.IGNORECASE)
    return text
