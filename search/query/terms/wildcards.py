"""Signs for letters left open, and brackets meant for a tag: what PubMed's language has, and what it has not."""

import re

from search.query.terms.reading import Unanswerable

MIN_CHARACTERS = 4
"""Before a `*`. Source: PubMed Help, "Truncation", https://pubmed.ncbi.nlm.nih.gov/help/#truncation"""

MOST_WORDS = 5
"""Of a phrase in which a "?" between letters is a wildcard; in a title it is a question mark without its space."""

_ALLELE = re.compile(r"\w\*\d")
_ONE_LETTER = re.compile(r"(?<=[a-z]{2})[?$#](?=[a-z])")
_LETTER_IN_BRACKETS = re.compile(r"[a-z][(\[](?:u[)\]]r|[ao][)\]]e)")
_TAG_IN_BRACKETS = re.compile(
    r"(.+?)\s?[({]\s?(tiab|ti,\s?ab|title/abstract|mesh(?: terms?)?|mh|majr|tw|ptyp|pt)\s?[)}]", re.IGNORECASE
)


def check_wildcards(text: str) -> None:
    """Refuse the signs by which other houses leave one letter open, as in "tumo?r".

    Raises:
        Unanswerable: There is one.
    """
    words = text.split()
    found = _ONE_LETTER.search(text) or _LETTER_IN_BRACKETS.search(text)
    if found and len(words) <= MOST_WORDS:
        raise Unanswerable(
            f"PubMed's language has no sign for one letter, such as {found[0]!r} here. Join the spellings by OR."
        )


def check_brackets(text: str) -> None:
    """Refuse a tag in round or curly brackets, as in "asthma(tiab)", which would be read as words.

    Raises:
        Unanswerable: There is one; the term with a tag is what was perhaps meant.
    """
    if found := _TAG_IN_BRACKETS.fullmatch(text):
        raise Unanswerable("A field tag is written in square brackets.", f"{found[1]}[{found[2]}]")


def has_truncation(text: str) -> bool:
    """Return whether a text has a `*` that means more letters, and check its place.

    Raises:
        Unanswerable: It stands inside a word, before one, or behind fewer characters than `MIN_CHARACTERS`, those of
            the words before it in a phrase among them.
    """
    starred = [word for word in text.split() if "*" in word and not _ALLELE.search(word)]
    for word in starred:
        stem = word.rstrip("*")
        if "*" in stem:
            beginning = stem[: stem.index("*")]
            rest = f"{beginning}*" if _is_long_enough(beginning) and beginning.isalnum() else ""
            raise Unanswerable(
                f"In {word!r} the * stands inside a word or before it. PubMed and this program read a * only at the "
                "end of one; join the spellings by OR.",
                text.replace(word, rest) if rest else "",
            )
        if not stem or len(text[: text.index(word)]) + len(stem) < MIN_CHARACTERS:
            raise Unanswerable(f"{word!r} is too short: write {MIN_CHARACTERS} letters or more before the *.")
    return bool(starred)


def _is_long_enough(stem: str) -> bool:
    return len(stem) >= MIN_CHARACTERS and stem[-1:].isalnum()
