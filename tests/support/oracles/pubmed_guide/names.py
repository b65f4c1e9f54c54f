"""Personal names as PubMed matches them: last name and initials, or a full name in either order."""

from tests.support.oracles.pubmed_guide.records import SUFFIXES, Name, Person


def matches(who: Person, name: Name, *, comma: bool, exact: bool) -> bool:
    """Return whether a name of a query means a person.

    Args:
        who: The person of an article.
        name: The words of the query; the last may end in `*`.
        comma: Whether the query has the last name first, and a comma behind it.
        exact: Whether the name was in quotation marks, which turns off more initials than were given.
    """
    if len(name) > 2 and name[-1] in SUFFIXES:  # of two words the second are initials, SR too
        if who.suffix and who.suffix != name[-1]:
            return False
        name = name[:-1]
    size = len(who.last)
    if not size or not name:
        return False
    if len(name) == size and name[-1].endswith("*"):
        return (*name[:-1], name[-1][:-1]) == (*who.last[:-1], who.last[-1][: len(name[-1]) - 1])
    if who.last[: len(name)] == name:  # a last name alone goes on as it likes, PubMed truncates it
        return not exact or len(name) == size
    if name[:size] == who.last and _given(who, name[size:], exact=exact):
        return True
    return not comma and len(name) > size and name[-size:] == who.last and _fore_name(who, name[:-size])


def _given(who: Person, given: Name, *, exact: bool) -> bool:
    if not given:
        return True
    joined = "".join(given)
    if (len(given) == 1 and len(joined) <= 4) or all(len(word) == 1 for word in given):
        if joined.endswith("*"):
            return who.initials.startswith(joined[:-1])
        if who.initials == joined or (not exact and who.initials.startswith(joined)):
            return True
    return _fore_name(who, given)


def _fore_name(who: Person, given: Name) -> bool:
    """Return whether the first fore names are given in full; a hyphenated one is one name."""
    joined = "".join(given)
    return len(given[0]) > 1 and any("".join(who.fore[:size]) == joined for size in range(1, len(who.fore) + 1))
