"""Pieces of a file turned into rows, in the worker."""

import pytest
from lxml import etree

import index.ingest.batch_parser
from index.core.errors import SourceError
from index.ingest.batch_parser import parse_batch
from index.records.passages import text_hash
from index.records.serialization import unpack
from index.store.article_rows import ArticleRow, RejectedRecord
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml, deletion_xml


def parse(*records):
    return parse_batch((HEAD + "".join(records) + TAIL).encode())


def test_a_record_becomes_one_row_with_what_search_filters_by():
    (row,) = parse(article_xml(FIRST_PMID, title="Title", abstract="One. Two.", version=3)).records
    assert isinstance(row, ArticleRow)
    assert (row.pmid, row.version, row.revised, row.year) == (FIRST_PMID, 3, "2021-06-07", 2021)
    assert (row.first, row.entrez, row.retraction, row.has_abstract) == ("2021-03-01", "2021-03-02", None, True)
    assert row.text_hash == text_hash("Title One. Two.")
    assert unpack(row.body).title == "Title"
    assert row.paper.sections == (("TITLE", "Title"), ("ABSTRACT", "One."), ("ABSTRACT", "Two."))


@pytest.mark.fault("R13")
def test_a_record_without_pmid_is_set_aside_with_its_xml_and_the_rest_goes_on():
    nameless = article_xml(FIRST_PMID).replace(f'<PMID Version="1">{FIRST_PMID}</PMID>', "")
    first, rejected, last = parse(article_xml(FIRST_PMID + 1), nameless, article_xml(FIRST_PMID + 2)).records
    assert (first.pmid, last.pmid) == (FIRST_PMID + 1, FIRST_PMID + 2)
    assert isinstance(rejected, RejectedRecord)
    assert rejected.pmid is None
    assert "PMID" in rejected.reason
    assert etree.fromstring(rejected.xml).findtext(".//ArticleTitle") == "A study of something"


@pytest.mark.fault("R13")
def test_no_journal_and_no_revision_date_cost_nothing():
    bare = article_xml(FIRST_PMID, revised=None)
    bare = bare[: bare.index("<Journal>")] + bare[bare.index("</Journal>") + len("</Journal>") :]
    (row,) = parse(bare).records
    assert isinstance(row, ArticleRow)
    assert (row.revised, row.year) == ("", None)


def test_an_unexpected_error_in_one_record_sets_aside_only_that_record(monkeypatch):
    real = index.ingest.batch_parser.parse_article

    def fragile(element):
        if element.findtext(".//PMID") == str(FIRST_PMID):
            raise RecursionError("too deep")
        return real(element)

    monkeypatch.setattr(index.ingest.batch_parser, "parse_article", fragile)
    rejected, accepted = parse(article_xml(FIRST_PMID), article_xml(FIRST_PMID + 1)).records
    assert (rejected.pmid, rejected.reason) == (str(FIRST_PMID), "RecursionError: too deep")
    assert accepted.pmid == FIRST_PMID + 1


def test_a_foreign_element_among_the_records_is_not_lost_in_silence():
    (rejected,) = parse("<Advertisement>Buy</Advertisement>").records
    assert "Advertisement" in rejected.reason


@pytest.mark.parametrize("pmid", [0, 2**63, 10**30])
def test_a_pmid_that_no_database_holds_is_set_aside(pmid):
    (rejected,) = parse(article_xml(pmid)).records
    assert isinstance(rejected, RejectedRecord)
    assert rejected.pmid == str(pmid)


def test_deletions_of_articles_and_of_books_are_collected():
    book = deletion_xml([3]).replace("DeleteCitation", "DeleteDocument")
    assert parse(deletion_xml([1, 2]), book).deletions == (1, 2, 3)


def test_an_unreadable_deletion_is_set_aside():
    batch = parse("<DeleteCitation><PMID>none</PMID></DeleteCitation>", deletion_xml([2**63]), deletion_xml([7]))
    assert batch.deletions == (7,)
    assert [type(record) for record in batch.records] == [RejectedRecord, RejectedRecord]


def test_comments_between_and_within_records_are_ignored():
    (row,) = parse("<!-- <PMID>1</PMID> -->", article_xml(FIRST_PMID, title="A <!-- hidden -->title")).records
    assert unpack(row.body).title == "A title"


@pytest.mark.fault("F6")
def test_malformed_xml_is_refused_without_a_misleading_line_number():
    with pytest.raises(SourceError, match="malformed XML: ") as raised:
        parse("<PubmedArticle><PMID>1</Pmid></PubmedArticle>")
    assert "line" not in str(raised.value)


@pytest.mark.fault("F8")
def test_an_external_entity_is_neither_read_nor_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    document = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{secret.as_uri()}">]><PubmedArticleSet>'
    document += article_xml(FIRST_PMID, title="A &x; title") + TAIL
    try:
        (record,) = parse_batch(document.encode()).records
    except SourceError:
        return
    assert "secret words" not in (unpack(record.body).title if isinstance(record, ArticleRow) else record.xml)
