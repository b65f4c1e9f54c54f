"""Queries of up to 100 kB that were made to be slow: one kind a name, all invented."""

from collections.abc import Callable, Iterator
from itertools import chain, cycle, islice, product

from search.query.query_reader import SYNTAX_READ

SIZE = SYNTAX_READ - 1000
"""Of a run of signs: what stands around it fits as well."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
COMMON = ("the", "of", "in", "and", "to", "with", "for", "patients", "study", "was", "on", "cell", "risk", "cancer")


def _fill(pattern: str, size: int = SIZE) -> str:
    return (pattern * (size // len(pattern) + 1))[:size]


def _joined(operator: str, terms: Iterator[str] | list[str], size: int = SIZE) -> str:
    """Join as many of the terms as fit."""
    taken: list[str] = []
    length = 0
    for term in terms:
        length += len(term) + len(operator)
        if length > size:
            break
        taken.append(term)
    return operator.join(taken)


def _around(opening: str, inner: str, closing: str, size: int = SIZE) -> str:
    levels = (size - len(inner)) // (len(opening) + len(closing))
    return opening * levels + inner + closing * levels


def _stems() -> Iterator[str]:
    """Yield different stems of four letters, those that begin many words first."""
    yield from ("inte", "meta", "prot", "cont", "comp", "tran", "hype", "micr", "anti", "stud", "pati", "trea", "card")
    consonants, vowels = "tnsrlcdpmbghfvkwxzjq", "eiaouy"
    yield from ("".join(part) for part in product(consonants, vowels, consonants, vowels))
    yield from ("".join(part) for part in product(vowels, consonants, vowels, consonants))


def _words(count: int = SYNTAX_READ) -> Iterator[str]:
    """Yield invented words, a common one after every third."""
    invented = (f"w{number:x}" for number in range(count))
    for common in cycle(COMMON):
        yield from islice(invented, 3)
        yield common


def _alternating(terms: Iterator[str], size: int = SIZE) -> str:
    operators = cycle((" OR ", " AND ", " NOT "))
    return _joined("", chain.from_iterable(zip(terms, operators, strict=False)), size) + "end"


BRACKETS: dict[str, Callable[[], str]] = {
    "a( b )": lambda: "a(" * 2500 + " b " + ")" * 2500,
    "a( b ), as many as fit": lambda: _around("a(", " b ", ")"),
    "a(b) beside an operator": lambda: _around("a(", "b", ")", SIZE - 10) + " AND c",
    "a( b[ti] )": lambda: _around("a(", "b[ti]", ")"),
    "a[ b ]": lambda: _around("a[", " b ", "]"),
    "a([ b ])": lambda: _around("a([", " b ", "])"),
    "(( b ))[ti]": lambda: _around("(", "b", ")") + "[ti]",
    "(a b)[ti] side by side": lambda: _fill("(a b)[ti] "),
    "benzo[a]pyrene, one word": lambda: _fill("benzo[a]pyrene") + "*",
    "benzo[a]pyrene ORed": lambda: _joined(" OR ", (f"benzo[a]{stem}" for stem in _stems())),
    "poly(ADP-ribose), one word": lambda: _fill("poly(ADP-ribose)") + "[ti]",
    "(R)-(S)- chains": lambda: _fill("(R)-(S)-") + "x[ti]",
    "opening brackets": lambda: _fill("(") + "a*",
    "opening brackets, then a tag": lambda: "(" * SIZE + "a[ti]",
    "closing brackets": lambda: "abcd*" + ")" * SIZE,
    "empty brackets": lambda: _fill("()") + "abcd*",
    "opening square brackets": lambda: _fill("[") + "abcd*",
    "closing square brackets": lambda: "abcd*" + "]" * SIZE,
    "square, round, unclosed": lambda: _fill("[(") + "abcd*",
    "190 levels": lambda: "(bees OR " * 190 + "metformin" + ")" * 190,
    "190 levels, each with its own words": lambda: (
        "".join(f"(w{level} AND " for level in range(190)) + "metformin" + ")" * 190
    ),
    "190 levels around 10,000 words": lambda: (
        "(bees OR " * 95 + "(wasps AND " * 95 + _joined(" OR ", _words(), 90_000) + ")" * 190
    ),
    "3,000 levels": lambda: "(bees OR " * 3000 + "metformin" + ")" * 3000,
}
TRUNCATIONS: dict[str, Callable[[], str]] = {
    "1,000 truncations ORed": lambda: " OR ".join(f"{stem}*" for stem in islice(_stems(), 1000)),
    "1,000 truncations ORed, tagged": lambda: " OR ".join(f"{stem}*[tiab]" for stem in islice(_stems(), 1000)),
    "truncations ORed": lambda: _joined(" OR ", (f"{stem}*" for stem in _stems())),
    "truncations ANDed": lambda: _joined(" AND ", (f"{stem}*" for stem in _stems())),
    "truncations side by side": lambda: _joined(" ", (f"{stem}*" for stem in _stems())),
    "truncations subtracted": lambda: "cancer NOT " + _joined(" NOT ", (f"{stem}*" for stem in _stems())),
    "truncations of many words ANDed": lambda: " AND ".join(
        f"{stem}*" for stem in islice(cycle(islice(_stems(), 13)), 9000)
    ),
    "truncated phrases ORed": lambda: _joined(" OR ", (f'"the {stem}*"' for stem in _stems())),
    "truncated phrases, tagged": lambda: _joined(" OR ", (f'"of the {stem}*"[tiab]' for stem in _stems())),
    "truncated phrases of frequent stems": lambda: _joined(
        " OR ", (f'"{word} {stem}*"' for word in COMMON for stem in islice(_stems(), 400)), 60_000
    ),
    "truncated words with hyphens": lambda: _joined(" OR ", (f"of-{stem}*" for stem in _stems())),
    "1,500 letters and *": lambda: "a" * 1500 + "*",
    "100 kB of a letter and *": lambda: "a" * SIZE + "*",
    "100 kB of letters and *": lambda: _fill(LETTERS) + "*",
    "10,000 words and *": lambda: '"' + " ".join(islice(_words(), 10_000)) + ' meta*"',
    "stars": lambda: _fill("*"),
    "short stems and stars": lambda: _fill("ab* "),
    "a word of stars": lambda: "abcd" + "*" * SIZE,
    "words ending in two stars": lambda: _joined(" OR ", (f"{stem}**" for stem in _stems())),
}
OPERATORS: dict[str, Callable[[], str]] = {
    "1,000 ORs": lambda: " OR ".join(f"{word}[tiab]" for word in islice(_words(), 1000)),
    "5,000 ORs": lambda: " OR ".join(islice(_words(), 5000)),
    "ORs": lambda: _joined(" OR ", _words()),
    "ANDs": lambda: _joined(" AND ", _words()),
    "NOTs": lambda: _joined(" NOT ", _words()),
    "the same word ORed": lambda: _joined(" OR ", cycle(["cancer"])),
    "common words ORed": lambda: _joined(" OR ", cycle(COMMON)),
    "every word tagged": lambda: _joined(" ", (f"{word}[ti]" for word in _words())),
    "alternating operators": lambda: _alternating(_words()),
    "alternating operators, 10 kB": lambda: _alternating(_words(), 10_000),
    "words before one tag": lambda: " ".join(islice(_words(), 15_000))[:SIZE] + "[tiab]",
    "operators alone": lambda: _fill("AND ") + "x",
    "NOT NOT NOT": lambda: "bees " + _fill("NOT ") + "wasps",
    "OR NOT": lambda: _joined(" OR NOT ", _words()),
    "operators in words": lambda: _fill("bees ANDORNOT ") + " AND x",
    "operators in lower case": lambda: "bees[ti] " + _fill("or bees[ti] and not "),
    "dates ORed": lambda: _joined(" OR ", (f"{1900 + n % 120}/{1 + n % 12:02}[dp]" for n in range(20_000))),
    "different ranges ORed": lambda: _joined(
        " OR ", (f"{y}/{m:02}/{d:02}:2021[dp]" for y in range(1950, 2020) for m in range(1, 13) for d in range(1, 28))
    ),
    "authors ORed": lambda: _joined(" OR ", (f"{word} J[au]" for word in _words())),
    "authors of one letter": lambda: _joined(" OR ", (f"{a}{b}[au]" for a, b in product(LETTERS, repeat=2))),
    "journals ORed": lambda: _joined(" OR ", (f"{word}[ta]" for word in _words())),
    "headings ORed": lambda: _joined(" OR ", (f"{word}[mh]" for word in cycle(("Neoplasms", "Humans", "Child", "x")))),
    "different headings ORed": lambda: _joined(" OR ", (f"{word}[majr]" for word in _words())),
    "subheadings ORed": lambda: _joined(
        " OR ", cycle(["proteins/metabolism[mh]", "eukaryota/physiology[mh]", "organic chemicals/pharmacology[majr]"])
    ),
    "types ORed": lambda: _joined(" OR ", cycle(["clinical trial[pt]", "review[pt]", "journal article[pt]"])),
    "common words near each other": lambda: _joined(
        " OR ", (f'"patients clinical study the {number}"[tiab:~{number % 99}]' for number in range(9000))
    ),
    "words near each other": lambda: _joined(" OR ", (f'"{word} patients study"[tiab:~50]' for word in _words())),
    "unknown fields ORed": lambda: _joined(" OR ", (f"x[{word}]" for word in _words())),
    "unknown fields, apart": lambda: _joined(" ", (f"x [{word}]" for word in _words())),
    "terms that cannot be answered": lambda: _joined(" OR ", (f"{word}[pa]" for word in _words())),
    "PMIDs ORed": lambda: _joined(" OR ", (f"{34_000_000 + number}[pmid]" for number in range(20_000))),
    "PMIDs before one tag": lambda: _joined(" ", (str(34_000_000 + number) for number in range(20_000))) + "[pmid]",
    "subsets ORed": lambda: _joined(" OR ", cycle(["free full text[sb]", "medline[sb]", "hasabstract"])),
    "languages ORed": lambda: _joined(" OR ", (f"{word}[la]" for word in _words())),
    "unsupported fields": lambda: _joined(" ", (f"{word}[vi]" for word in _words())),
}
RUNS: dict[str, Callable[[], str]] = {
    "quotes": lambda: _fill('"') + " abcd*",
    "quotes and spaces": lambda: _fill('" ') + "abcd*",
    "phrases of one letter": lambda: _fill('"a" '),
    "unclosed quotes": lambda: _fill('"a ') + " OR b",
    "quotes in words": lambda: _fill('a"b ') + " OR b",
    "tags": lambda: _fill("[ti]"),
    "tags with spaces": lambda: "a" + _fill("[ti] "),
    "tagged letters": lambda: _fill("a[ti] "),
    "unknown tags": lambda: _fill("a[zzz] "),
    "unknown tags on one word": lambda: "a" + _fill("[zzz]") + " OR b",
    "a field tag of 100 kB": lambda: "a[" + "x" * SIZE + "]",
    "a field tag of 100 kB of words": lambda: "a[" + "x " * 49_000 + "] AND b",
    "tags that nearly end": lambda: _fill("a[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "),
    "tags in tags": lambda: _fill("a[ti[ti"),
    "#": lambda: _fill("#") + " OR a",
    "numbered lines": lambda: _joined(" OR ", (f"#{number}" for number in range(1, 20_000))),
    "hyphens": lambda: _fill("-") + " OR a",
    "words joined by hyphens": lambda: _fill("a-") + "a[ti]",
    "words joined by hyphens, quoted": lambda: '"' + _fill("the-") + 'a"[tiab]',
    "colons": lambda: "2019[dp] " + _fill(": "),
    "slashes": lambda: _fill("a/") + "[mh]",
    "commas": lambda: _fill(",") + " a[ti]",
    "regular expressions": lambda: _fill("(a+)+$ .* [^x]* \\w+? ") + " OR x",
    "regular expressions, truncated": lambda: _fill("(.*a){9}|a*") + "abcd*",
    "combining characters": lambda: "a" + "\u0301" * SIZE + " OR b",
    "combining characters of many classes": lambda: "a" + _fill("\u0301\u0323\u0345\u05b0") + " OR b",
    "decomposed letters": lambda: _fill("e\u0301") + "*",
    "characters that grow": lambda: _fill("\ufdfa") + " OR b",
    "Chinese, one word": lambda: _fill("糖尿病患者的治疗"),
    "Chinese, truncated": lambda: _fill("糖尿病患者的治疗") + "*",
    "Chinese ORed": lambda: _joined(" OR ", (f"糖{chr(0x4E00 + number % 20_000)}尿" for number in range(20_000))),
    "Korean, decomposed": lambda: _fill("\u1112\u1161\u11ab") + " OR b",
    "zero width": lambda: "b" + _fill("\u200b") + " OR a",
    "right to left": lambda: _fill("\u202eab ") + " OR a",
    "control characters": lambda: _fill("a\x00") + " OR a",
    "full width": lambda: _fill("ＡＮＤ　ａ　") + " OR a",
    "lone surrogates": lambda: _fill("\ud800a") + " OR a",
    "emoji": lambda: _fill("👩‍🔬 ") + " OR a",
    "PMID labels": lambda: _fill("pmid: 3400000 "),
    "DOIs": lambda: _fill("10.1000/x(1) "),
    "a DOI of brackets": lambda: "10.1000/" + "(" * 40_000 + ")" * 50_000,
}
PLAIN: dict[str, Callable[[], str]] = {
    "a letter": lambda: _fill("a"),
    "one word": lambda: _fill(LETTERS),
    "one word of 10,000 letters": lambda: "abcdefghij" * 1000,
    "one word, tagged": lambda: _fill(LETTERS) + "[ti]",
    "one word, quoted": lambda: '"' + _fill(LETTERS) + '"',
    "misspelt words of 400 letters": lambda: " ".join(LETTERS[n:] * 16 for n in range(20)),
    "misspelt words": lambda: " ".join(f"metf{LETTERS[n]}rmiin{'x' * n}" for n in range(20)) + " " + _fill("zzzzq "),
    "misspelt words ORed": lambda: " OR ".join(f"{stem}qqz" for stem in islice(_stems(), 9000)),
    "a phrase of 10,000 words": lambda: '"' + " ".join(islice(_words(), 10_000)) + '"',
    "a phrase of 20,000 common words": lambda: '"' + " ".join(islice(cycle(COMMON), 20_000))[:SIZE] + '"[tiab]',
    "one common word 25,000 times, quoted": lambda: '"' + _fill("the ") + '"',
    "different words": lambda: " ".join(islice(_words(), 16_000))[:SYNTAX_READ],
    "capitals": lambda: _fill("ABCD EFGH "),
    "an author, a year and a title of one word": lambda: "Okafor 2019 " + "a" * SIZE,
    "an author, a year and a title of hyphens": lambda: "Okafor 2019 " + "the-" * 20_000,
    "numbers": lambda: " ".join(str(number) for number in range(1, 20_000))[:SYNTAX_READ],
}  # fmt: skip
KINDS = {**BRACKETS, **TRUNCATIONS, **OPERATORS, **RUNS, **PLAIN}


def hostile_queries() -> dict[str, str]:
    """Make every query; none has more than `SYNTAX_READ` characters."""
    return {name: make()[:SYNTAX_READ] for name, make in KINDS.items()}
