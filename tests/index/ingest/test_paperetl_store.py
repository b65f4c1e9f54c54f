"""A store that PaperETL built is a source; it never takes the place of what PubMed's XML says."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import metadata
from pathlib import Path

import pytest

from index.core.errors import SourceError
from index.ingest.paperetl_store import read_store
from index.library.layout import Library
from index.records.article import Article
from index.sources.source_files import Source, find_sources
from index.store.article_store import ArticleStore
from tests.support.builds.store_helpers import apply
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, deletion_xml, write_articles

P = FIRST_PMID


def row(pmid: object, title: str = "Bees and trees.", source: str = "PMB") -> tuple:
    return (
        str(pmid), source, "2021-03-26 00:00:00", "Journal of Sample Records", "Okafor, Ngozi B; van der Berg, Jan",
        "Lab A, Lagos.; Lab B.", "Lab B.", title, "PMB; D001516; D014197",
        f"https://pubmed.ncbi.nlm.nih.gov/{pmid}" if source == "PMB" else "file.pdf", "2021-06-07 00:00:00",
    )  # fmt: skip


SECTIONS = [
    ("TITLE", "Bees and trees."), ("AIMS", "We looked."), ("AIMS", "We saw bees."), ("RESULTS", "There were trees."),
]  # fmt: skip


def paperetl_store(folder: Path, *rows: tuple) -> Path:
    """Write articles through PaperETL's own class."""
    from paperetl.schema.article import Article as PaperArticle
    from paperetl.sqlite import SQLite

    database = SQLite(str(folder), True)
    for metadata_row in rows:
        database.save(PaperArticle(metadata_row, SECTIONS, ["31", "32"]))
    database.close()
    return folder / "articles.sqlite"


def stored(library: Library, pmid: int) -> Article:
    with ArticleStore.open(library.store) as store:
        article = store.article(pmid)
    assert article is not None
    return article


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


def test_articles_sections_and_citations_are_taken(tmp_path, library):
    stats = apply(library, paperetl_store(tmp_path / "theirs", row(P), row(P + 1, "Toads.")))
    assert (stats.read, stats.new, stats.set_aside, stats.articles) == (2, 2, 0, 2)
    article = stored(library, P)
    assert (article.title, article.journal.title) == ("Bees and trees.", "Journal of Sample Records")
    assert [(section.label, section.text) for section in article.sections] == [
        ("AIMS", "We looked. We saw bees."),
        ("RESULTS", "There were trees."),
    ]
    assert list(map(str, article.authors)) == ["Okafor NB", "van der Berg J"]
    assert article.authors[0].affiliations == ("Lab A, Lagos.", "Lab B.")
    assert [heading.ui for heading in article.mesh] == ["D001516", "D014197"]
    assert [reference.pmid for reference in article.references] == [31, 32]
    assert (article.published.first, article.published.last) == ("2021-01-01", "2021-12-31"), "its month may be made up"


@pytest.mark.parametrize("first", ["xml", "store"])
def test_a_record_of_pubmeds_stands_whichever_came_first(tmp_path, library, first):
    theirs = paperetl_store(tmp_path / "theirs", row(P, "Poorer."))
    xml = write_articles(tmp_path / "efetch.xml", [article_xml(P, title="Richer", revised=None, doi="10.5555/x")])
    for path in (xml, theirs) if first == "xml" else (theirs, xml):
        stats = apply(library, path)
    article = stored(library, P)
    assert (article.title, article.doi, stats.articles) == ("Richer", "10.5555/x", 1)
    assert stats.superseded == (first == "xml")


def test_what_nlm_deleted_does_not_come_back_from_it(tmp_path, library):
    apply(library, write_articles(tmp_path / "a.xml", [article_xml(P), deletion_xml([P])]))
    stats = apply(library, paperetl_store(tmp_path / "theirs", row(P), row(P + 1)))
    assert (stats.new, stats.superseded, stats.articles) == (1, 1, 1)


def test_articles_that_are_not_pubmeds_are_set_aside_with_all_that_the_store_says(tmp_path, library):
    stats = apply(library, paperetl_store(tmp_path / "theirs", row("1e0f", source="PDF"), row(P)))
    assert (stats.read, stats.new, stats.set_aside) == (2, 1, 1)
    with ArticleStore.open(library.store) as store, store.connection() as connection:
        [(pmid, reason, kept)] = connection.execute("SELECT pmid, reason, xml FROM set_aside").fetchall()
    assert pmid == "1e0f"
    assert reason == "id '1e0f' of source 'PDF' is not a PMID: only articles of PubMed (PMB) are taken"
    assert "RESULTS: There were trees." in kept


def test_the_same_store_twice_changes_nothing(tmp_path, library):
    path = paperetl_store(tmp_path / "theirs", row(P))
    apply(library, path)
    assert [file.state for file in apply(library, path).files] == ["unchanged"]


def test_other_databases_are_refused_by_name(tmp_path, library):
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE articles (Id TEXT)")
    (tmp_path / "text.sqlite").write_text("not a database, but long enough to be read as one by its name")
    apply(library, write_articles(tmp_path / "a.xml", [article_xml(P)]))
    expected = {
        other: "it has no table citations, sections",
        tmp_path / "text.sqlite": "not a store of PaperETL's: file is not a database",
        library.store: "it is the article store of a library",
    }
    for path, reason in expected.items():
        with pytest.raises(SourceError, match=reason):
            list(read_store(path))
        [file] = apply(Library(tmp_path / "second"), path).files
        assert (file.state, reason in file.reason) == ("refused", True)


def test_a_store_is_named_as_a_source_and_read_before_all_files(tmp_path):
    theirs = paperetl_store(tmp_path / "theirs", row(P))
    xml = write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P)])
    assert find_sources([xml, theirs]) == [Source.of(theirs), Source.of(xml)]
    (tmp_path / "refs.ris").write_text("")
    with pytest.raises(SourceError, match=r"or in \.sqlite for a store that PaperETL built"):
        find_sources([tmp_path / "refs.ris"])


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_store_that_paperetl_makes_of_a_real_file_is_read_whole(tmp_path, library, shared_data):
    try:
        files = metadata.files("llama-index-core") or []
    except metadata.PackageNotFoundError:
        pytest.skip("llama-index-core, which carries NLTK's punkt data, is not installed")
    punkt = next(Path(str(file.locate())) for file in files if file.name == "README" and "punkt" in str(file))
    (tmp_path / "in").mkdir()
    real = shared_data / "xml" / "pubmed21n1298_slice.xml.gz"
    (tmp_path / "in" / real.name).symlink_to(real)
    program = "from paperetl.sqlite import SQLite\nfrom paperetl.file.pmb import PMB\nimport gzip, sys\n"
    program += "out = SQLite(sys.argv[2], True)\n"
    program += "for article in filter(None, PMB.parse(gzip.open(sys.argv[1]), None, None)):\n    out.save(article)\n"
    program += "out.close()\n"
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "in" / real.name), str(tmp_path / "theirs")],
        env={"NLTK_DATA": str(punkt.parents[2]), "PATH": ""}, check=True,
    )  # fmt: skip
    theirs = tmp_path / "theirs" / "articles.sqlite"
    with closing(sqlite3.connect(theirs)) as connection:
        rows = connection.execute("SELECT Id, Title, Authors FROM articles").fetchall()
        cited = dict(connection.execute("SELECT Article, count(*) FROM citations GROUP BY Article"))
    stats = apply(library, theirs)
    assert len(rows) > 500
    assert (stats.new, stats.set_aside) == (len(rows), 0)
    with ArticleStore.open(library.store) as store:
        articles = store.articles([int(key) for key, _, _ in rows])
    for key, title, authors in rows:
        article = articles[int(key)]
        names = "; ".join(f"{author.last_name}, {author.fore_name}" for author in article.authors)
        assert (article.title, names) == (title, authors or "")
        assert len(article.references) == cited.get(key, 0)
    poorer = apply(library, real)
    assert poorer.replaced >= len(rows), "PubMed's own records take the place of all of them"
    again = apply(Library(tmp_path / "other"), real, theirs)
    assert again.files[1].superseded == len(rows)
