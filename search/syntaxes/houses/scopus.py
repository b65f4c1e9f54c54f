"""Scopus's language: TITLE-ABS-KEY(heart W/3 failure)."""

import re

from search.syntaxes.dialect import Dialect, Proximity, Remarks, pattern, sign

_FIELDS = {
    "title-abs-key": ("tiab",), "title-abs": ("tiab",), "title": ("ti",), "abs": ("ab",), "key": ("ot",),
    "authkey": ("ot",), "auth": ("au",), "author-name": ("au",), "srctitle": ("ta",), "affil": ("ad",),
    "language": ("la",), "doi": ("doi",), "pmid": ("pmid",), "all": ("all",), "issn": ("ta",), "indexterms": (),
    "doctype": (), "subjarea": (), "chemname": ("nm",),
}  # fmt: skip
_YEAR = pattern(r"PUBYEAR\s*(>|<|=|IS|AFT|BEF)\s*(\d{4})")
_LIMIT = pattern(r"(?:LIMIT-TO|EXCLUDE)\s*\([^()]*\)")


def _year(found: "re.Match[str]", _remarks: Remarks) -> str:
    year = int(found[2])
    after, before = f"{year + 1}:3000[dp]", f"1800:{year - 1}[dp]"
    return {">": after, "AFT": after, "<": before, "BEF": before}.get(found[1].upper(), f"{year}[dp]")


def _limit(found: "re.Match[str]", remarks: Remarks) -> str:
    remarks.say(f"The limit {found[0]!r} has no equal and was left out.")
    return ""


SCOPUS = Dialect(
    name="Scopus",
    signs=sign(
        r"\bTITLE-ABS(?:-KEY)?(?:-AUTH)?\s*\(",
        r"\b(?:LIMIT-TO|SRCTITLE|AUTHKEY)\s*\(",
        r"(?<![\w-])(?:TITLE|ABS|KEY)\(",
    ),
    fields=_FIELDS,
    literals=((_YEAR, _year), (_LIMIT, _limit)),
    proximities=(
        Proximity(pattern(r"W/(\d{1,3})(?!\w)"), fewer=0, standard=1),
        Proximity(pattern(r"PRE/(\d{1,3})(?!\w)"), fewer=0, standard=1, ordered=True),
    ),
    prefix=pattern(rf"({'|'.join(sorted(_FIELDS, key=len, reverse=True))})\s*(?=\()"),
    default=("title-abs-key",),
    quotes='"{',
    or_first=True,
    phrases=False,
    field_remarks={"title-abs-key": "TITLE-ABS-KEY also looks at Scopus's index terms, which PubMed does not have."},
)
