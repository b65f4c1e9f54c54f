"""The Cochrane Library's language: [mh "heart failure"], MeSH descriptor: [X], :ti,ab,kw, NEAR/3, NEXT."""

import re

from search.syntaxes.dialect import Dialect, Proximity, Remarks, pattern, sign
from search.syntaxes.houses.embase import FIELDS, SHARED_SIGNS, SUFFIX
from search.syntaxes.subheadings import heading

_MH = pattern(
    r"\[(mh|mj)\s+(\^?)(?:\"([^\"\]]{1,200})\"|([^\]\"/\[]{1,200}))(?:/([A-Z]{2}(?:,\s*[A-Z]{2})*))?(\[mj\])?\s*\]"
)
_DESCRIPTOR = pattern(
    r"MeSH descriptor:?\s*\[([^\]]{1,200})\]\s*(explode all trees|this term only|explode \d+ trees?)?"
    r"(?:\s*and with qualifier(?:\(s\)|s)?:?\s*\[([^\]]{1,200})\])?"
)


def _mh(found: "re.Match[str]", _remarks: Remarks) -> str:
    kind, single, quoted, name, codes, major = found.groups()
    return heading(quoted or name, exploded=not single, major=kind.lower() == "mj" or bool(major), codes=codes or "")


def _descriptor(found: "re.Match[str]", _remarks: Remarks) -> str:
    name, explosion, qualifiers = found.groups()
    names = re.sub(r"\s*-\s*[A-Z]{2}(?=\s*(?:,|$))", "", qualifiers or "")
    return heading(name, exploded=(explosion or "").lower() != "this term only", major=False, codes=names)


COCHRANE = Dialect(
    name="the Cochrane Library",
    signs=sign(
        r"\[(?:mh|mj)\s+(?!no ?exp)[\"^A-Za-z][^\]\n]{0,300}\]",
        r"(?i:MeSH descriptor):?\s*\[",
        *SHARED_SIGNS,
    ),
    fields=FIELDS | {"so": ("ta",), "pt": ("pt",)},
    literals=((_MH, _mh), (_DESCRIPTOR, _descriptor)),
    proximities=(
        Proximity(pattern(r"NEAR/(\d+)(?!\w)"), fewer=1, standard=6),
        Proximity(pattern(r"NEAR(?![\w/])"), fewer=1, standard=6),
        Proximity(pattern(r"NEXT(?![\w/])"), fewer=1, standard=1, ordered=True),
    ),
    suffix=pattern(SUFFIX),
    default=("ti", "ab", "kw"),
    skipped=pattern(r"\(Word variations have been searched\)|with Cochrane Library publication date[^\n]*"),
    phrases=False,
    field_remarks={},
)
