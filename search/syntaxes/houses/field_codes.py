"""Field codes before a colon or a bracket, as ProQuest, Europe PMC and the BVS write them: ti:asthma, noft(asthma)."""

import re

from search.syntaxes.dialect import OPERAND_START, Dialect, Remarks, one_of, pattern, sign
from search.syntaxes.subheadings import heading

_FIELDS = {
    "ti": ("ti",), "title": ("ti",), "ab": ("ab",), "abstract": ("ab",), "tw": ("tw",), "tiab": ("tiab",),
    "title_abs": ("tiab",), "noft": ("tw",), "kw": ("ot",), "keyword": ("ot",), "au": ("au",), "author": ("au",),
    "auth": ("au",), "journal": ("ta",), "la": ("la",), "lang": ("la",), "su": (), "db": (), "instance": (),
    "mainsubject": (), "pub_year": ("dp",), "pubyear": ("dp",), "pub_type": ("pt",), "pt": ("pt",),
}  # fmt: skip
_CODES = "|".join(sorted(_FIELDS, key=len, reverse=True))
_SIGNS = r"(?i:title_abs|title|abstract|mesh|tiab|mainsubject)|ti|ab|tw|mh|mj|su|TI|AB|TW|MH|SU"
_HEADING = pattern(
    r"(?:mesh|mh|(?:mesh|mainsubject)\.exact(\.explode)?)\s?(?::\s?\"([^\"]{1,200})\"|:([\w-]{1,100})"
    r"|\(\s?\"?([^()\"]{1,200})\"?\s?\))"
)


_YEARS = pattern(r"pub_?year:(?:\[(\d{4}) TO (\d{4})\]|(\d{4}))")


def _years(found: "re.Match[str]", _remarks: Remarks) -> str:
    return f"{found[3]}[dp]" if found[3] else f"{found[1]}:{found[2]}[dp]"


def _heading(found: "re.Match[str]", _remarks: Remarks) -> str:
    return heading(found[2] or found[3] or found[4], exploded=bool(found[1]), major=False)


FIELD_CODES = Dialect(
    name="ProQuest, Europe PMC or the BVS",
    signs=sign(
        rf"\b(?:AND|OR|NOT)\s\({{0,9}}(?:{_SIGNS}):\w",
        OPERAND_START
        + one_of(
            rf"(?:{_SIGNS}):(?:[(\"]|[\w*-]{{1,100}}\){{0,9}}\s(?:AND|OR|NOT)\b)",
            r"(?:ti|ab|TI|AB|ti,ab|TI,AB|noft|tiab|mesh)\([A-Za-z\"(]",
        ),
        r"(?i:mesh|mainsubject)\.(?i:exact)(?i:\.explode)?\(",
    ),
    fields=_FIELDS,
    literals=((_YEARS, _years), (_HEADING, _heading)),
    prefix=pattern(rf"((?:{_CODES})(?:,(?:{_CODES})){{0,5}})\s?(?::\s?|(?=\())"),
    default=("tw",),
    wildcards="?",
    phrases=False,
)
