"""Names that PubMed's filters use: languages, check tags, headings."""

import sys
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from search.filters.validation import nearest

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

LANGUAGES = {
    "afrikaans": "afr", "albanian": "alb", "arabic": "ara", "armenian": "arm", "azerbaijani": "aze", "bosnian": "bos",
    "bulgarian": "bul", "catalan": "cat", "chinese": "chi", "croatian": "hrv", "czech": "cze", "danish": "dan",
    "dutch": "dut", "english": "eng", "esperanto": "epo", "estonian": "est", "finnish": "fin", "french": "fre",
    "georgian": "geo", "german": "ger", "greek": "gre", "hebrew": "heb", "hindi": "hin", "hungarian": "hun",
    "icelandic": "ice", "indonesian": "ind", "italian": "ita", "japanese": "jpn", "kinyarwanda": "kin", "korean": "kor",
    "latin": "lat", "latvian": "lav", "lithuanian": "lit", "macedonian": "mac", "malay": "may", "malayalam": "mal",
    "maori": "mao", "multilingual": "mul", "norwegian": "nor", "persian": "per", "polish": "pol", "portuguese": "por",
    "pushto": "pus", "romanian": "rum", "russian": "rus", "sanskrit": "san", "scottish gaelic": "gla", "serbian": "srp",
    "slovak": "slo", "slovenian": "slv", "spanish": "spa", "swedish": "swe", "thai": "tha", "turkish": "tur",
    "ukrainian": "ukr", "undetermined": "und", "vietnamese": "vie", "welsh": "wel",
}  # fmt: skip
"""NLM's three-letter codes. Source: https://www.nlm.nih.gov/bsd/language_table.html"""

_LANGUAGE_NAMES = {code: name.title() for name, code in LANGUAGES.items()}

SPECIES = {"humans": "Humans", "animals": "Animals"}
SEXES = {"female": "Female", "male": "Male"}
AGES = {
    "newborn": "Infant, Newborn", "infant": "Infant", "preschool": "Child, Preschool", "child": "Child",
    "adolescent": "Adolescent", "young adult": "Young Adult", "adult": "Adult", "middle aged": "Middle Aged",
    "aged": "Aged", "80 and over": "Aged, 80 and over",
}  # fmt: skip
"""Check tags: headings that NLM's indexers give whenever they apply. Source: PubMed Help, "Ages", "Species", "Sex"."""

CHECK_TAGS = frozenset({*SPECIES.values(), *SEXES.values(), *AGES.values(), "Pregnancy"})
"""They say whom an article is about, not what."""

LONGEST_COMPARED = 100
"""Letters of a name for which the nearest heading is looked for; comparing takes longer with each."""

HEADINGS_CACHED = 5000
"""A facet of headings needs hundreds, the same ones each time; each takes a third of a millisecond."""


def language_code(name: str) -> str:
    """Return NLM's code of a language given by name or code; an unknown one as it was given, in lower case."""
    return LANGUAGES.get(name.strip().lower(), name.strip().lower())


def language_name(code: str) -> str:
    """Return the English name of one of NLM's language codes; an unknown one as it is."""
    return _LANGUAGE_NAMES.get(code.lower(), code)


@lru_cache(HEADINGS_CACHED)
def heading_values(name: str, mesh: "Mesh | None", *, exploded: bool = True) -> frozenset[str]:
    """Return the MeSH heading and, where the vocabulary is loaded, all headings below it in the tree.

    The heading stays as it was given: articles may still have a name that the vocabulary has since changed.
    """
    ui = mesh.ui(name) if mesh else None
    if mesh is None or ui is None:
        return frozenset({name.strip()})
    return frozenset({name.strip(), ui}) | (mesh.explode(ui) if exploded else frozenset())


def nearest_heading(name: str, mesh: "Mesh", *, first: Iterable[str] = ()) -> str | None:
    """Return the heading, or the entry term of one, that is spelled most like a name; None where none is like it.

    Args:
        name: What no heading is called; those that begin with the same letter are compared.
        mesh: The vocabulary.
        first: Headings that are preferred to others that are as near.
    """
    terms = (completion.term for completion in mesh.complete(name.strip()[:1], sys.maxsize))
    return nearest(name, chain(first, terms)) if len(name) <= LONGEST_COMPARED else None
