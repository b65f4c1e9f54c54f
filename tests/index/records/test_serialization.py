"""Articles packed and unpacked."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from index.core.errors import LibraryError
from index.parsing.article_parser import parse_article
from index.records.article import Article
from index.records.serialization import DICTIONARY, pack, unpack
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml


def test_the_dictionary_is_part_of_the_format_and_does_not_change():
    # Another dictionary makes every store unreadable: raise index.store.schema.VERSION with it.
    assert sha256(DICTIONARY).hexdigest() == "755f09ba21d9c5b8a7109b1d97a3caff66f101c16fb7d76d89cf97646ee3bec5"


@settings(max_examples=50, deadline=None)
@given(st.builds(Article))
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


def test_threads_pack_at_once():
    articles = [Article(number, title=f"Title {number}" * 50) for number in range(1, 400)]
    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(pack, articles))
        assert list(pool.map(unpack, packed)) == articles
