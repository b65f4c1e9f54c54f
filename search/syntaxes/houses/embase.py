"""Embase.com's language: 'heart failure'/exp, :ti,ab, NEAR/3, [english]/lim."""

import re

from search.syntaxes.dialect import Dialect, Proximity, Remarks, pattern, sign
from search.syntaxes.subheadings import heading

FIELDS = {
    "ti": ("ti",), "ab": ("ab",), "kw": ("ot",), "tt": ("tt",), "au": ("au",), "jt": ("ta",), "ta": ("ta",),
    "it": ("pt",), "pt": ("pt",), "la": ("la",), "py": ("dp",), "rn": ("rn",), "ad": ("ad",), "ff": ("ad",),
    "so": ("ta",), "is": ("ta",), "all": ("all",),
}  # fmt: skip
_LIMITS = {
    "english": "english[la]", "humans": "humans[mh]", "human": "humans[mh]", "animals": "animals[mh]",
    "review": "review[pt]", "abstracts": "hasabstract", "female": "female[mh]", "male": "male[mh]",
    "randomized controlled trial": '"randomized controlled trial"[pt]', "meta analysis": "meta-analysis[pt]",
    "letter": "letter[pt]", "editorial": "editorial[pt]", "systematic review": '"systematic review"[pt]',
    "controlled clinical trial": '"controlled clinical trial"[pt]',
}  # fmt: skip
_LIMIT = pattern(r"\[([^\]/]{1,60})\]/(lim|py|sd)\b")
_EMTREE = pattern(r"(?:'([^'\n]{1,200})'|\"([^\"\n]{1,200})\"|([\w-]+))/(exp/mj|mj/exp|exp|de|mj|dm_\w+|lnk)(?!\w)")
_YEARS = re.compile(r"\d{4}(?:\s*-\s*\d{4})?")


def _emtree(found: "re.Match[str]", remarks: Remarks) -> str:
    name, kind = found[1] or found[2] or found[3], found[4].lower()
    if kind == "lnk" or kind.startswith("dm"):
        remarks.say(f"{found[0]!r} was left out: it has no equal.")
        return ""
    remarks.say(f"{name!r} is a heading of Emtree. In its place is the MeSH heading of this name: check it.")
    return heading(name, exploded="exp" in kind, major="mj" in kind)


def _limit(found: "re.Match[str]", remarks: Remarks) -> str:
    value, kind = found[1].strip().lower(), found[2].lower()
    if kind == "py" and _YEARS.fullmatch(value):
        return f"{value.replace(' ', '').replace('-', ':')}[dp]"
    if kind == "lim" and value in _LIMITS:
        return _LIMITS[value]
    remarks.say(f"The limit {found[0]!r} has no equal and was left out.")
    return ""


SUFFIX = (
    r":((?:ti|ab|kw|tt|au|jt|ta|it|pt|la|py|rn|ad|ff|so|de|lnk|ca|tn|dn|mn|df|cn|is|all)(?:,\s?[a-z]{2})*)(?![\w:])"
)
SHARED_SIGNS = (
    r"(?<=[\w*)\"'?$]):(?:ti|ab|kw)(?:,\s?(?:ti|ab|kw|de|tt|au|rn|tn|dn))+(?=\s|\)|$)",
    r"(?<=[\w*)\"'?$]):(?:ti|ab|kw|tt|it|jt|de)(?=\s*(?:$|\n|\)|\s(?i:AND|OR|NOT|NEAR|NEXT)\b))",
)

EMBASE = Dialect(
    name="Embase",
    signs=sign(
        r"['\"]/(?:exp|de|mj)(?:/mj|/exp)?(?=\s|\)|$)",
        r"\w/(?:exp|mj)(?:/mj|/exp)?(?=\s|\)|$)",
        r"\[[^\]\n]{1,60}\]/(?:lim|py)\b",
        *(f"'[^'\\n]{{1,200}}'{text}" for text in (r":(?:ti|ab|kw|tt|it|de|jt)\b",)),
    ),
    fields=FIELDS,
    literals=((_LIMIT, _limit), (_EMTREE, _emtree)),
    proximities=(
        Proximity(pattern(r"NEAR/(\d+)(?!\w)"), fewer=1, standard=1),
        Proximity(pattern(r"NEXT/(\d+)(?!\w)"), fewer=1, standard=1, ordered=True),
    ),
    suffix=pattern(SUFFIX),
    default=("ti", "ab", "kw"),
    wildcards="?$",
    quotes="\"'",
    field_remarks={},
)
