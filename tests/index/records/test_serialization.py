"""Articles packed and unpacked."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from index.core.errors import LibraryError, RecordError
from index.parsing.article_parser import parse_article
from index.records.article import Article, PublicationDate
from index.records.serialization import DICTIONARY, LARGEST_BYTES, pack, unpack
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml


def test_the_dictionary_is_part_of_the_format_and_does_not_change():
    # Another dictionary makes every store unreadable: raise index.store.schema.VERSION with it.
    assert sha256(DICTIONARY).hexdigest() == "755f09ba21d9c5b8a7109b1d97a3caff66f101c16fb7d76d89cf97646ee3bec5"


DAYS = st.none() | st.dates().map(str)
PUBLISHED = st.builds(PublicationDate, first=DAYS, last=DAYS)


@settings(max_examples=50, deadline=None)
@given(st.builds(Article, published=PUBLISHED, entrez=DAYS, revised=DAYS))
def test_an_article_comes_back_as_it_went_in(article):
    assert unpack(pack(article)) == article


def test_a_whole_record_comes_back_as_it_went_in():
    xml = article_xml(
        FIRST_PMID,
        title="β-<i>Catenin</i> 𝛼 עברית",
        abstract=[("AIM", "We looked. We saw."), ("RESULTS", "H<sub>2</sub>O.")],
        mesh=[("D006801", "Humans")],
        keywords=["water"],
        references=[31, 32],
        doi="10.1/x",
    )
    article = parse_article(etree.fromstring(xml))
    assert unpack(pack(article)) == article
    assert pack(article) == pack(article)


def test_damaged_bytes_are_recognised():
    packed = pack(Article(FIRST_PMID, title="A title that is long enough to be damaged"))
    for position in range(len(packed)):
        changed = packed[:position] + bytes([packed[position] ^ 1]) + packed[position + 1 :]
        # A few bits of the frame's header mean nothing; then the article must be unchanged.
        with suppress(LibraryError):
            assert unpack(changed).title == "A title that is long enough to be damaged"
    with pytest.raises(LibraryError, match="--verify"):
        unpack(packed[:-1])


def compressed(content: bytes) -> bytes:
    dictionary = zstandard.ZstdCompressionDict(DICTIONARY, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdCompressor(dict_data=dictionary).compress(content)


@pytest.mark.fault("B16")
def test_a_body_that_would_take_gigabytes_is_refused_before_it_takes_any():
    bomb = compressed(bytes(LARGEST_BYTES + 1))
    assert len(bomb) < 10_000
    # The frame's own header says 2**62 bytes.
    liar = bytes.fromhex("28b52ffde0") + (2**62).to_bytes(8, "little") + bytes(20)
    for packed in (bomb, liar):
        tracemalloc.start()
        with pytest.raises(LibraryError, match="at most"):
            unpack(packed)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
        tracemalloc.stop()


@pytest.mark.fault("B16")
@pytest.mark.parametrize(
    "packed",
    [
        None,
        7,
        "text",
        b"",
        compressed(b"[" * 100_000),
        compressed(b'{"pmid": "no number"}'),
        compressed(b'{"pmid": 900000001, "title": "\xff"}'),
        compressed(b'{"pmid": 900000001, "entrez": "yesterday"}'),
        compressed(b'{"pmid": 900000001, "published": {"first": "20000-01-01"}}'),
    ],
)
def test_a_body_that_is_no_article_is_a_stated_error(packed):
    with pytest.raises(LibraryError, match="An article in the store is damaged"):
        unpack(packed)


def test_an_article_too_large_to_be_read_again_is_not_packed():
    with pytest.raises(RecordError, match="more than"):
        pack(Article(FIRST_PMID, title="x" * (LARGEST_BYTES + 1)))


def test_threads_pack_at_once():
    articles = [Article(number, title=f"Title {number}" * 50) for number in range(1, 400)]
    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(pack, articles))
        assert list(pool.map(unpack, packed)) == articles
