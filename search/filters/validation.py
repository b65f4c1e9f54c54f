"""A caller's values, checked for their type."""

import operator
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from index.core.errors import QueryError

LAST_PMID = 2**31 - 1
"""PubMed counts in eight digits; SQLite and numpy end at some number too."""

_COMPARED = 5


def text_values(values: object, name: str) -> tuple[str, ...]:
    """Return texts as a tuple, blank ones left out; one text is a list of one.

    Raises:
        TypeError: They are something else; the message names `name`.
    """
    if isinstance(values, str):
        values = (values,)
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} must be a list of texts, not {values!r}")
    return tuple(value for value in values if value.strip())


def whole_number(number: object, name: str) -> int:
    """Return a number as an int.

    Raises:
        TypeError: It is something else; the message names `name`.
    """
    # True is an int to Python, and a year of "1" by accident is worse than an error.
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {number!r}")
    return operator.index(number)


def pmids_of(values: Iterable[object], name: str = "pmids") -> tuple[int, ...]:
    """Return PMIDs, each once, in their order.

    Raises:
        QueryError: A number or a text is no PMID.
        TypeError: They are something else, or one text, which would be read digit by digit; the message names `name`.
    """
    if isinstance(values, Iterable) and not isinstance(values, str):
        try:
            pmids = tuple(dict.fromkeys(map(pmid_of, values)))
        except TypeError as error:
            raise TypeError(f"{name} is a list of PMIDs such as [33990091]. {error}") from error
        if wrong := [pmid for pmid in pmids if not 0 < pmid <= LAST_PMID]:
            raise _no_pmid(wrong[0])
        return pmids
    raise TypeError(f"{name} is a list of PMIDs such as [33990091], not {values!r}")


def pmid_of(value: object) -> int:
    """Return a PMID as an int; it may be written as text, as tables and files hold it.

    A number is returned whatever its size: no library holds an article of one that is too large.

    Raises:
        QueryError: The text is no PMID.
        TypeError: It is something else.
    """
    if not isinstance(value, str):
        return whole_number(value, "A PMID")
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(LAST_PMID))):
        raise _no_pmid(value)
    return int(digits)


def _no_pmid(value: object) -> QueryError:
    return QueryError(f"{str(value)[:40]} is not a PMID: give a number such as 33990091.")


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """Return " Did you mean ...?" with the known value that is spelled most like this one; "" where none is like it."""
    near = nearest(value, known)
    return f" Did you mean {near!r}?" if near else ""


def nearest(value: str, known: Iterable[str]) -> str | None:
    """Return the known value that is spelled most like this one, of equal ones the first; None where none is like it.

    What stands behind the first words, as in "Lancet (London, England)" and "Diabetes Mellitus", need not be typed.
    """
    by_letters: dict[str, str] = {}
    words = max(1, len(value.split()))
    for name in known:
        by_letters.setdefault(name.lower(), name)
        by_letters.setdefault(" ".join(name.lower().split()[:words]), name)
    near = get_close_matches(value.lower(), by_letters, n=_COMPARED)
    places = {letters: place for place, letters in enumerate(by_letters)}
    likeness = SequenceMatcher(b=value.lower())

    def rank(letters: str) -> tuple[float, int]:
        likeness.set_seq1(letters)
        return -likeness.ratio(), places[letters]

    return by_letters[min(near, key=rank)] if near else None
