"""The names under which a person or a group is found."""

from collections.abc import Iterator

from index.core.text_normalization import normal_text
from index.records.article import Author


def indexed_name(person: Author) -> str:
    """Return a name as PubMed indexes it: "Okafor NB", or the group's whole name."""
    parts = (person.last_name, person.initials or person.fore_name)
    return person.collective_name or " ".join(part for part in parts if part)


def full_name(person: Author) -> str:
    """Return "Okafor Ngozi B Jr", or the group's whole name."""
    parts = (person.last_name, person.fore_name or person.initials, person.suffix)
    return person.collective_name or " ".join(part for part in parts if part)


def other_names(person: Author) -> Iterator[str]:
    """Yield further names, the order of whose words does not count: with the full fore name, with the suffix."""
    names = list(_other_names(person))
    yield from names
    for name in (indexed_name(person), *names):
        if "'" in (normal := normal_text(name)):  # "O'Connor" is also typed as two words
            yield normal.replace("'", " ")


def _other_names(person: Author) -> Iterator[str]:
    if person.collective_name or not person.last_name:
        return
    fore_names = (person.fore_name or "").split()
    # A first name of one letter is an initial: "J Gert" is found as "van Dijk J" only where longer initials are.
    firsts = [name for name in fore_names[:1] if len(name) > 1]
    given = [" ".join(fore_names), *firsts] if fore_names else []
    suffixes = [None, person.suffix] if person.suffix else [None]
    for suffix in suffixes:
        shortened = [person.initials, " ".join(person.initials)] if suffix and person.initials else []
        for name in dict.fromkeys([*given, *shortened]):
            yield " ".join(filter(None, (person.last_name, name, suffix)))
