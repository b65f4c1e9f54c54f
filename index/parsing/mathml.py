"""MathML as one line of readable text.

Scripts follow their base as they do in PubMed's plain text ("T2", "Ca2+", "3He"); a mark separates them where the two
would run together ("10^-4", "λ_auto"). Fractions and roots use signs ("SWI/ADC", "√3"). Layout white space is
dropped, and a space separates two words ("129Xe MRI").
"""

import re
from collections.abc import Callable, Sequence

from lxml import etree

MATH = "{*}math"

# A script that can follow its base without a mark: "2", "2max", "2+", "∗".
_PLAIN_SCRIPT = re.compile(r"\d+[^\W\d]*[+−-]?|[^\w(]")
_ONE_TERM = re.compile(r"[+−-]?\w*(?:\.\w+)?|\(.*\)")
# Function application, invisible times, separator and plus: invisible characters for typesetting.
_INVISIBLE = dict.fromkeys(range(0x2061, 0x2065))
_ACCENTS = {
    "˙": "\u0307",
    ".": "\u0307",
    "¨": "\u0308",
    "¯": "\u0304",
    "‾": "\u0304",
    "^": "\u0302",
    "ˆ": "\u0302",
    "~": "\u0303",
    "˜": "\u0303",
    "→": "\u20d7",
}

Renderer = Callable[[etree._Element, list[str]], str]


def formula(math: etree._Element) -> str:
    """Return the text of a `math` element.

    No recursion: elements are rendered in reverse document order, each after its children: depth is not limited.
    """
    texts: dict[etree._Element, str] = {}
    nodes = [node for node in math.iter() if isinstance(node.tag, str)]
    for node in reversed(nodes):
        parts = [
            f"{texts.pop(child)} {tail}" if (tail := (child.tail or "").strip()) else texts.pop(child)
            for child in node
            if isinstance(child.tag, str)
        ]
        texts[node] = _RENDERERS.get(etree.QName(node).localname, _row)(node, parts)
    return texts[math].strip()


def _token(node: etree._Element, parts: list[str]) -> str:
    return re.sub(r"[ \t\r\n]+", " ", (node.text or "") + "".join(parts)).strip(" ").translate(_INVISIBLE)


def _row(node: etree._Element, parts: Sequence[str]) -> str:
    text = previous = ""
    for part in filter(None, ((node.text or "").strip(), *parts)):
        text += " " + part if _would_glue(previous[-2:], part[:2]) else part
        previous = part
    return text


def _would_glue(left: str, right: str) -> bool:
    """Whether two neighbours would read as one word or number: "sin" and "x", "Xe" and "MRI", "2" and "3"."""
    if right[:1].isdigit():
        return left[-1:].isalnum()
    return left[-1:].isalpha() and right[:1].isalpha() and ((left.isalpha() and len(left) > 1) or right[1:].isalpha())


def _scripted(base: str, mark: str, script: str) -> str:
    """Append a sub- or superscript to its base, with `mark` ("_" or "^") where they would run together."""
    if not script or not base:
        return base + script
    plain = not base[-1].isalnum() or _PLAIN_SCRIPT.fullmatch(script)
    if plain and not (base[-1].isdigit() and script[0].isdigit()):
        return base + script
    return base + mark + _term(script)


def _term(text: str) -> str:
    return text if _ONE_TERM.fullmatch(text) else f"({text})"


def _marked(*marks: str) -> Renderer:
    """Return a renderer of a base followed by one script per mark."""

    def render(node: etree._Element, parts: list[str]) -> str:
        if len(parts) != len(marks) + 1:
            return _row(node, parts)
        base = parts[0]
        for mark, script in zip(marks, parts[1:], strict=True):
            base = _scripted(base, mark, script)
        return base

    return render


def _over(node: etree._Element, parts: list[str]) -> str:
    accent = _ACCENTS.get(parts[1]) if len(parts) == 2 and len(parts[0]) == 1 else None  # noqa: PLR2004 base and accent
    return parts[0] + accent if accent else _marked("^")(node, parts)


def _multiscripts(node: etree._Element, parts: list[str]) -> str:
    tags = [etree.QName(child).localname for child in node if isinstance(child.tag, str)]
    prescripts_at = tags.index("mprescripts") if "mprescripts" in tags else len(parts)
    base = parts[0] if parts else ""
    for position, script in enumerate(parts[1:prescripts_at]):
        base = _scripted(base, "^" if position % 2 else "_", script)
    prescripts = " ".join(script for script in reversed(parts[prescripts_at + 1 :]) if script)
    return prescripts + base


def _fraction(node: etree._Element, parts: list[str]) -> str:
    return "/".join(map(_term, parts)) if len(parts) == 2 else _row(node, parts)  # noqa: PLR2004 above and below


def _square_root(node: etree._Element, parts: list[str]) -> str:
    return "√" + _term(_row(node, parts))


def _root(node: etree._Element, parts: list[str]) -> str:
    return f"{parts[1]}√{_term(parts[0])}" if len(parts) == 2 else _row(node, parts)  # noqa: PLR2004 radicand and index


def _fenced(node: etree._Element, parts: list[str]) -> str:
    separators = "".join(node.get("separators", ",").split())
    text = ""
    for position, part in enumerate(parts):
        separator = separators[min(position, len(separators)) - 1] + " " if position and separators else ""
        text += separator + part
    return f"{node.get('open', '(')}{text}{node.get('close', ')')}"


def _first(node: etree._Element, parts: list[str]) -> str:
    return parts[0] if parts else (node.text or "").strip()


_RENDERERS: dict[str, Renderer] = {
    **dict.fromkeys(("mi", "mn", "mo", "mtext", "ms"), _token),
    "mspace": lambda _node, _parts: " ",
    "msub": _marked("_"),
    "msup": _marked("^"),
    "msubsup": _marked("_", "^"),
    "munder": _marked("_"),
    "mover": _over,
    "munderover": _marked("_", "^"),
    "mmultiscripts": _multiscripts,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    "mfenced": _fenced,
    "semantics": _first,  # the other children are the same formula in another notation
    "maction": _first,
    "mtr": lambda _node, parts: ", ".join(parts),
    "mtable": lambda _node, parts: "; ".join(parts),
}
