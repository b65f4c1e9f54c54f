"""Bad files: wholly refused, named with a reason, kept in the ledger, and the good ones applied."""

import gzip
import hashlib
import os

import pytest

from index.ingest import batch_parser, xml_text
from index.library.layout import Library
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store
from tests.support.builds.store_helpers import apply, snapshot, titles
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml, write_articles

P = FIRST_PMID
RECORDS = [article_xml(P + number, title=f"Title {number}") for number in range(40)]
WHOLE = (HEAD + "".join(RECORDS) + TAIL).encode()
BOMB = "<!DOCTYPE PubmedArticleSet [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)
EXTERNAL = "<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM '{}'>]>"


def titled(title):
    return "<PubmedArticleSet>" + article_xml(P, title=title) + TAIL


def flipped(content, position):
    return content[:position] + bytes([content[position] ^ 0x55]) + content[position + 1 :]


ZIPPED = gzip.compress(WHOLE, mtime=0)
MATH = "<mml:math xmlns:mml='http://www.w3.org/1998/Math/MathML'><mml:mi>β</mml:mi></mml:math>"
BAD = [
    pytest.param(
        ZIPPED[: len(ZIPPED) * 2 // 3], "damaged gzip file", id="truncated gzip", marks=pytest.mark.fault("F1")
    ),
    pytest.param(
        ZIPPED[:-8], "damaged gzip file", id="truncated just before the checksum", marks=pytest.mark.fault("F1")
    ),
    pytest.param(WHOLE[: len(WHOLE) // 2], "malformed XML", id="truncated xml", marks=pytest.mark.fault("F1")),
    pytest.param(
        WHOLE[: WHOLE.rindex(b"</PubmedArticle>") + 16],
        "malformed XML",
        id="truncated after a record",
        marks=pytest.mark.fault("F1"),
    ),
    pytest.param(
        flipped(ZIPPED, len(ZIPPED) // 2), "damaged gzip file", id="bit flipped data", marks=pytest.mark.fault("F2")
    ),
    pytest.param(
        flipped(ZIPPED, len(ZIPPED) - 6), "damaged gzip file", id="bit flipped checksum", marks=pytest.mark.fault("F2")
    ),
    pytest.param(b"", "the file is empty", id="empty file", marks=pytest.mark.fault("F4")),
    pytest.param(gzip.compress(b""), "the file is empty", id="empty gzip", marks=pytest.mark.fault("F4")),
    pytest.param(
        b"<!DOCTYPE html><html><body>503</body></html>", "found 'html'", id="error page", marks=pytest.mark.fault("F5")
    ),
    pytest.param(
        WHOLE.replace(b"<Title>", b"<Titel>", 25),
        "malformed XML",
        id="malformed in mid file",
        marks=pytest.mark.fault("F6"),
    ),
    pytest.param(WHOLE + b"<more/>", "found 'more'", id="second root", marks=pytest.mark.fault("F6")),
    pytest.param(
        (BOMB + "]>" + titled("&a11;")).encode(), "declares entities", id="entity bomb", marks=pytest.mark.fault("F7")
    ),
    pytest.param(
        (EXTERNAL.format("file:///etc/hostname") + titled("&x;")).encode(),
        "declares entities",
        id="external file",
        marks=pytest.mark.fault("F8"),
    ),
    pytest.param(
        (EXTERNAL.format("http://127.0.0.1:9/") + titled("&x;")).encode(),
        "declares entities",
        id="external page",
        marks=pytest.mark.fault("F8"),
    ),
    pytest.param(
        WHOLE.replace(b"Title 20", "Mörk".encode("latin-1")),
        "malformed XML",
        id="other encoding than declared",
        marks=pytest.mark.fault("F11"),
    ),
    pytest.param(WHOLE.replace(b"Title 20", b"Ti\0tle"), "malformed XML", id="nul", marks=pytest.mark.fault("F11")),
    pytest.param(
        WHOLE.replace(b"Title 20", b"\xed\xa0\x80"),
        "malformed XML",
        id="lone surrogate",
        marks=pytest.mark.fault("F11"),
    ),
    pytest.param(
        WHOLE.replace(b"Title 20", b"&#xD800;"),
        "malformed XML",
        id="lone surrogate reference",
        marks=pytest.mark.fault("F11"),
    ),
]


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.mark.fault("F16")
@pytest.mark.parametrize(("content", "reason"), BAD)
def test_a_bad_file_is_refused_whole_and_named_while_its_neighbours_are_applied(content, reason, library, tmp_path):
    before = write_articles(tmp_path / "pubmed25n0001.xml.gz", [article_xml(P + 100)])
    bad = tmp_path / "pubmed25n0002.xml.gz"
    bad.write_bytes(content)
    after = write_articles(tmp_path / "pubmed25n0003.xml.gz", [article_xml(P + 101)])
    stats = apply(library, before, bad, after)
    assert [file.state for file in stats.files] == ["applied", "refused", "applied"]
    assert reason in stats.files[1].reason
    assert [file.name for file in stats.bad_files] == [bad.name]
    assert not stats.complete
    assert titles(library).keys() == {P + 100, P + 101}
    assert verify_store(library.store) == ()


@pytest.mark.fault("F1")
def test_nothing_of_a_truncated_file_of_many_pieces_is_applied(library, tmp_path, monkeypatch):
    monkeypatch.setattr(xml_text, "BATCH_BYTES", 4096)
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(ZIPPED[:-8])
    stats = apply(library, path)
    assert stats.files[0].state == "refused"
    assert "after" in stats.files[0].reason
    assert (stats.articles, titles(library)) == (0, {})


@pytest.mark.fault("F1")
def test_a_bad_file_is_not_read_again_until_it_changes_and_then_is_applied(library, tmp_path, monkeypatch):
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(ZIPPED[:-8])
    refused = apply(library, path).files[0]
    before = snapshot(library.path)
    with monkeypatch.context() as patch:
        patch.setattr("index.ingest.ingest.read_batches", None)
        again = apply(library, path)
    assert (again.files[0].state, again.files[0].reason) == ("refused", refused.reason)
    assert not again.complete
    assert snapshot(library.path) == before
    path.write_bytes(ZIPPED)
    stats = apply(library, path)
    assert (stats.files[0].state, stats.articles) == ("applied", 40)
    with ArticleStore.open(library.store) as store:
        assert store.status().bad_files == ()


def test_a_file_that_was_applied_and_then_is_damaged_keeps_its_articles(library, tmp_path):
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(ZIPPED)
    apply(library, path)
    path.write_bytes(ZIPPED[:-8])
    assert apply(library, path).files[0].state == "refused"
    assert len(titles(library)) == 40
    with ArticleStore.open(library.store) as store:
        status = store.status()
    assert (len(status.applied), len(status.bad_files)) == (1, 1)
    assert verify_store(library.store) == ()


@pytest.mark.fault("F3")
def test_an_md5_that_differs_is_reported_and_checked_again_once_it_is_corrected(library, tmp_path):
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(ZIPPED)
    md5_path = tmp_path / "pubmed25n0001.xml.gz.md5"
    right = hashlib.md5(ZIPPED, usedforsecurity=False).hexdigest()
    md5_path.write_text("MD5(pubmed25n0001.xml.gz)= " + "0" * 32)
    stats = apply(library, path)
    assert stats.files[0].state == "failed"
    assert right in stats.files[0].reason
    assert "0" * 32 in stats.files[0].reason
    before = snapshot(library.path)
    assert apply(library, path).files[0].state == "failed"
    assert snapshot(library.path) == before
    md5_path.write_text(f"MD5(pubmed25n0001.xml.gz)= {right}\n")
    assert apply(library, path).articles == 40


@pytest.mark.fault("F3")
@pytest.mark.parametrize("text", ["", "<html>404</html>", "no sum here"])
def test_an_md5_file_without_an_md5_refuses_the_file(library, tmp_path, text):
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(ZIPPED)
    (tmp_path / "pubmed25n0001.xml.gz.md5").write_text(text)
    assert apply(library, path).files[0].state == "failed"


@pytest.mark.fault("F3")
def test_a_missing_md5_and_a_right_one_in_capitals_are_fine(library, tmp_path):
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(ZIPPED)
    assert apply(library, path).complete
    other = tmp_path / "pubmed25n0002.xml.gz"
    other.write_bytes(ZIPPED)
    md5 = hashlib.md5(ZIPPED, usedforsecurity=False).hexdigest().upper()
    (tmp_path / "pubmed25n0002.xml.gz.md5").write_text(f"{md5}  {other.name}")
    assert apply(library, other).complete


@pytest.mark.fault("F9")
def test_a_bomb_of_one_endless_text_is_refused(library, tmp_path, monkeypatch):
    monkeypatch.setattr(xml_text, "RECORD_BYTES", 2 << 20)
    path = tmp_path / "pubmed25n0001.xml.gz"
    path.write_bytes(gzip.compress(HEAD.encode() + b"<PubmedArticle><Abstract>" + b"a" * (32 << 20)))
    assert "no record ends within 2 MB" in apply(library, path).files[0].reason


@pytest.mark.fault("F10")
def test_a_huge_abstract_many_authors_and_deep_nesting_are_stored_whole(library, tmp_path):
    abstract = "A sentence of some words. " * 400_000
    deep = "<b>" * 1000 + "deep" + "</b>" * 1000
    records = [
        article_xml(P, abstract=abstract),
        article_xml(P + 1, authors=[f"Author{number}, Name" for number in range(5000)]),
        article_xml(P + 2, title=deep),
    ]
    stats = apply(library, write_articles(tmp_path / "pubmed25n0001.xml", records))
    assert stats.complete
    with ArticleStore.open(library.store) as store:
        assert store.article(P).abstract == abstract.strip()
        assert len(store.article(P + 1).authors) == 5000
        assert store.article(P + 2).title == "deep"


@pytest.mark.fault("F11")
def test_a_byte_order_mark_right_to_left_emoji_and_mathml_are_kept(library, tmp_path):
    title = f"שלום 🧬 &#x202E;x&#x202C; {MATH} é"
    path = tmp_path / "pubmed25n0001.xml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + article_xml(P, title=title) + TAIL).encode())
    assert apply(library, path).complete
    assert "שלום 🧬" in titles(library)[P]
    assert "β" in titles(library)[P]


@pytest.mark.fault("R14")
def test_an_empty_set_is_applied_and_holds_nothing(library, tmp_path):
    (tmp_path / "pubmed25n0001.xml").write_text("<PubmedArticleSet/>")
    (tmp_path / "pubmed25n0002.xml").write_text(HEAD + TAIL)
    stats = apply(library, tmp_path / "pubmed25n0001.xml", tmp_path / "pubmed25n0002.xml")
    assert stats.complete
    assert (stats.read, stats.articles) == (0, 0)


def test_a_file_that_cannot_be_read_is_named_and_tried_again(library, tmp_path):
    good = write_articles(tmp_path / "pubmed25n0002.xml", [article_xml(P)])
    missing = tmp_path / "pubmed25n0001.xml"
    stats = apply(library, missing, good)
    assert [file.state for file in stats.files] == ["failed", "applied"]
    assert "No such file" in stats.files[0].reason
    write_articles(missing, [article_xml(P + 1)])
    assert apply(library, missing, good).articles == 2


def test_a_file_that_changes_while_it_is_read_is_not_applied(library, tmp_path, monkeypatch):
    path = write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P)])
    real = batch_parser.parse_batch

    def touch_and_parse(document):
        os.utime(path, (1, 1))
        return real(document)

    monkeypatch.setattr("index.ingest.worker_pool.parse_batch", touch_and_parse)
    stats = apply(library, path)
    assert stats.files[0].state == "failed"
    assert "changed while it was read" in stats.files[0].reason
    assert titles(library) == {}
