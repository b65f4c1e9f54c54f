"""A tree of another house's strategy written in PubMed's language, with what differs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from search.syntaxes.dialect import Dialect, Remarks
from search.syntaxes.subheadings import SUBHEADINGS
from search.syntaxes.tree import Fielded, Joined, Literal, Nearby, Node, Words

MIN_STEM = 4
"""Letters that PubMed wants before a `*`. Source: PubMed Help, "Truncation"."""

MAX_PAIRS = 100
"""Of one operator of proximity; more are joined by AND."""

_NEAR_TAGS = {"ti", "tiab", "ad"}
"""Source: PubMed Help, "Proximity searching"."""

_TEXT_TAGS = {"ti", "ab", "tiab", "tw", "all", "ot", "ad", "tt"}
_WORD = re.compile(r"[^\W_]+")


@dataclass
class Writer:
    """Writes lines; `remarks` gets what has no equal and what differs, `empty` the references to lines without one."""

    dialect: Dialect
    remarks: Remarks
    empty: set[str] = field(default_factory=set)

    def write(self, node: Node, codes: tuple[str, ...] = ()) -> str:
        """Return a part in PubMed's language, or "" where nothing of it has an equal."""
        if isinstance(node, Literal):
            return "" if node.text in self.empty else node.text
        if isinstance(node, Fielded):
            return self.write(node.node, node.codes)
        if isinstance(node, Words):
            return self._words(node, codes or self.dialect.default)
        if isinstance(node, Nearby):
            return self._nearby(node, codes or self.dialect.default)
        return self._joined(node, codes)

    def _joined(self, node: Joined, codes: tuple[str, ...]) -> str:
        written = [self.write(part, codes) for part in node.parts]
        if node.operator == "NOT" and not written[0]:
            return ""
        if node.operator != "OR" and not all(written) and any(written):
            self.remarks[
                f"A part that is joined by {node.operator} has no equal and was left out: this finds more."
            ] = None
        return bracketed(node.operator, [text for text in written if text])

    def _tags(self, codes: Sequence[str], shown: str) -> tuple[str, ...]:
        """Return PubMed's tags for field codes; title and abstract become one."""
        tags: dict[str, None] = {}
        for code in codes:
            found = self.dialect.fields.get(code, ())
            if not found:
                self.remarks[
                    f"The field {code} of {self.dialect.name} has no equal: {shown!r} is not searched in it."
                ] = None
            if remark := self.dialect.field_remarks.get(code):
                self.remarks.say(remark)
            tags |= dict.fromkeys(found)
        if {"ti", "ab"} <= tags.keys():
            tags = {"tiab": None} | tags
        if "tiab" in tags:
            self.remarks.say("[tiab] also looks at the authors' keywords.")
            tags = {tag: None for tag in tags if tag not in {"ti", "ab", "ot"}}
        return tuple(tags)

    def _words(self, node: Words, codes: Sequence[str]) -> str:
        tags = self._tags(codes, node.text)
        return bracketed("OR", [text for tag in tags if (text := self._term(node.text, tag))])

    def _term(self, text: str, tag: str) -> str:
        """Write words under one tag."""
        text = " ".join(text.replace('"', " ").replace("[", " ").replace("]", " ").split())
        if tag == "sh:noexp":
            text = SUBHEADINGS.get(text.lower(), text)
        if tag not in _TEXT_TAGS:
            return self._value(text, tag)
        words = [self._word(word) for word in text.split() if _WORD.search(word)]
        if not all(words) or not words:
            return ""
        if len(words) == 1:
            return f"{words[0]}[{tag}]"
        if any(word.endswith("*") for word in words[:-1]):
            self.remarks.say(
                f"{text!r}: in PubMed only the last word of a phrase can be truncated. AND is in its place, which "
                "finds more."
            )
            return bracketed("AND", [f"{word}[{tag}]" for word in words])
        return f'"{" ".join(words)}"[{tag}]'

    def _word(self, word: str) -> str:
        """Write one word, with `*` for any ending; "" where its wildcards have no equal."""
        stem = word.rstrip(self.dialect.truncation)
        limited = re.search(rf"[{re.escape(self.dialect.truncation)}]\d+$", word)
        if limited or any(mark in stem for mark in self.dialect.wildcards + self.dialect.truncation):
            self._leave_out(word, "a limited truncation" if limited else "a wildcard")
            return ""
        if stem == word:
            return word
        if sum(map(str.isalnum, stem)) < MIN_STEM:
            self.remarks.say(
                f"{word!r} was left out: PubMed truncates after {MIN_STEM} letters or more. Write its words out, "
                "joined by OR."
            )
            return ""
        return f"{stem}*"

    def _leave_out(self, word: str, what: str) -> None:
        self.remarks.say(f"{word!r} was left out: {what} has no equal. Write its words out, joined by OR.")

    def _value(self, text: str, tag: str) -> str:
        """Write a value, such as a publication type or an author."""
        plain = text.rstrip(self.dialect.truncation)
        if any(mark in plain for mark in self.dialect.truncation + self.dialect.wildcards) or (
            plain != text and tag != "au"
        ):
            self._leave_out(text, f"truncation under [{tag}]")
            return ""
        if tag in {"dp", "la"}:
            return f"{re.sub(r'(?<=[0-9]) *- *(?=[0-9])', ':', plain)}[{tag}]"
        return f"{plain}*[au]" if plain != text else f'"{plain}"[{tag}]'

    def _nearby(self, node: Nearby, codes: Sequence[str]) -> str:
        """Write proximity for two single words, pair by pair; everything else is joined by AND, which finds more."""
        own = {part.codes for part in node.parts if isinstance(part, Fielded)}
        if len(own) == 1:
            codes = next(iter(own))
        options = [_alternatives(part) for part in node.parts]
        known = [words for words in options if words]
        if len(node.parts) != 2 or len(known) != 2 or len(known[0]) * len(known[1]) > MAX_PAIRS:  # noqa: PLR2004
            return self._with_and(node, codes)
        tags = self._tags(codes, node.typed)
        pairs = [self._pair(left, right, tag, node) for left, right in product(*known) for tag in tags]
        return bracketed("OR", [pair for pair in pairs if pair])

    def _pair(self, left: str, right: str, tag: str, node: Nearby) -> str:
        words = [self._word(word) for text in (left, right) for word in text.split()]
        if not all(words):
            return ""
        if node.ordered and not node.between and not any(word.endswith("*") for word in words[:-1]):
            return f'"{" ".join(words)}"[{tag}]'
        simple = len(words) == 2 and all(map(_is_simple, words))  # noqa: PLR2004
        if not node.ordered and simple and tag in _NEAR_TAGS:
            return f'"{" ".join(words)}"[{tag}:~{node.between}]'
        if simple and not node.ordered and tag == "tw":
            self.remarks.say(f"{node.typed}: PubMed has proximity in titles and abstracts only, [tiab].")
            return f'"{" ".join(words)}"[tiab:~{node.between}]'
        self._say_joined_by_and(f"{left} {node.typed} {right}")
        parts = [self._term(text, tag) for text in (left, right)]
        return bracketed("AND", parts) if all(parts) else ""

    def _with_and(self, node: Nearby, codes: Sequence[str]) -> str:
        self._say_joined_by_and(node.typed)
        parts = [self.write(part, tuple(codes)) for part in node.parts]
        return bracketed("AND", [part for part in parts if part])

    def _say_joined_by_and(self, shown: str) -> None:
        self.remarks.say(f"{shown!r} has no equal in PubMed's language; AND is in its place, which finds more.")


def bracketed(operator: str, texts: Sequence[str]) -> str:
    """Join texts by an operator, in brackets; one text stays as it is."""
    return texts[0] if len(texts) == 1 else f"({f' {operator} '.join(texts)})" if texts else ""


def _is_simple(word: str) -> bool:
    """Return whether PubMed's proximity takes a word as one: no truncation, no hyphen."""
    return bool(_WORD.fullmatch(word))


def _alternatives(node: Node) -> tuple[str, ...]:
    """Return the words that a part offers, joined by OR; nothing where it is more than that."""
    if isinstance(node, Fielded):
        return _alternatives(node.node)
    if isinstance(node, Words):
        return (node.text,)
    if isinstance(node, Joined) and node.operator == "OR":
        offered = [_alternatives(part) for part in node.parts]
        return tuple(text for texts in offered for text in texts) if all(offered) else ()
    return ()
