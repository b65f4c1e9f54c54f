"""Files of our own records, damaged at random: what a disk, a careless script or an attacker could make of them."""

import gzip
import random
from collections.abc import Callable
from typing import Final

from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml, deletion_xml

ENCODINGS: Final = ("hex", "utf-16", "utf-7", "latin-1", "klingon", "rot13", "cp1252", "shift_jis", "utf-32", "idna")
PIECES: Final = (
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?",
    b"?>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"&#0;",
    b"&#xD800;",
    b"</PubmedArticle>",
    b"</PubmedArticleSet>",
    b"<PubmedArticleSet>",
    b"<PubmedArticle>",
    b"<PubmedBookArticle>",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"<",
    b">",
    b"=",
    b"'",
    b"&",
    b"<DeleteCitation>",
    b"<PMID>",
    b"9" * 400,
    b"-1",
    b"<Year>99999</Year>",
    b"<PMID Version='x'>",
    "\u202e".encode(),
    b"<?xml version='1.0' encoding='hex'?>",
)

TITLES: Final = (
    "<i>In vivo</i> H<sub>2</sub>O",
    "שלום 🧬",
    "A &lt;b&gt; &amp; c",
    "<![CDATA[</PubmedArticle>]]>",
    "",
    "x<!-- y -->z",
)


def seeds() -> list[bytes]:
    """Return whole files of our own records, among them odd ones."""
    plain = [article_xml(FIRST_PMID + n, title=f"Title {n}", mesh=[("D1", "Water")], doi=f"10.1/{n}") for n in range(4)]
    odd = [article_xml(FIRST_PMID + 20 + n, title=title) for n, title in enumerate(TITLES)]
    return [
        (HEAD + "".join(plain) + deletion_xml([FIRST_PMID + 9]) + TAIL).encode(),
        (HEAD + "".join(odd) + TAIL).encode(),
        plain[0].encode(),
        (HEAD + plain[1] + TAIL + HEAD + plain[2] + TAIL).encode(),
    ]


def mutated(chance: random.Random, seed_files: list[bytes]) -> bytes:
    """Return one damaged file, zipped or not."""
    content = chance.choice(seed_files)
    for _ in range(chance.choice((1, 1, 2, 4))):
        content = chance.choice(MUTATIONS)(content, chance, seed_files)
    if chance.random() < 0.5:
        return content
    zipped = gzip.compress(content, 1, mtime=0)
    return chance.choice(ZIP_MUTATIONS)(zipped, chance, seed_files) if chance.random() < 0.6 else zipped


Mutation = Callable[[bytes, random.Random, list[bytes]], bytes]


def _place(content: bytes, chance: random.Random) -> int:
    """Return a place in a file; mostly one between two tags, where a file can stay well formed."""
    place = chance.randrange(len(content) + 1)
    return content.find(b">", place) + 1 or place if chance.random() < 0.7 else place


def _flip(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    damaged = bytearray(content or b"x")
    for _ in range(chance.choice((1, 1, 3, 40))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _truncate(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    return content[: _place(content, chance)]


def _splice(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    other = chance.choice(seed_files)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _insert(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    place = _place(content, chance)
    return content[:place] + chance.choice(PIECES) * chance.choice((1, 1, 1, 50)) + content[place:]


def _remove(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    first, last = sorted((_place(content, chance), _place(content, chance)))
    return content[:first] + content[min(last, first + 200) :]


def _nest(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    place, depth = _place(content, chance), chance.choice((10, 1000, 20_000))
    return content[:place] + b"<b>" * depth + b"deep" + b"</b>" * depth + content[place:]


def _swell(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    place = _place(content, chance)
    return content[:place] + chance.choice((b"a", b"<a/>", b"<a b='c'>", b"&amp;", b" ")) * 600_000 + content[place:]


def _declare(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    encoding = chance.choice(ENCODINGS)
    declared = content.replace(b"utf-8", encoding.encode(), 1)
    return declared if chance.random() < 0.5 else declared.decode("utf-8", "replace").encode("utf-16")


def _random_bytes(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    place = _place(content, chance)
    return content[:place] + chance.randbytes(chance.choice((1, 8, 5000))) + content[place:]


def _append(content: bytes, chance: random.Random, seed_files: list[bytes]) -> bytes:
    return content + chance.choice((b"\0" * 600, b"more", content, gzip.compress(b"<a/>"), chance.choice(seed_files)))


MUTATIONS: Final[tuple[Mutation, ...]] = (
    _flip, _flip, _truncate, _splice, _insert, _insert, _remove, _nest, _declare, _random_bytes, _append, _swell,
)  # fmt: skip
ZIP_MUTATIONS: Final[tuple[Mutation, ...]] = (_flip, _truncate, _remove, _random_bytes, _append)
