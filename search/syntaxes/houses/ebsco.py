"""EBSCOhost's language (CINAHL, MEDLINE): (MH "Heart Failure+"), TI, AB, N3, W3."""

import re

from search.syntaxes.dialect import OPERAND_START, Dialect, Proximity, Remarks, one_of, pattern, sign
from search.syntaxes.subheadings import CODES, heading

_FIELDS = {
    "ti": ("ti",), "ab": ("ab",), "tx": ("all",), "kw": ("ot",), "au": ("au",), "so": ("ta",), "pt": ("pt",),
    "la": ("la",), "af": ("ad",), "xb": ("tiab",), "dt": ("dp",), "py": ("dp",), "yr": ("dp",), "is": ("ta",),
    "jn": ("ta",), "zt": ("pt",), "mw": (), "su": (), "tw": ("tiab",),
}  # fmt: skip
_OPERAND = r"(?!\s*(?:AND|OR|NOT|[NW]\d+)\b)"
_HEADING = pattern(
    rf"(MH|MM|MJ|DE)\s+(?:\"([^\"]{{1,200}}?)(\+?)(?:/((?:{CODES})(?:[,/]\s*(?:{CODES}))*))?(\+?)\""
    r"|([A-Za-z](?:(?!\s(?:AND|OR|NOT)\b)[\w, -]){0,200})(\+?))(?=\s*(?:$|\)|(?:AND|OR|NOT)\b))"
)


def _heading(found: "re.Match[str]", remarks: Remarks) -> str:
    kind, quoted, plus, codes, last_plus, bare, bare_plus = found.groups()
    name = quoted or bare
    remarks.say(f"{name!r} may be a CINAHL heading. In its place is the MeSH heading of this name: check it.")
    exploded, major = bool(plus or last_plus or bare_plus), kind.upper() in {"MM", "MJ"}
    return heading(name, exploded=exploded, major=major, codes=(codes or "").replace("/", ","))


EBSCO = Dialect(
    name="EBSCOhost",
    signs=sign(
        OPERAND_START
        + one_of(
            r"(?:MH|MM|MJ|DE) ?\"[^\"\n]+\"",
            r"(?:MH|MM) [A-Za-z][\w ,-]{0,100}\+(?=\s*(?:$|\n|\))|\s(?:AND|OR|NOT)\b)",
            rf"(?:TI|AB|TX|SU|KW)\s+(?:\(|\"){_OPERAND}",
            rf"TI\s+{_OPERAND}\w[^()]{{0,300}}?\s(?:AND|OR)\s+\(?AB\s+{_OPERAND}\w",
            rf"AB\s+{_OPERAND}\w[^()]{{0,300}}?\s(?:AND|OR)\s+\(?TI\s+{_OPERAND}\w",
        ),
        r"(?:^|\n)[ \t]?[#S]\d{1,3}[.):]?[ \t]+\(?(?:MH|MM) [A-Za-z]",
        r"(?:^|[\n(])"
        + one_of(
            r"(?:MH|MM) [A-Za-z][^()\n]{0,300}?\s(?:AND|OR|NOT) \(?(?:MH|MM|TI|AB) \(?[A-Za-z\"]",
            r"(?:TI|AB|TX|SU|KW) [a-z\"(][^\n]{0,300}?\s(?:AND|OR|NOT)\s\(?(?:TI|AB|TX|SU|KW|MH|MM) [a-z\"(]",
        ),
        r"[)\"] (?:N|W)\d{1,2} [(\"]",
    ),
    fields=_FIELDS,
    literals=((_HEADING, _heading),),
    proximities=(
        Proximity(pattern(r"N(\d{1,2})(?!\w)"), fewer=0, standard=5),
        Proximity(pattern(r"W(\d{1,2})(?!\w)"), fewer=0, standard=5, ordered=True),
    ),
    prefix=re.compile(rf"(TI|AB|TX|SU|KW|AU|SO|PT|LA|AF|XB|DT|PY|YR|MW|TW|ZT)\b{_OPERAND}\s*(?=[(\"\w])"),
    default=("xb",),
    wildcards="?#",
)
