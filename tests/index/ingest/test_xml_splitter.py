"""A file of any size is split into pieces that can be parsed separately."""

import gzip
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from index.core.errors import SourceError
from index.ingest import xml_text
from index.ingest.xml_splitter import read_batches
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml, deletion_xml, write_articles


class Counter:
    def __init__(self):
        self.kilobytes = 0

    def update(self, n=1, /):
        self.kilobytes += n


def pieces(path):
    return list(read_batches(path, Counter()))


def pmids(documents):
    return [
        int(pmid.text) for document in documents for pmid in etree.fromstring(document).iterfind("PubmedArticle//PMID")
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 9000), st.booleans())
def test_every_record_is_in_exactly_one_piece_wherever_the_chunks_end(tmp_path_factory, count, chunk, zipped):
    path = tmp_path_factory.mktemp("cut") / ("f.xml.gz" if zipped else "f.xml")
    expected = [FIRST_PMID + number for number in range(count)]
    write_articles(path, [*map(article_xml, expected), deletion_xml([1])])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_text, "BATCH_BYTES", chunk)
        documents = pieces(path)
    assert pmids(documents) == expected
    assert sum(document.count(b"<DeleteCitation>") for document in documents) == 1


def test_a_small_file_is_one_piece_and_a_large_one_several(tmp_path):
    small = write_articles(tmp_path / "small.xml", [article_xml(FIRST_PMID)])
    large = write_articles(tmp_path / "large.xml", [article_xml(FIRST_PMID, abstract="word " * 400_000)] * 4)
    assert len(pieces(small)) == 1
    assert len(pieces(large)) > 3


def test_the_bar_reaches_the_whole_size(tmp_path):
    path = write_articles(tmp_path / "f.xml", [article_xml(FIRST_PMID, abstract="word " * 400_000)] * 4)
    bar = Counter()
    for _ in read_batches(path, bar):
        pass
    assert bar.kilobytes == path.stat().st_size // 1024


@pytest.mark.fault("F11")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16", "utf-16-le", "windows-1252"])
def test_every_encoding_that_a_file_may_declare_is_read(tmp_path, encoding):
    text = (HEAD + article_xml(FIRST_PMID, title="Ménière naïve") + TAIL).replace(
        'encoding="utf-8"', f'encoding="{encoding.removesuffix("-sig")}"'
    )
    path = tmp_path / "f.xml"
    path.write_bytes(text.encode(encoding))
    (document,) = pieces(path)
    assert etree.fromstring(document).findtext(".//ArticleTitle") == "Ménière naïve"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD.replace("utf-8", "klingon") + TAIL, "klingon"),
        ("", "the file is empty"),
        (" \n ", "the file is empty"),
        ("<html><body>404</body></html>", "expected <PubmedArticleSet>, found 'html'"),
        ("<!DOCTYPE html><html></html>", "found 'html'"),
        ("<eFetchResult><ERROR>bad</ERROR></eFetchResult>", "found 'eFetchResult'"),
        ("just words", "found 'just words'"),
        ('<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]><PubmedArticleSet/>', "declares entities"),
        ('<!-- > --><!DOCTYPE x SYSTEM "y" [ ]><PubmedArticleSet/>', "declares entities"),
    ],
)
def test_other_content_than_pubmed_xml_is_named(tmp_path, text, reason):
    path = tmp_path / "f.xml.gz"
    path.write_text(text)
    with pytest.raises(SourceError) as raised:
        pieces(path)
    assert reason in str(raised.value)


@pytest.mark.fault("F9")
def test_a_gzip_bomb_is_refused_at_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_text, "RECORD_BYTES", 4 << 20)
    path = tmp_path / "bomb.xml.gz"
    path.write_bytes(gzip.compress(HEAD.encode() + b" " * (64 << 20)))
    assert path.stat().st_size * 900 < 64 << 20
    tracemalloc.start()
    with pytest.raises(SourceError, match="no record ends within 4 MB"):
        pieces(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


ENDLESS = {
    "a tag without an end": lambda n: b"<" + b"a" * n,
    "a root without an end": lambda n: b"<PubmedArticleSet " + b"a" * n,
    "comments without an end": lambda n: b"<!--" * (n // 4),
    "comments": lambda n: b"<!---->" * (n // 7),
    "comments in comments": lambda n: HEAD.encode() + b"<!-- <!-- -->" * (n // 13),
    "instructions": lambda n: HEAD.encode() + b"<?a?>" * (n // 5),
    "instructions without an end": lambda n: HEAD.encode() + b"<?a>" * (n // 4),
    "document types": lambda n: b"<!DOCTYPE a>" * (n // 12),
    "a document type without an end": lambda n: b"<!DOCTYPE " * (n // 10),
    "declarations": lambda n: b"<?xml version='1.0' encoding='utf-8'?>" * (n // 38),
    "a declaration of encodings": lambda n: b"<?xml " + b"encoding " * (n // 9),
    "encodings without a quote": lambda n: b"<?xml " + b"encoding = " * (n // 11) + b"?>",
    "an encoding of spaces": lambda n: b"<?xml encoding" + b" " * n + b"=?>",
    "space": lambda n: b" \n" * (n // 2),
    "byte order marks": lambda n: b"\xef\xbb\xbf" * (n // 3),
    "starts of end tags": lambda n: HEAD.encode() + b"</PubmedArticle" * (n // 15),
    "end tags of spaces": lambda n: HEAD.encode() + b"</PubmedArticle            " * (n // 27),
    "sections": lambda n: HEAD.encode() + b"<![CDATA[" * (n // 9),
    "empty sets": lambda n: b"<PubmedArticleSet/>" * (n // 19),
    "entities": lambda n: HEAD.encode() + b"&amp;" * (n // 5),
}


@pytest.mark.timeout(30)
@pytest.mark.fault("F20")
@pytest.mark.parametrize("kind", ENDLESS)
def test_two_megabytes_of_a_hostile_head_are_read_in_linear_time(tmp_path, kind):
    # A quadratic scan of any of them takes minutes.
    path = tmp_path / "f.xml"
    path.write_bytes(ENDLESS[kind](2_000_000))
    with suppress(SourceError):
        pieces(path)


@pytest.mark.fault("F9", "F10")
def test_a_record_of_more_tags_than_memory_is_refused_unparsed(tmp_path):
    path = tmp_path / "f.xml"
    for part, count in ((b"<a/>", 600_000), (b"<a b='' c='' d=''/>", 200_000)):
        path.write_bytes(HEAD.encode() + b"<PubmedArticle>" + part * count + b"</PubmedArticle>" + TAIL.encode())
        with pytest.raises(SourceError, match="more than 500,000 tags and attributes"):
            pieces(path)
