"""PubMed's field tags: what each looks at, and how."""

from dataclasses import dataclass, replace

from tests.support.oracles.pubmed_guide.syntax import Unreadable

TIAB = ("ti", "ab", "oab", "ot")
TEXT_WORDS = (*TIAB, "mh", "sh", "pt", "nm", "ps words", "cn", "si", "notes")
ALL = (
    *TEXT_WORDS, "tt", "ad", "au words", "ir words", "ta", "jid", "vi", "ip", "pages", "pl", "la", "rn", "gr", "aid",
    "sb", "label",
)  # fmt: skip


@dataclass(frozen=True)
class Tag:
    """What a tag means: the fields, the way to look, whether narrower headings count, the greatest distance."""

    kind: str
    fields: tuple[str, ...] = ()
    explode: bool = True
    major: bool = False
    place: str = ""
    near: int | None = None


MEANINGS = {
    "ti, title": Tag("text", ("ti",)),
    "tt, transliterated title": Tag("text", ("tt",)),
    "ab, abstract": Tag("text", ("ab", "oab")),
    "tiab, title/abstract": Tag("text", TIAB),
    "tw, text word, text words": Tag("text", TEXT_WORDS),
    "all, all fields": Tag("text", ALL),
    "ot, other term": Tag("text", ("ot",)),
    "ad, affiliation": Tag("text", ("ad",)),
    "cois, conflict of interest statements": Tag("text", ("cois",)),
    "cn, corporate author": Tag("text", ("cn",)),
    "gr, grants and funding, grant number": Tag("text", ("gr",)),
    "si, secondary source id": Tag("text", ("si",)),
    "nm, supplementary concept, substance name": Tag("value", ("nm",)),
    "rn, ec/rn number": Tag("value", ("rn",)),
    "ta, journal, jour": Tag("value", ("ta",)),
    "jid, nlm unique id": Tag("value", ("jid",)),
    "vi, volume": Tag("value", ("vi",)),
    "ip, issue": Tag("value", ("ip",)),
    "pg, pagination": Tag("value", ("pg",)),
    "pl, place of publication": Tag("value", ("pl",)),
    "aid, article identifier, lid, location id": Tag("value", ("aid",)),
    "auid, author - identifier": Tag("value", ("auid",)),
    "au, author": Tag("person", ("au",)),
    "fau, author - full, full author name": Tag("person", ("au",)),
    "1au, author - first, first author name": Tag("person", ("au",), place="first"),
    "lastau, author - last, last author name": Tag("person", ("au",), place="last"),
    "ir, investigator, fir, full investigator name": Tag("person", ("ir",)),
    "ps, subject - personal name, personal name as subject": Tag("person", ("ps",)),
    "ed, editor": Tag("person", ("ed",)),
    "mh, mesh, mesh terms": Tag("heading"),
    "majr, mesh major topic": Tag("heading", major=True),
    "sh, mesh subheading, subheading, mesh subheadings": Tag("subheading"),
    "pt, publication type, ptyp": Tag("type", ("pt",)),
    "la, language, lang": Tag("language", ("la",)),
    "dp, pdat, date - publication, publication date": Tag("dates", ("dp",)),
    "ppdat": Tag("dates", ("ppdat",)),
    "epdat, dep": Tag("dates", ("epdat",)),
    "edat, date - entry, date - entrez, entry date, entrez date, entrez": Tag("dates", ("edat",)),
    "crdt, date - create, create date": Tag("dates", ("crdt",)),
    "mhda, date - mesh, mesh date": Tag("dates", ("mhda",)),
    "dcom, date - completion, completion date": Tag("dates", ("dcom",)),
    "lr, date - modification, modification date": Tag("dates", ("lr",)),
    "sb, subset, filter": Tag("subset"),
    "pmid, uid": Tag("identifier"),
}
TAGS = {name: meaning for names, meaning in MEANINGS.items() for name in names.split(", ")}
PROXIMITY = {"ti", "title", "tiab", "title/abstract", "ad", "affiliation"}


def tag_of(text: str) -> Tag:
    """Return what a tag means.

    Raises:
        Unreadable: PubMed has no such tag, or this evaluator does not cover it.
    """
    name, _, more = (part.strip() for part in text.partition(":"))
    tag = TAGS.get(name)
    if tag is None:
        raise Unreadable(f"no tag {text!r}")
    if not more:
        return tag
    if more == "noexp" and tag.kind in ("heading", "subheading", "type"):
        return replace(tag, explode=False)
    if more.startswith("~") and more[1:].isdigit() and name in PROXIMITY:
        return replace(tag, near=int(more[1:]))
    raise Unreadable(f"no tag {text!r}")
