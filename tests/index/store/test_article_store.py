"""The article store as its readers see it."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from index.core.errors import LibraryError
from index.library.layout import Library
from index.records.article import Article, Author, Journal, Keyword, MeshHeading, Section, SupplementaryConcept
from index.records.passages import EncodingKey, encoded_text, passage_of, text_hash
from index.store.article_store import ArticleStore
from index.store.store_status import YearCount
from tests.support.builds.store_helpers import apply
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, deletion_xml, write_articles

P = FIRST_PMID


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    retracted = '<CommentsCorrections RefType="RetractionIn"><RefSource>J</RefSource></CommentsCorrections>'
    records = [
        article_xml(P, title="Oldest", entrez="2020-01-01"),
        article_xml(P + 1, title="No entrez date", entrez=None, published="<Year>2022</Year>"),
        article_xml(P + 2, title="Same day, higher PMID", entrez="2021-05-05", links=retracted),
        article_xml(P + 3, title="Same day, highest PMID", entrez="2021-05-05", abstract=None),
        article_xml(P + 4, title="No date at all", entrez=None, published=""),
        article_xml(P + 5, title="Deleted"),
        "<PubmedArticle/>",
        deletion_xml([P + 5, P + 6]),
    ]
    library = Library(folder / "library")
    apply(library, write_articles(folder / "pubmed25n0003.xml", records))
    broken = folder / "pubmed25n0006.xml"
    broken.write_text("<html/>")
    apply(library, broken)
    return library


@pytest.fixture
def store(library):
    with ArticleStore.open(library.store) as opened:
        yield opened


def test_an_article_is_found_by_pmid_and_absence_is_none(store):
    assert store.article(P).title == "Oldest"
    assert store.article(P + 5) is None
    assert store.article(2**62) is None
    assert P in store
    assert P + 5 not in store


def test_what_cites_an_article_is_found_the_highest_pmid_first(tmp_path):
    library = Library(tmp_path / "library")
    records = [article_xml(P), article_xml(P + 1, references=(P,)), article_xml(P + 2, references=(P, P + 3, P))]
    apply(library, write_articles(tmp_path / "pubmed25n0003.xml", records))
    with ArticleStore.open(library.store) as store:
        assert store.citing(P) == (P + 2, P + 1)
        assert store.citing(P + 1) == ()


def test_articles_come_in_the_order_asked_for_without_those_missing(store):
    articles = store.articles([P + 3, 7, P, P + 1])
    assert list(articles) == [P + 3, P, P + 1]
    assert articles[P + 1].title == "No entrez date"
    assert store.articles([]) == {}


def test_more_articles_than_one_round_trip_holds_are_all_found(store, monkeypatch):
    monkeypatch.setattr("index.store.article_store.FETCH_BATCH", 2)
    assert list(store.articles([P + 4, P + 3, P + 2, P + 1, P])) == [P + 4, P + 3, P + 2, P + 1, P]


def test_newest_sorts_by_entrez_date_else_publication_date_then_pmid(store):
    order = [P + 1, P + 3, P + 2, P, P + 4]
    assert [key.pmid for key in store.newest(None)] == order
    assert [key.pmid for key in store.newest(3)] == order[:3]
    assert store.newest(0) == []


def test_keys_carry_the_hash_of_the_text_that_is_encoded(store):
    keys = {key.pmid: key for key in store.newest(None)}
    assert keys[P] == EncodingKey(P, text_hash("Oldest We studied something. It was there."))
    assert keys[P + 3] == EncodingKey(P + 3, text_hash("Same day, highest PMID"))


def test_passages_follow_the_order_asked_for(store):
    passages = store.passages([P + 3, 9, P])
    assert [passage.pmid for passage in passages] == [P + 3, P]
    assert passages[1].text == "Oldest We studied something. It was there."
    assert passages[1].authors == ("Okafor NB", "Lindqvist S")


def test_iteration_is_in_pmid_order(store):
    assert [article.pmid for article in store] == [P, P + 1, P + 2, P + 3, P + 4]
    assert store.count() == 5


def test_status_counts_what_is_there(store, library):
    status = store.status()
    assert (status.articles, status.with_abstract, status.deletions, status.retractions) == (5, 4, 2, 1)
    assert status.years == (YearCount(None, 1), YearCount(2021, 3), YearCount(2022, 1))
    assert [(file.name, file.read, file.set_aside) for file in status.applied] == [("pubmed25n0003.xml", 7, 1)]
    assert store.files() == status.applied
    assert [(file.name, file.state) for file in status.bad_files] == [("pubmed25n0006.xml", "refused")]
    assert [(record.file, record.position) for record in status.set_aside] == [("pubmed25n0003.xml", 6)]
    assert status.missing == ("pubmed25n0004", "pubmed25n0005")
    assert status.newest == "2021-05-05"
    assert status.bytes == library.store.stat().st_size


def test_reading_cannot_write(store):
    with store.connection() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM records")
    with pytest.raises(ValueError, match="opened to read"), store.transaction():
        pass


def test_many_threads_read_at_once_and_leave_no_connection_behind(store):
    def read_pmids(number):
        return [store.article(P + number % 5).pmid for _ in range(20)]

    with ThreadPoolExecutor(16) as pool:
        for number, pmids in enumerate(pool.map(read_pmids, range(64))):
            assert pmids == [P + number % 5] * 20
    assert len(store._idle) <= 16


def test_a_reader_sees_the_old_store_until_a_writer_is_done(tmp_path):
    library = Library(tmp_path)
    file = write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P, title="Old")])
    apply(library, file)
    with ArticleStore.open(library.store, write=True) as writer, ArticleStore.open(library.store) as reader:
        with writer.transaction() as connection:
            connection.execute("DELETE FROM records")
            connection.execute("DELETE FROM bodies")
            assert reader.article(P).title == "Old"
        assert reader.article(P) is None


def test_a_transaction_that_fails_leaves_nothing(tmp_path):
    path = tmp_path / "articles.sqlite"
    with ArticleStore.open(path, write=True) as store:
        with suppress(KeyError), store.transaction() as connection:
            connection.execute("INSERT INTO deletions VALUES (1, 1)")
            raise KeyError
        assert store.status().deletions == 0


def test_a_closed_store_says_so(library):
    store = ArticleStore.open(library.store)
    store.close()
    with pytest.raises(LibraryError, match="was closed"):
        store.count()


def test_closing_while_another_thread_reads_lets_it_finish(library):
    store = ArticleStore.open(library.store)
    reading, closed = threading.Event(), threading.Event()

    def read():
        with store.connection() as connection:
            reading.set()
            closed.wait(10)
            return connection.execute("SELECT count(*) FROM records").fetchone()[0]

    with ThreadPoolExecutor(1) as pool:
        count = pool.submit(read)
        reading.wait(10)
        store.close()
        closed.set()
        assert count.result() == 5


def test_no_side_file_stays_once_everything_is_closed(library):
    with ArticleStore.open(library.store) as store:
        store.count()
    assert [path.name for path in library.path.iterdir()] == ["articles.sqlite"]


def test_a_missing_store_names_the_command_that_makes_one(tmp_path):
    with pytest.raises(LibraryError, match="rebuild-index --sample"):
        ArticleStore.open(tmp_path / "articles.sqlite")


def test_fifty_articles_take_milliseconds(library):
    # A bound far above the 2 ms measured, so that only a lost index or a scan breaks it.
    with ArticleStore.open(library.store) as store:
        store.articles([P])
        started = time.perf_counter()
        store.articles([P + number % 5 for number in range(50)])
        assert time.perf_counter() - started < 0.5


def test_commits_are_flushed_to_the_disk(tmp_path):
    with ArticleStore.open(tmp_path / "articles.sqlite", write=True) as store, store.transaction() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


@pytest.mark.fault("B12")
@pytest.mark.parametrize(("version", "age"), [(0, "an older"), (99, "a newer")])
def test_a_store_of_another_version_is_refused_with_what_to_do(tmp_path, version, age):
    path = tmp_path / "articles.sqlite"
    ArticleStore.open(path, write=True).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    for write in (False, True):
        with pytest.raises(LibraryError, match=rf"(?s){age} version.*rebuild-index --from-scratch"):
            ArticleStore.open(path, write=write)


def test_a_foreign_file_is_not_taken_for_a_store(tmp_path):
    path = tmp_path / "articles.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(LibraryError, match="not an article store"):
        ArticleStore.open(path)
    path.write_text("plain words " * 1000)
    with pytest.raises(LibraryError, match="not a database"):
        ArticleStore.open(path)


def test_a_passage_holds_every_searchable_part():
    article = Article(
        P,
        vernacular_title="Über Wasser",
        sections=(Section("AIM", None, "We look."), Section(None, None, "We see.")),
        authors=(Author("Okafor", "Ngozi", "N"), Author(collective_name="The Group")),
        journal=Journal(title="J Sample"),
        keywords=(Keyword("water"),),
        mesh=(MeshHeading("D1", "Water"),),
        supplementary=(SupplementaryConcept("C1", "Tap Water"),),
    )
    passage = passage_of(article)
    assert (passage.title, passage.abstract, passage.year) == ("Über Wasser", "We look. We see.", None)
    assert (passage.keywords, passage.mesh) == (("water",), ("Water", "Tap Water"))
    assert (passage.authors, passage.journal) == (("Okafor N", "The Group"), "J Sample")
    assert passage.text == encoded_text(article) == "Über Wasser We look. We see."
    assert encoded_text(Article(P)) == ""
