"""PaperETL's own class opens the store, and the SQL of its readers finds the articles."""

import gzip
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest
from lxml import etree

from index.library.layout import Library
from index.parsing.article_parser import parse_article
from index.store.article_store import ArticleStore
from index.store.paperetl_rows import paper_rows, section_name
from tests.support.builds.store_helpers import apply, content
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

P = FIRST_PMID
PAPERETL_TABLES = ("articles", "sections", "citations")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paperetl")
    records = [
        article_xml(
            P,
            title="Water &amp; wine",
            abstract=[("Aims:", "We looked. We saw."), ("RESULTS", "<sup>3</sup>H was there. 2.5 mg too.")],
            authors=["Okafor, Ngozi B", "The Sample Group"],
            mesh=[("D014867", "Water"), ("D014920", "Wine")],
            references=[31, 32],
        ),
        article_xml(P + 1, title="No abstract", abstract=None, published="<Year>1998</Year>"),
        article_xml(P + 2, title=None, abstract="Untitled.", published="", revised=None, entrez=None),
    ]
    library = Library(folder)
    apply(library, write_articles(folder / "pubmed25n0001.xml", records))
    return library


@pytest.fixture
def database(library):
    with closing(sqlite3.connect(library.store)) as connection:
        yield connection


def test_the_columns_are_paperetls(database):
    from paperetl.sqlite import SQLite

    expected = {"articles": SQLite.ARTICLES, "sections": SQLite.SECTIONS, "citations": SQLite.CITATIONS}
    for table, columns in expected.items():
        actual = [(row[1], row[2]) for row in database.execute(f"PRAGMA table_info({table})")]
        assert actual == [(name, kind.split()[0]) for name, kind in columns.items()]
    indexes = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"section_article", "citation_article", "citation_reference"} <= indexes


def test_an_article_reads_as_paperetl_would_have_written_it(database):
    row = database.execute("SELECT * FROM articles WHERE Id = ?", (str(P),)).fetchone()
    assert row == (
        str(P),
        "PMB",
        "2021-03-01 00:00:00",
        "Journal of Sample Records",
        "Okafor, Ngozi B; The Sample Group",
        None,
        None,
        "Water & wine",
        "PMB; D014867; D014920",
        f"https://pubmed.ncbi.nlm.nih.gov/{P}",
        "2021-06-07 00:00:00",
    )


def test_sections_are_the_title_and_one_row_a_sentence_under_paperetls_labels(database):
    rows = database.execute("SELECT Name, Text FROM sections WHERE Article = ? ORDER BY Id", (str(P),)).fetchall()
    assert rows == [
        ("TITLE", "Water & wine"),
        ("AIMS", "We looked."),
        ("AIMS", "We saw."),
        ("RESULTS", "3H was there."),
        ("RESULTS", "2.5 mg too."),
    ]


def test_paperais_queries_find_articles_with_tags_sections_and_citations(database):
    report = "SELECT Published, Title, Reference, Publication, Source, Entry, Id FROM articles WHERE id = ?"
    published, title, reference, *_, uid = database.execute(report, [str(P)]).fetchone()
    assert (title, uid, reference) == ("Water & wine", str(P), f"https://pubmed.ncbi.nlm.nih.gov/{P}")
    assert datetime.strptime(published, "%Y-%m-%d %H:%M:%S") == datetime(2021, 3, 1)
    assert database.execute("SELECT Tags FROM articles WHERE id = ?", [str(P)]).fetchone()[0].startswith("PMB")
    sections = database.execute(
        "SELECT Id, Name, Text FROM sections WHERE article = ? ORDER BY id", [str(P)]
    ).fetchall()
    assert len(sections) == 5
    assert all(isinstance(text, str) for (text,) in database.execute("SELECT Text FROM sections"))
    cited = database.execute("SELECT Reference FROM citations WHERE article = ?", [str(P)]).fetchall()
    assert cited == [("31",), ("32",)]
    newest = "SELECT Id FROM articles ORDER BY entry DESC LIMIT 1"
    assert database.execute(newest).fetchone() is not None


def test_records_that_paperetl_drops_are_there(database):
    assert database.execute("SELECT Title FROM articles WHERE Id = ?", (str(P + 1),)).fetchone() == ("No abstract",)
    bare = database.execute("SELECT Title, Published, Entry FROM articles WHERE Id = ?", (str(P + 2),)).fetchone()
    assert bare == (None, None, None)
    assert database.execute("SELECT Text FROM sections WHERE Article = ?", (str(P + 2),)).fetchall() == [("Untitled.",)]


@pytest.mark.parametrize("records", [[], [article_xml(P, title="Lone", abstract=None)], [article_xml(P, title=None)]])
def test_paperetls_own_class_reopens_the_store_and_adds_to_it_even_without_citations(tmp_path, records):
    from paperetl.schema.article import Article
    from paperetl.sqlite import SQLite

    library = Library(tmp_path / "library")
    apply(library, write_articles(tmp_path / "pubmed25n0001.xml", records))
    paperetl_store = SQLite(str(library.path), False)
    day = datetime(2021, 1, 2)
    row = ("x1", "own", day.isoformat(" "), "J", "A", None, None, "Own title", "PMB", "https://example.org", str(day))
    paperetl_store.save(Article(row, [("TITLE", "Own title")], ["7"]))
    paperetl_store.complete()
    paperetl_store.close()
    with closing(sqlite3.connect(library.store)) as connection:
        assert connection.execute("SELECT Text FROM sections WHERE Article = 'x1'").fetchall() == [("Own title",)]
        assert connection.execute("SELECT Reference FROM citations WHERE Article = 'x1'").fetchall() == [("7",)]
    with ArticleStore.open(library.store) as store:
        assert store.count() == len(records)


@pytest.mark.parametrize(
    "label",
    [
        "AIMS:",
        "Methods and results.",
        " background ",
        "(A) Purpose)",
        "结论：",
        "Results -",
        "μ-opioids:",
        ":",
        "",
        "1.",
    ],
)
def test_labels_are_written_by_paperetls_own_rule(label):
    from paperetl.file.pmb import PMB

    assert section_name(label) == (PMB.section(label) or "ABSTRACT")


def test_rows_agree_with_paperetls_own_reading_of_real_records(shared_data):
    from paperetl.file.pmb import PMB

    with gzip.open(shared_data / "xml" / "pubmed21n1298_slice.xml.gz") as file:
        tree = etree.parse(file)
    authors_compared = citations_compared = 0
    for element in tree.iterfind("PubmedArticle"):
        rows = paper_rows(parse_article(element))
        citation = element.find("MedlineCitation")
        article = citation.find("Article")
        assert rows.article[8] == "; ".join(["PMB", *PMB.mesh(citation)])
        # PaperETL drops authors without a forename.
        if all(author.find("ForeName") is not None for author in article.iterfind("AuthorList/Author")):
            assert rows.article[4] == (PMB.authors(article)[0] or None)
            authors_compared += 1
        # PaperETL does not look into lists within the list.
        if element.find("PubmedData/ReferenceList/ReferenceList") is None:
            assert list(rows.citations) == PMB.citations(element, None)
            citations_compared += bool(rows.citations)
    assert (authors_compared > 900, citations_compared > 100) == (True, True)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"title": "Changed"},
        {"title": None},
        {"abstract": "We looked. We saw nothing."},
        {"abstract": "We looked. We saw. We left."},
        {"abstract": [("AIMS", "We looked. We saw.")]},
        {"abstract": None},
        {"references": [32, 31]},
        {"references": []},
        {"references": [31, 32, 33], "authors": ["Solo"], "mesh": [("D014867", "Water")]},
    ],
    ids=str,
)
def test_a_revision_leaves_the_rows_that_reading_it_alone_would(tmp_path, changed):
    first = {"abstract": "We looked. We saw.", "references": [31, 32]}
    other = article_xml(P + 1, references=[31])
    old = write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P, **first), other])
    revision = {**first, "revised": "2021-06-08", **changed}
    new = write_articles(tmp_path / "pubmed25n0002.xml", [article_xml(P, **revision)])
    both = write_articles(tmp_path / "pubmed25n0003.xml", [article_xml(P, **revision), other])
    updated, fresh = Library(tmp_path / "updated"), Library(tmp_path / "fresh")
    apply(updated, old, new)
    apply(fresh, both)
    assert [content(updated)[table] for table in PAPERETL_TABLES] == [
        content(fresh)[table] for table in PAPERETL_TABLES
    ]
