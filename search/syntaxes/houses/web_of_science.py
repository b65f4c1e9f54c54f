"""The Web of Science's language: TS=(heart AND failure), NEAR/3."""

from search.syntaxes.dialect import Dialect, Proximity, pattern, sign

_FIELDS = {
    "ts": ("tiab",), "ti": ("ti",), "ab": ("ab",), "ak": ("ot",), "au": ("au",), "so": ("ta",), "py": ("dp",),
    "ad": ("ad",), "og": ("ad",), "oo": ("ad",), "all": ("all",), "dt": ("pt",), "la": ("la",), "do": ("doi",),
    "pmid": ("pmid",), "is": ("ta",), "fg": ("gr",), "cu": ("ad",), "ci": ("ad",), "kp": (),
}  # fmt: skip
_CODES = "TS|TI|AB|AK|KP|AU|SO|PY|AD|OG|OO|ALL|DT|LA|DO|PMID|IS|FG|CU|CI|SU|WC|UT|ED|GP"

WEB_OF_SCIENCE = Dialect(
    name="the Web of Science",
    signs=sign(
        r"(?:^|\n)[ \t]?(?:#?\d{1,3}[.):]?[ \t]+)?\({0,9}(?:TS|TI|AB|AK|AU|SO|ALL|KP)\s?=\s?(?:[(\"]|[A-Za-z*]{2})",
        r"\b(?:AND|OR|NOT)\s\({0,9}(?:TS|TI|AB|AK|SO|KP)\s?=\s?(?:[(\"]|[A-Za-z*]{2})",
        r"\bTS\s?=\s?\(",
    ),
    fields=_FIELDS,
    proximities=(
        Proximity(pattern(r"NEAR/(\d+)(?!\w)"), fewer=0, standard=15),
        Proximity(pattern(r"NEAR(?![\w/])"), fewer=0, standard=15),
    ),
    prefix=pattern(rf"({_CODES})\s*=\s*"),
    default=("ts",),
    wildcards="?$",
    phrases=False,
    field_remarks={"ts": "TS= also looks at Keywords Plus, which PubMed does not have."},
)
