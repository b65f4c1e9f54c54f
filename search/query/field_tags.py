"""PubMed's field tags, and which fields each searches."""

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from index.lexical.spelling import edits


class Kind(Enum):
    """How the text before a tag is read."""

    WORDS = "words"
    AUTHOR = "author"
    VALUE = "value"
    TYPE = "type"
    MESH = "mesh"
    SUBHEADING = "subheading"
    DATE = "date"
    PMID = "pmid"
    LANGUAGE = "language"
    SUBSET = "subset"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tag:
    """One field tag.

    Attributes:
        name: PubMed's short name.
        kind: How its text is read.
        fields: The filter's fields that are searched; a match in any of them counts.
        description: The field in words.
        exploded: Whether what is narrower counts too.
        distance: How many other words may stand between the words, where they need not stand side by side.
    """

    name: str
    kind: Kind
    fields: tuple[str, ...]
    description: str
    exploded: bool = False
    distance: int | None = None


ALL = Tag("all", Kind.WORDS, ("all",), "any field")
_TIAB = ("title", "abstract", "other_abstract", "keyword")
_TAGS = (
    (Tag("ti", Kind.WORDS, ("title",), "title"), "title|titl|article title"),
    (Tag("tt", Kind.WORDS, ("vernacular_title",), "original title"), "transliterated title|vernacular title"),
    (Tag("tiab", Kind.WORDS, _TIAB, "title, abstract or keywords"), "title/abstract|title-abstract"),
    (Tag("ab", Kind.WORDS, ("abstract", "other_abstract"), "abstract"), "abstract|abst"),
    (Tag("oab", Kind.WORDS, ("other_abstract",), "other abstract"), "other abstract"),
    (ALL, "all fields|all field"),
    (
        Tag("tw", Kind.WORDS, (*_TIAB, "subject", "group"), "text words"),
        "text word|text words|text|word|textword|textwords",
    ),
    (Tag("ad", Kind.WORDS, ("affiliation",), "affiliation"), "affl|affiliation"),
    (Tag("ot", Kind.WORDS, ("keyword",), "keywords"), "other term|other terms|keyword|keywords|otrm|kw"),
    (Tag("cn", Kind.WORDS, ("group",), "group author"), "corporate author|coln"),
    (
        Tag("cois", Kind.WORDS, ("conflict_of_interest",), "conflict of interest"),
        "conflict of interest|conflict of interest statement|conflict of interest statements",
    ),
    (Tag("au", Kind.AUTHOR, ("author",), "author"), "author|auth|authors|author name"),
    (Tag("fau", Kind.AUTHOR, ("author",), "author"), "full author name|full|faut|author-full"),
    (Tag("1au", Kind.AUTHOR, ("first_author",), "first author"), "author-first|first author|first author name"),
    (Tag("lastau", Kind.AUTHOR, ("last_author",), "last author"), "author-last|last author|last author name|laut"),
    (
        Tag("ir", Kind.AUTHOR, ("investigator",), "investigator"),
        "investigator|investigators|invr|fir|finv|full investigator name|investigator-full",
    ),
    (
        Tag("ps", Kind.AUTHOR, ("named_person",), "person as subject"),
        "personal name as subject|fps",
    ),
    (Tag("ed", Kind.AUTHOR, ("editor",), "editor"), "editor|editors|fed"),
    (
        Tag("ta", Kind.VALUE, ("journal",), "journal"),
        "journal|jour|journals|journal title|source|is|iss|issn|jid|nlm unique id|nlmid|nlm id",
    ),
    (Tag("vi", Kind.VALUE, ("volume",), "volume"), "volume|vol"),
    (Tag("ip", Kind.VALUE, ("issue",), "issue"), "issue|part"),
    (Tag("pg", Kind.VALUE, ("page",), "page"), "pagination|page|pages|page number"),
    (Tag("pl", Kind.VALUE, ("country",), "place of publication"), "place of publication|country|cnty"),
    (Tag("book", Kind.VALUE, ("book",), "book"), "book|book title"),
    (Tag("pubn", Kind.VALUE, ("publisher",), "publisher"), "publisher"),
    (Tag("nm", Kind.VALUE, ("substance",), "substance"), "subs|substance|substance name|supplementary concept"),
    (Tag("rn", Kind.VALUE, ("substance",), "substance"), "ec/rn number|registry number|ecno|rn number|cas"),
    (Tag("doi", Kind.VALUE, ("doi",), "DOI"), "digital object identifier"),
    (
        Tag("aid", Kind.VALUE, ("doi", "pmcid", "identifier"), "identifier"),
        "lid|pii|pid|isbn|article identifier|location id|location identifier|mid",
    ),
    (
        Tag("si", Kind.VALUE, ("accession",), "accession number"),
        "secondary source id|secondary source identifier|secondary source",
    ),
    (Tag("gr", Kind.VALUE, ("grant",), "grant"), "grants and funding|grant number|grant|grants|grnt"),
    (Tag("auid", Kind.VALUE, ("orcid",), "ORCID"), "author-identifier|author identifier|orcid"),
    (Tag("pmc", Kind.VALUE, ("pmcid",), "PMC identifier"), "pmcid|pmcid and mid"),
    (
        Tag("pt", Kind.TYPE, ("type",), "publication type", exploded=True),
        "ptyp|publication type|publication types|article type",
    ),
    (
        Tag("mh", Kind.MESH, ("mesh", "heading_qualifier"), "MeSH", exploded=True),
        "mesh|mesh terms|mesh term|mesh heading|mesh headings",
    ),
    (
        Tag("majr", Kind.MESH, ("mesh_major", "heading_qualifier_major"), "MeSH major topic", exploded=True),
        "mesh major topic|mesh major topics|mesh major",
    ),
    (
        Tag("sh", Kind.SUBHEADING, ("qualifier",), "subheading", exploded=True),
        "subh|subheading|subheadings|mesh subheading|mesh subheadings",
    ),
    (
        Tag("dp", Kind.DATE, ("published",), "published"),
        "pdat|date-publication|publication date|pubdate",
    ),
    (Tag("ppdat", Kind.DATE, ("printed",), "printed"), "ppdt|print publication date|date-print publication"),
    (
        Tag("epdat", Kind.DATE, ("electronic",), "published electronically"),
        "epdt|electronic publication date|date-electronic publication|edp",
    ),
    (Tag("edat", Kind.DATE, ("entered",), "entered"), "date-entry|entry date|date-entrez|entrez date"),
    (Tag("crdt", Kind.DATE, ("created",), "created"), "date-create|create date|date-created"),
    (Tag("mhda", Kind.DATE, ("indexed",), "indexed with MeSH"), "date-mesh|mesh date"),
    (Tag("dcom", Kind.DATE, ("completed",), "completed"), "date-completion|completion date|cdat|date-completed"),
    (
        Tag("lr", Kind.DATE, ("revised",), "revised"),
        "date-modification|modification date|mdat|date-last revised|date-revised",
    ),
    (Tag("pmid", Kind.PMID, (), "PMID"), "uid|eid"),
    (Tag("la", Kind.LANGUAGE, ("language",), "language"), "lang|language|languages"),
    (Tag("sb", Kind.SUBSET, (), "subset"), "filter|filt|subset"),
    (
        Tag("pa", Kind.UNSUPPORTED, (), "pharmacological action"),
        "pharmacological action|pharmacologic action|pharmacological actions|papx",
    ),
    (Tag("aucl", Kind.UNSUPPORTED, (), "author cluster"), "author cluster id"),
    (Tag("owner", Kind.UNSUPPORTED, (), "owner"), "own"),
    (Tag("gs", Kind.UNSUPPORTED, (), "gene symbol"), "gene symbol"),
)
_BY_NAME = {name: tag for tag, names in _TAGS for name in (tag.name, *names.split("|"))}
_SLIPS = {
    "tiab": "abti abstracttitle titleorabstract titleandabstract tiorab tiandab tiabkw tiabot titleabstractkeyword",
    "mh": "mhexp meshexp meshexploded", "mh:noexp": "meshnoexp mhnoexp meshtermsnoexp meshtermnoexp",
    "majr": "majormesh meshmajr majormeshtopic majortopic", "majr:noexp": "majrnoexp meshmajortopicnoexp",
    "dp": "year pubyear", "au": "aut", "pt": "pubtype",
}  # fmt: skip
"""Letters of what is written for a tag, though PubMed does not know it."""

_MEANT = {letters: name for name, slips in _SLIPS.items() for letters in slips.split()}

_BY_LETTERS = {re.sub(r"\W", "", name): tag for name, tag in reversed(_BY_NAME.items())}
_SHORTEST_SLIP = 3  # letters: "[a,b]" is a part of a chemical's name
_SHORTEST_NEAR = 4  # letters for each that may be wrong
_NOT_EXPLODED = {"noexp", "noexplode", "noexplosion"}
_DISTANCE = re.compile(r"~\s*(\d{1,4})")


@lru_cache(5000)
def find_tag(name: str) -> Tag | None:
    """Return the tag of this short or long name, case and spaces no matter, or None.

    Other punctuation than PubMed's is read as well, as in "[ti,ab]": see `is_slip`.
    """
    base, _, modifier = _normalized(name).partition(":")
    tag = _BY_NAME.get(base) or _of_letters(base)
    if tag is None or not modifier:
        return tag if modifier or ":" not in name else None
    if modifier.replace(" ", "") in _NOT_EXPLODED and tag.exploded:
        return replace(tag, name=f"{tag.name}:noexp", exploded=False)
    if modifier in {"exp", "explode"} and tag.exploded:
        return tag
    distance = _DISTANCE.fullmatch(modifier)
    return replace(tag, distance=int(distance[1])) if distance and tag.kind is Kind.WORDS else None


@lru_cache(1000)
def is_slip(name: str) -> bool:
    """Return whether a name means a tag, but is not written as PubMed writes it."""
    return find_tag(name) is not None and _normalized(name).partition(":")[0] not in _BY_NAME


def unknown_tag(name: str) -> Tag:
    """Return a tag that stands for a field that there is not."""
    return Tag(name, Kind.UNKNOWN, (), "")


@lru_cache(1000)
def nearest_tag(name: str) -> Tag | None:
    """Return the tag that was perhaps meant, with the same first letter, or None."""
    base = re.sub(r"\W", "", _normalized(name).partition(":")[0])
    most = len(base) // _SHORTEST_NEAR
    near = (known for known in _BY_LETTERS if most and known[0] == base[0] and abs(len(known) - len(base)) <= most)
    distance, best = min(((edits(base, known, most=most), known) for known in near), default=(most + 1, ""))
    return _BY_LETTERS[best] if distance <= most else None


def _normalized(name: str) -> str:
    return re.sub(r"\s*([/:-])\s*", r"\1", " ".join(name.lower().split()))


def _of_letters(base: str) -> Tag | None:
    letters = re.sub(r"\W", "", base)
    meant = _MEANT.get(letters)
    return (find_tag(meant) if meant else _BY_LETTERS.get(letters)) if len(letters) >= _SHORTEST_SLIP else None
