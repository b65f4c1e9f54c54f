"""Files of odd encodings, names, kinds and layouts: read, or set aside by name; their neighbours are applied."""

import codecs
import gzip
import json
import os
import socket

import pytest

from index.cli import main
from index.core.printable_path import printable_path
from index.ingest import ingest as ingest_module
from index.ingest import xml_text
from index.library.layout import Library
from index.sources.source_files import find_sources
from index.store.store_check import verify_store
from tests.support.builds.killed_builds import small_builds
from tests.support.builds.store_helpers import apply, titles
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml, deletion_xml, write_articles

P = FIRST_PMID
GOOD = P + 100
BOOK = f"<PubmedBookArticle><BookDocument><PMID Version='1'>{P + 7}</PMID><ArticleTitle>Chapter</ArticleTitle>\
<Book><BookTitle>A book</BookTitle></Book></BookDocument></PubmedBookArticle>"
ONE, TWO = article_xml(P), article_xml(P + 1)
SET = HEAD + ONE + TAIL


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def beside_good_ones(library, path):
    """Apply a file between two good ones; return its result."""
    good = [
        write_articles(path.with_name(f"pubmed25n000{n}.xml.gz"), [article_xml(GOOD + n, title=f"Good {n}")])
        for n in (1, 3)
    ]
    stats = apply(library, good[0], path, good[1])
    assert [stats.files[0].state, stats.files[2].state] == ["applied", "applied"]
    assert {n: title for n, title in titles(library).items() if n > GOOD} == {GOOD + 1: "Good 1", GOOD + 3: "Good 3"}
    assert verify_store(library.store) == ()
    assert stats.complete == (stats.files[1].state == "applied")
    assert stats.files[1].reason.isprintable()
    return stats.files[1]


def pmids(library):
    return {pmid for pmid in titles(library) if pmid < GOOD}


NO_ENCODINGS = ["hex", "base64", "rot13", "quopri", "uu", "zlib", "bz2", "klingon", "", "x" * 5000, "../../etc/passwd"]
NO_ENCODINGS += ["idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "é", "mbcs"]


@pytest.mark.fault("F17", "F16")
@pytest.mark.parametrize("encoding", NO_ENCODINGS)
def test_an_encoding_in_which_no_document_is_written_sets_the_file_aside(library, folder, encoding):
    path = folder / "pubmed25n0002.xml"
    path.write_text(SET.replace("utf-8", encoding))
    result = beside_good_ones(library, path)
    assert (result.state, pmids(library)) == ("refused", set())
    assert f"declares the encoding {encoding.encode().decode('ascii', 'backslashreplace')[:60]!r}" in result.reason


ODD_NAMES = [b"caf\xe9.xml", b"two\nlines.xml", b"\x1b[31mred.xml", "\u202egnp.xml".encode(), b"back\\slash.xml"]
ODD_NAMES += [b"n" * 251 + b".xml", b"n" * 248 + b".xml.gz", b"~nobody.xml", b"-.xml", b"%s{}.xml"]


@pytest.mark.fault("F18", "F16")
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_an_odd_name_is_read_and_named_harmlessly(library, folder, name, monkeypatch):
    path = folder / os.fsdecode(name)
    write_articles(path, [ONE])
    result = beside_good_ones(library, path)
    assert result.state == "applied"
    assert (pmids(library), result.name.isprintable()) == ({P}, True)
    assert apply(library, path).files[0].state == "unchanged"
    path.write_bytes(b"no XML")
    assert apply(library, path).files[0].name == result.name
    monkeypatch.chdir(folder)
    assert [source.name for source in find_sources([folder.relative_to(folder) / path.name])] == [result.name]


@pytest.mark.fault("F18")
def test_two_names_that_differ_are_shown_as_two():
    names = [b"a\xe9.xml", b"a\\xe9.xml", "aé.xml".encode(), b"a\n.xml", b"a\\n.xml", b"a .xml"]
    shown = {printable_path(os.fsdecode(name)) for name in names}
    assert len(shown) == len(names)
    assert all(name.isprintable() for name in shown)


@pytest.mark.fault("F18")
def test_a_missing_file_of_an_odd_name_is_one_line_in_the_error(tmp_path, capsys):
    for name in ("two\nlines.xml", os.fsdecode(b"caf\xe9.xml"), "x" * 300 + ".xml"):
        assert main([str(tmp_path / name), "--library", str(tmp_path / "library")]) == 1
        error = capsys.readouterr().err.splitlines()
        assert len(error) == 1
        assert "does not exist" in error[0] or "cannot be read (File name too long)" in error[0]


def fifo(path):
    os.mkfifo(path)


def zeros(path):
    path.symlink_to("/dev/zero")


def listening(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def to_itself(path):
    path.symlink_to(path)


def to_nothing(path):
    path.symlink_to(path.with_name("gone"))


KINDS = {
    fifo: "found a named pipe",
    zeros: "found a character device",
    listening: "found a socket",
    to_itself: "Too many levels of symbolic links",
    to_nothing: "No such file",
}


@pytest.mark.timeout(20)
@pytest.mark.fault("F19", "F16")
@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("name", ["pubmed25n0002.xml.gz", "other.xml"])
def test_what_is_no_regular_file_is_never_opened_and_named(library, folder, make, name):
    make(folder / name)
    result = beside_good_ones(library, folder / name)
    assert (result.state, result.name) == ("failed", name)
    assert KINDS[make] in result.reason
    # A folder names it too, instead of leaving it out.
    assert name in [source.name for source in find_sources([folder])]


@pytest.mark.timeout(20)
@pytest.mark.fault("F19")
def test_a_pipe_that_takes_a_files_place_while_it_is_read_is_not_waited_for(library, folder, monkeypatch):
    path = write_articles(folder / "pubmed25n0002.xml", [ONE])
    real = ingest_module.check_md5

    def swap(checked):
        real(checked)
        if checked == path:
            path.unlink()
            os.mkfifo(path)

    monkeypatch.setattr(ingest_module, "check_md5", swap)
    assert "found a named pipe" in beside_good_ones(library, path).reason


@pytest.mark.timeout(20)
@pytest.mark.fault("F19", "F3")
def test_an_md5_that_is_no_regular_file_or_endless_sets_the_file_aside(library, folder):
    path = write_articles(folder / "pubmed25n0002.xml", [ONE])
    os.mkfifo(folder / "pubmed25n0002.xml.md5")
    result = beside_good_ones(library, path)
    assert (result.state, "the .md5 beside it" in result.reason) == ("failed", True)


@pytest.mark.fault("F19")
def test_folders_that_link_to_each_other_are_searched_once(folder):
    (folder / "a" / "b").mkdir(parents=True)
    write_articles(folder / "a" / "b" / "one.xml", [ONE])
    (folder / "a" / "b" / "up").symlink_to(folder)
    (folder / "a" / "itself").symlink_to(folder / "a")
    outside = folder.with_name("outside")
    outside.mkdir()
    write_articles(outside / "two.xml", [TWO])
    (folder / "linked").symlink_to(outside)
    (outside / "back").symlink_to(folder)
    assert sorted(source.name for source in find_sources([folder, folder / "a"])) == ["one.xml", "two.xml"]


NOTE = "<!-- a note of </PubmedArticle> and </PubmedArticleSet> --><?note </PubmedArticle> ?>"
BOTH = HEAD + ONE + TWO + TAIL
MORE = HEAD + TWO + TAIL
BARE = HEAD.replace("<PubmedArticleSet>", "")
LAID_OUT = {
    "comments and instructions between and around": NOTE + "<PubmedArticleSet>" + NOTE + ONE + NOTE + TWO + NOTE + TAIL,
    "after the set": BOTH + NOTE + "\n\n",
    "a record commented out": HEAD + ONE + f"<!-- {article_xml(P + 5)} -->" + TWO + TAIL,
    "a set in CDATA": HEAD + article_xml(P, title="<![CDATA[</PubmedArticle></PubmedArticleSet>]]>") + TWO + TAIL,
    "a long comment before the set": f"<!--{'x' * 90_000}-->" + BOTH,
    "space within end tags": BOTH.replace("</PubmedArticle>", "</PubmedArticle \n>").replace(TAIL, TAIL[:-2] + " >"),
    "several documents": SET + MORE,
    "several documents, byte order marks": "\ufeff" + SET + "\ufeff" + MORE,
    "several documents, some empty": "<PubmedArticleSet/>" + SET + "<PubmedArticleSet></PubmedArticleSet>" + MORE,
    "single records": ONE + TWO,
    "single records with declarations": BARE + ONE + "<!-- and -->" + BARE + TWO,
}


@pytest.mark.fault("F21", "F22")
@pytest.mark.parametrize("chunk", [7, 1 << 20])
@pytest.mark.parametrize("layout", LAID_OUT)
def test_however_a_file_is_laid_out_its_two_records_are_read(library, folder, layout, chunk, monkeypatch):
    monkeypatch.setattr(xml_text, "BATCH_BYTES", chunk)
    monkeypatch.setattr(xml_text, "HEAD_BYTES", min(chunk, 300))
    path = folder / "pubmed25n0002.xml"
    path.write_text(LAID_OUT[layout])
    result = beside_good_ones(library, path)
    assert (result.reason, result.state, result.read) == ("", "applied", 2)
    assert pmids(library) == {P, P + 1}


@pytest.mark.fault("F22")
@pytest.mark.parametrize("text", [BOOK, HEAD.replace("<PubmedArticleSet>", "") + BOOK, BOOK + BOOK])
def test_a_single_book_or_chapter_is_read(library, folder, text):
    path = folder / "pubmed25n0002.xml"
    path.write_text(text)
    assert beside_good_ones(library, path).state == "applied"
    assert pmids(library) == {P + 7}


LATIN = HEAD.replace("utf-8", "iso-8859-1")
REFUSED = {
    "a second document in another encoding": (SET.encode() + (LATIN + TWO + TAIL).encode("latin-1"), "two encodings"),
    "text after the set": ((SET + "and more").encode(), "found 'and more'"),
    "another kind of document after the set": ((SET + "<html></html>").encode(), "found 'html'"),
    "a second document cut off": ((SET + HEAD + TWO).encode(), "malformed XML"),
    "an end without a beginning": ((SET + TAIL).encode(), "found '</PubmedArticleSet>"),
    "a single record cut off": (ONE[:-30].encode(), "malformed XML"),
    "two records in one": (ONE.replace("</PubmedArticle>", ONE + "</PubmedArticle>").encode(), "not PubMed XML"),
    "a comment without an end": ((HEAD + ONE + "<!-- " + TWO + TAIL).encode(), "malformed XML"),
    "entities in a second document": ((SET + "<!DOCTYPE a [<!ENTITY b 'c'>]>" + SET).encode(), "declares entities"),
    "only a declaration": (b"<?xml version='1.0'?>", "empty"),
    "an opening without an end": (b"<?xml version='1.0'", "ends inside <?"),
}


@pytest.mark.fault("F22", "F16")
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_without_loss_is_set_aside_whole(library, folder, case):
    content, reason = REFUSED[case]
    path = folder / "pubmed25n0002.xml"
    path.write_bytes(content)
    result = beside_good_ones(library, path)
    assert (result.state, pmids(library)) == ("refused", set())
    assert reason in result.reason


MEMBERS = [gzip.compress(part.encode(), mtime=0) for part in (HEAD, ONE, deletion_xml([P + 9]), TWO, TAIL)]
ZIPPED = {
    "several members": (b"".join(MEMBERS), 2),
    "empty members": (gzip.compress(b"") * 50 + b"".join(MEMBERS) + gzip.compress(b"") * 50, 2),
    "zeros behind": (b"".join(MEMBERS) + b"\0" * 5000, 2),
    "bytes behind": (b"".join(MEMBERS) + b"trailing", 0),
    "half a member behind": (b"".join(MEMBERS) + MEMBERS[1][:-9], 0),
    "zipped twice": (gzip.compress(b"".join(MEMBERS)), 0),
}


@pytest.mark.fault("F22", "F16")
@pytest.mark.parametrize("case", ZIPPED)
def test_a_gzip_file_of_several_members_is_read_and_one_with_bytes_behind_is_set_aside_whole(library, folder, case):
    content, records = ZIPPED[case]
    path = folder / "pubmed25n0002.xml.gz"
    path.write_bytes(content)
    result = beside_good_ones(library, path)
    assert (result.state, result.read, len(pmids(library))) == ("applied" if records else "refused", records, records)


ERRORS = [ValueError("x"), RecursionError("deep"), KeyError("k"), UnicodeError("half"), OverflowError(), MemoryError()]


@pytest.mark.fault("F16", "B5")
@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("step", ["fingerprint", "check_md5", "read_batches", "Revisions", "PmidSet.update"])
def test_whatever_goes_wrong_with_a_file_the_others_are_applied(library, folder, monkeypatch, step, error):
    path = write_articles(folder / "pubmed25n0002.xml", [ONE])
    place, _, method = step.partition(".")
    real = getattr(getattr(ingest_module, place), method) if method else getattr(ingest_module, place)
    calls = []

    def second_fails(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise error
        return real(*arguments)

    target = getattr(ingest_module, place) if method else ingest_module
    monkeypatch.setattr(target, method or place, second_fails)
    result = beside_good_ones(library, path)
    assert (result.state, pmids(library)) == ("failed", set())
    assert type(error).__name__ in result.reason


@pytest.mark.fault("F16", "F17", "F18", "F19", "F22")
def test_the_command_names_each_bad_file_applies_the_rest_and_exits_3(tmp_path, folder, capsys):
    write_articles(folder / "pubmed25n0001.xml.gz", [article_xml(GOOD + n) for n in range(6)])
    os.mkfifo(folder / "pubmed25n0002.xml.gz")
    (folder / "pubmed25n0003.xml").write_text(SET.replace("utf-8", "hex"))
    (folder / os.fsdecode(b"bad\n\xff.xml")).write_bytes(codecs.BOM_UTF16_LE + b"\x00\xd8")
    (folder / "zero.xml").symlink_to("/dev/zero")
    write_articles(folder / os.fsdecode(b"good\xff.xml"), [ONE])
    with small_builds():
        assert main([str(folder), "--library", str(tmp_path / "library")]) == 3
    lines = capsys.readouterr().out.splitlines()
    aside = [line.split()[2].rstrip(":") for line in lines if line.startswith("set aside")]
    assert sorted(aside) == ["bad\\n\\xff.xml", "pubmed25n0002.xml.gz", "pubmed25n0003.xml", "zero.xml"]
    with small_builds():
        assert main([str(folder), "--library", str(tmp_path / "library"), "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert (report["index"]["articles"], len(report["records"]["files"])) == (7, 6)
