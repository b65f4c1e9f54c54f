"""PubMed's subsets and filters."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.support.oracles.pubmed_guide.records import Document
from tests.support.oracles.pubmed_guide.syntax import Term, Unreadable
from tests.support.oracles.pubmed_guide.words import words_of

if TYPE_CHECKING:
    from tests.support.oracles.pubmed_guide.evaluator import Guide

LANGUAGES = {
    "eng": "english", "ger": "german", "fre": "french", "spa": "spanish", "ita": "italian", "jpn": "japanese",
    "chi": "chinese", "por": "portuguese", "rus": "russian", "pol": "polish", "hun": "hungarian", "swe": "swedish",
    "dut": "dutch", "dan": "danish", "nor": "norwegian", "fin": "finnish", "cze": "czech", "tur": "turkish",
    "kor": "korean", "heb": "hebrew", "ukr": "ukrainian", "hrv": "croatian", "slo": "slovak", "slv": "slovenian",
    "per": "persian", "gre": "greek", "rum": "romanian", "bul": "bulgarian", "srp": "serbian", "ice": "icelandic",
    "ara": "arabic", "cat": "catalan", "lit": "lithuanian", "est": "estonian", "lav": "latvian", "afr": "afrikaans",
}  # fmt: skip
STATUSES = {
    "medline": {"medline"}, "publisher": {"publisher"}, "pubmednotmedline": {"pubmed-not-medline"},
    "inprocess": {"in-process", "in-data-review"}, "in process": {"in-process", "in-data-review"},
}  # fmt: skip
FREE = {"free full text", "ffrft", "loattrfree full text", "pubmed pmc", "pmc", "freefulltext"}
HEADINGS = {
    "humans": "humans", "human": "humans", "animals": "animals", "animal": "animals", "male": "male",
    "female": "female", "otheranimals": "animals", "infant": "infant", "newborn": "infant newborn",
    "allinfant": "infant", "allchild": "child infant adolescent", "child": "child", "preschoolchild": "child preschool",
    "adolescent": "adolescent", "alladult": "adult", "youngadult": "young adult", "middleaged": "middle aged",
    "aged": "aged", "80andover": "aged 80 and over",
}  # fmt: skip
TYPES = {
    "systematic": "systematic review",
    "systematicreview": "systematic review",
    "systematicreviews": "systematic review",
    "preprint": "preprint",
    "review": "review",
    "clinicaltrial": "clinical trial",
    "randomizedcontrolledtrial": "randomized controlled trial",
    "metaanalysis": "meta analysis",
}


def in_subset(guide: "Guide", term: Term) -> set[int]:
    """Return the articles of a subset.

    Raises:
        Unreadable: PubMed has no such subset, or this evaluator does not cover it.
    """
    name = " ".join(words_of(term.text))
    if kept := _kept_by_record(name):
        return {one.pmid for one in guide.documents if kept(one)}
    if name in TYPES:
        return set(guide.meaning(Term(TYPES[name], "pt")))
    if name in HEADINGS:
        return set(guide.meaning(Term(HEADINGS[name], "mh:noexp" if HEADINGS[name] == "animals" else "mh")))
    if name in LANGUAGES.values():
        return set(guide.meaning(Term(name, "la")))
    raise Unreadable(f"no subset {term.text!r}")


def _kept_by_record(name: str) -> Callable[[Document], bool] | None:
    if name in STATUSES:
        return lambda one: one.status in STATUSES[name]
    if name in FREE:
        return lambda one: one.free
    return {"hasabstract": lambda one: one.has_abstract, "hasstructuredabstract": lambda one: one.structured}.get(name)
