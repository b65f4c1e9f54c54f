"""MeSH headings, subheadings, their pairs, and types of publication, each with all that lies under it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.support.oracles.pubmed_guide.mesh_table import OLD_TYPES, Name, subheading, subheading_family
from tests.support.oracles.pubmed_guide.syntax import Term, Unreadable
from tests.support.oracles.pubmed_guide.tags import Tag
from tests.support.oracles.pubmed_guide.words import patterns_of, words_of

if TYPE_CHECKING:
    from tests.support.oracles.pubmed_guide.evaluator import Guide


def with_heading(guide: "Guide", term: Term, tag: Tag) -> set[int]:
    """Return the articles under a heading; truncation turns off explosion."""
    if term.text.endswith("*"):
        start = " ".join(words_of(term.text))
        return _having(
            guide, [name for name in guide.headings if " ".join(name).startswith(start)], None, major=tag.major
        )
    name = guide.mesh.names.get(words_of(term.text))
    qualifiers = None
    if name is None and "/" in term.text:
        before, _, after = term.text.rpartition("/")
        name, qualifier = guide.mesh.names.get(words_of(before)), subheading(after)
        if name is None or qualifier is None:
            return set()
        qualifiers = subheading_family(qualifier) if tag.explode else {qualifier}
    if name is None:
        return set()
    wanted = guide.mesh.narrower(name) if tag.explode else {name}
    return _having(guide, wanted, qualifiers, major=tag.major)


def _having(guide: "Guide", names: Iterable[Name], qualifiers: set[Name] | None, *, major: bool) -> set[int]:
    found = set()
    for pmid, starred, pairs in (having for name in names for having in guide.headings.get(name, ())):
        if qualifiers is None:
            fits = not major or starred or any(star for _, star in pairs)
        else:
            fits = any(pair in qualifiers and (not major or starred or star) for pair, star in pairs)
        if fits:
            found.add(pmid)
    return found


def with_subheading(guide: "Guide", term: Term, tag: Tag) -> set[int]:
    """Return the articles that have a subheading, or one of its family, on any heading."""
    name = subheading(term.text)
    if name is None:
        raise Unreadable(f"no subheading {term.text!r}")
    wanted = subheading_family(name) if tag.explode else {name}
    return {one.pmid for one in guide.documents if any(q in wanted for *_, pairs in one.headings for q, _ in pairs)}


def with_type(guide: "Guide", term: Term, tag: Tag) -> set[int]:
    """Return the articles of a type of publication; a type's old name is the type."""
    patterns = patterns_of(term.text)
    field = guide.field(("pt",))
    if term.text.endswith("*"):
        return field.with_value(patterns)
    name = guide.mesh.names.get(patterns, patterns)
    if name not in guide.mesh.trees or not any(tree.startswith("V") for tree in guide.mesh.trees[name]):
        name = words_of(OLD_TYPES.get(" ".join(patterns), " ".join(patterns)))
    wanted = guide.mesh.narrower(name) if tag.explode else {name}
    wanted |= {words_of(OLD_TYPES[" ".join(one)]) for one in wanted if " ".join(one) in OLD_TYPES}
    return set().union(*(field.with_value(one) for one in {*wanted, patterns}))
