"""PubMed's field tags, and which fields each searches."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How the text before a tag is read."""

    WORDS = "words"
    AUTHOR = "author"
    VALUE = "value"
    MESH = "mesh"
    DATE = "date"
    PMID = "pmid"
    LANGUAGE = "language"
    SUBSET = "subset"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Tag:
    """One field tag.

    Attributes:
        name: PubMed's short name.
        kind: How its text is read.
        fields: The filter's fields that are searched; a match in any of them counts.
        description: The field in words.
        exploded: Whether narrower MeSH headings count.
    """

    name: str
    kind: Kind
    fields: tuple[str, ...]
    description: str
    exploded: bool = False


ALL = Tag("all", Kind.WORDS, ("all",), "any field")
_TAGS = (
    (Tag("ti", Kind.WORDS, ("title",), "title"), "title|tt|transliterated title"),
    (
        Tag("tiab", Kind.WORDS, ("title", "abstract", "keyword"), "title, abstract or keywords"),
        "title/abstract",
    ),
    (Tag("ab", Kind.WORDS, ("abstract",), "abstract"), "abstract"),
    (ALL, "all fields"),
    (Tag("tw", Kind.WORDS, ("all",), "any field"), "text word|text words|text"),
    (Tag("ad", Kind.WORDS, ("affiliation",), "affiliation"), "affl|affiliation"),
    (Tag("ot", Kind.WORDS, ("keyword",), "keywords"), "other term|other terms|keyword"),
    (Tag("au", Kind.AUTHOR, ("author",), "author"), "author|fau|full author name|author name"),
    (Tag("1au", Kind.AUTHOR, ("first_author",), "first author"), "author - first|first author|first author name"),
    (Tag("lastau", Kind.AUTHOR, ("author",), "author"), "author - last|last author|last author name"),
    (Tag("ir", Kind.AUTHOR, ("investigator",), "investigator"), "investigator|fir|full investigator name"),
    (Tag("ps", Kind.AUTHOR, ("named_person",), "person as subject"), "personal name as subject|fps"),
    (Tag("ed", Kind.AUTHOR, ("editor",), "editor"), "editor|fed"),
    (Tag("cn", Kind.AUTHOR, ("author",), "group author"), "corporate author"),
    (Tag("ta", Kind.VALUE, ("journal",), "journal"), "journal|jour|is|issn|jid|nlm unique id"),
    (Tag("pt", Kind.VALUE, ("type",), "publication type"), "ptyp|publication type"),
    (Tag("nm", Kind.VALUE, ("substance",), "substance"), "substance|substance name|supplementary concept"),
    (Tag("rn", Kind.VALUE, ("substance",), "substance"), "ec/rn number|registry number"),
    (Tag("doi", Kind.VALUE, ("doi",), "DOI"), "digital object identifier"),
    (
        Tag("aid", Kind.VALUE, ("doi", "pmcid", "identifier"), "identifier"),
        "lid|pii|isbn|article identifier|location id",
    ),
    (Tag("si", Kind.VALUE, ("accession",), "accession number"), "secondary source id|secondary source identifier"),
    (Tag("gr", Kind.VALUE, ("grant",), "grant"), "grants and funding|grant number|grant"),
    (Tag("auid", Kind.VALUE, ("orcid",), "ORCID"), "author - identifier|author identifier|orcid"),
    (Tag("pmc", Kind.VALUE, ("pmcid",), "PMC identifier"), "pmcid"),
    (Tag("mh", Kind.MESH, ("mesh",), "MeSH", exploded=True), "mesh|mesh terms|mesh term"),
    (Tag("mh:noexp", Kind.MESH, ("mesh",), "MeSH"), "mesh:noexp|mesh terms:noexp"),
    (Tag("majr", Kind.MESH, ("mesh_major",), "MeSH major topic", exploded=True), "mesh major topic"),
    (Tag("majr:noexp", Kind.MESH, ("mesh_major",), "MeSH major topic"), "mesh major topic:noexp"),
    (Tag("dp", Kind.DATE, ("published",), "published"), "pdat|date - publication|publication date"),
    (Tag("edat", Kind.DATE, ("entrez",), "entered"), "date - entry|entry date|crdt|date - create|date - entrez"),
    (Tag("lr", Kind.DATE, ("revised",), "revised"), "date - modification|modification date"),
    (Tag("pmid", Kind.PMID, (), "PMID"), "uid"),
    (Tag("la", Kind.LANGUAGE, ("language",), "language"), "lang|language"),
    (Tag("sb", Kind.SUBSET, (), "subset"), "filter|subset"),
    *(
        (Tag(short, Kind.UNSUPPORTED, (), name), name)
        for short, name in (
            ("sh", "mesh subheading"),
            ("vi", "volume"),
            ("ip", "issue"),
            ("pg", "pagination"),
            ("pl", "place of publication"),
            ("pa", "pharmacological action"),
        )
    ),
)
_BY_NAME = {name: tag for tag, names in _TAGS for name in (tag.name, *names.split("|"))}


def find_tag(name: str) -> Tag | None:
    """Return the tag of this short or long name, upper and lower case alike, or None."""
    return _BY_NAME.get(" ".join(name.lower().split()))
