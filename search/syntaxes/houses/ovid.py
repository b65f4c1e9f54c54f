"""Ovid's language (MEDLINE): exp Asthma/, .ti,ab., adj3, $."""

import re

from search.syntaxes.dialect import OPERAND_END, OPERAND_START, Dialect, Proximity, Remarks, pattern, sign
from search.syntaxes.subheadings import CODES, heading

_FIELDS = {
    "ti": ("ti",), "tt": ("ti",), "ot": ("tt",), "ab": ("ab",), "tw": ("tiab",), "mp": ("tw",), "kf": ("ot",),
    "kw": ("ot",), "pt": ("pt",), "au": ("au",), "jn": ("ta",), "ja": ("ta",), "nj": ("ta",), "sh": ("mh:noexp",),
    "xm": ("mh",), "nm": ("nm",), "rn": ("rn",), "fs": ("sh:noexp",), "xs": ("sh",), "in": ("ad",), "cn": ("cn",),
    "ca": ("cn",), "af": ("all",), "yr": ("dp",), "lg": ("la",), "la": ("la",), "ui": ("pmid",), "is": ("ta",),
    "vo": ("vi",), "ip": ("ip",), "pg": ("pg",), "gr": ("gr",), "no": ("gr",), "ps": ("ps",), "si": ("si",),
}  # fmt: skip
_CODE = r"(?:ti|ab|tw|mp|kf|kw|pt|fs|nm|hw|af|rn|rw|ot|sh|jn|jw|bt|tm|tn|dm|dv|dq|id|tc|kp|px|lg|hw)"
_QUALIFIERS = rf"(?:{CODES})(?:,\s?(?:{CODES})){{0,20}}(?:\s\[[^\]]{{0,200}}\])?"
_HEADING = pattern(
    rf'(?:(exp)\s+)?(\*?)(?:"([^"]{{1,200}})"|((?:(?!\s(?:or|and|not|adj\d*)\s)[^/."()\n]){{1,200}}?))'
    rf"/(?!\w+/)((?:{CODES})\b(?:\s*,\s*(?:{CODES})\b)*)?(?!\w)(?:\s*\[[^\]]*\])?"
)
_EXPLODED = pattern(
    rf'exp\s+(\*?)"?([^/."\n]{{1,200}}?)"?/((?:{CODES})\b(?:\s*,\s*(?:{CODES})\b)*)?(?!\w)(?:\s*\[[^\]]*\])?'
)
_LIMIT = pattern(r"limit\s+(#\d+)\s+to\s+(.*)$")
_DUPLICATES = pattern(r"remove duplicates from\s+(#\d+)")
_LIMITS = {
    "english": "english[la]", "english language": "english[la]", "human": "humans[mh]", "humans": "humans[mh]",
    "animals": "animals[mh]", "male": "male[mh]", "female": "female[mh]", "abstracts": "hasabstract",
    "review": "review[pt]", "review articles": "review[pt]", "clinical trial": '"clinical trial"[pt]',
    "clinical trial, all": '"clinical trial"[pt]', "meta analysis": "meta-analysis[pt]",
    "meta-analysis": "meta-analysis[pt]", "randomized controlled trial": '"randomized controlled trial"[pt]',
    "controlled clinical trial": '"controlled clinical trial"[pt]', "systematic reviews": "systematic[sb]",
    "case reports": '"case reports"[pt]', "comparative study": '"comparative study"[pt]', "letter": "letter[pt]",
    "editorial": "editorial[pt]", "comment": "comment[pt]", "guideline": "guideline[pt]",
}  # fmt: skip
_YEARS = pattern(r'yr\s*=\s*"?\s*(\d{4})?\s*(-)?\s*(\d{4}|current)?\s*"?$')


def _heading(found: "re.Match[str]", _remarks: Remarks) -> str:
    exploded, star, quoted, name, codes = found.groups()
    return heading(quoted or name, exploded=bool(exploded), major=bool(star), codes=codes or "")


def _exploded(found: "re.Match[str]", _remarks: Remarks) -> str:
    star, name, codes = found.groups()
    return heading(name, exploded=True, major=bool(star), codes=codes or "")


def _limit(found: "re.Match[str]", remarks: Remarks) -> str:
    line, text = found.groups()
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    parts = [line]
    for limit in re.split(r"\s+and\s+", text):
        named = _limit_named(limit.strip())
        if named:
            parts.append(named)
        else:
            remarks.say(f"The limit {limit.strip()!r} has no equal and was left out.")
    return f"({' AND '.join(parts)})"


def _without_duplicates(found: "re.Match[str]", _remarks: Remarks) -> str:
    return found[1]


def _limit_named(limit: str) -> str:
    if years := _YEARS.fullmatch(limit):
        first, dash, last = years.groups()
        last = "3000" if dash and (last or "current").lower() == "current" else last
        return f"{first or '1800'}:{last}[dp]" if dash else f"{first}[dp]" if first else ""
    return _LIMITS.get(limit.lower(), "")


OVID = Dialect(
    name="Ovid",
    signs=sign(
        rf"(?<=[\w$*)\"'?#:])\.(?i:{_CODE}(?:,\s*(?:{_CODE}|[a-z]{{2}}))*)\.(?=\s|\)|$|\[|/)",
        rf"(?<=\))(?:{_CODE})(?:,{_CODE})*\.(?=\s|\)|$)",
        rf"(?<=\w[*$])\)?\.(?:{_CODE})(?:,\s?{_CODE})*(?=\s|\)|$)",
        rf"(?:^|[\s(])(?:exp|Exp|EXP)\s+\*?(?:\"[^\"\n]{{1,200}}\"|\w[^/\n()]{{0,200}}+)/(?=\s|\)|$|(?:{CODES})\b)",
        r"(?<![\w/.-])(?i:adj\d+)(?=\s|\()",
        rf"{OPERAND_START}\*?[A-Za-z][\w ,&'-]{{2,120}}+(?:(?<=[a-z])|(?<= \d))/(?:{_QUALIFIERS})?{OPERAND_END}",
        r"(?:^|\n)[ \t]*(?:#?\d+[.):]?\s+)?(?i:limit)\s+#?\d+\s+to\b",
        r"(?:^|\n)[ \t]*(?:#?\d+[.):]?\s+)?(?:or|and)/#?\d+\s*-\s*#?\d+",
        r"(?<![\w$])[A-Za-z-]{0,40}[a-z]{4}\$\d?(?=[\s),.\[]|$)",
    ),
    fields=_FIELDS,
    literals=((_LIMIT, _limit), (_DUPLICATES, _without_duplicates), (_EXPLODED, _exploded), (_HEADING, _heading)),
    proximities=(
        Proximity(pattern(r"adj(\d+)(?!\w)"), fewer=1, standard=1),
        Proximity(pattern(r"adj(?!\w)"), fewer=1, standard=1, ordered=True),
    ),
    suffix=pattern(
        r"\.([a-z]{2}(?:,\s*[a-z]{2})*)\.?(?:/freq=\d+)?(?=\s|\)|$|\[)|(?<=\))([a-z]{2}(?:,\s*[a-z]{2})*)\.(?=\s|\)|$)"
    ),
    default=("mp",),
    truncation="$*:",
    wildcards="?#",
    skipped=pattern(r"\[[^\]]*\]"),
    field_remarks={"mp": ".mp. and [tw] look at nearly the same fields, not at exactly the same."},
)
