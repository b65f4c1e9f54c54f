"""The whole real update file: every record accounted for, against an independent reading of the same file."""

import gzip
import re
from collections import Counter

import pytest
from lxml import etree

from index.library.layout import Library
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store
from tests.support.builds.store_helpers import apply, settle, snapshot


@pytest.fixture(scope="module")
def ingested(tmp_path_factory, sample_file):
    library = Library(tmp_path_factory.mktemp("sample"))
    return library, apply(library, sample_file)


@pytest.fixture(scope="module")
def expected(sample_file):
    """Read with plain lxml: (PMIDs with their versions, in order; deleted PMIDs; titles)."""
    versions, titles = [], {}
    with gzip.open(sample_file) as file:
        for _, element in etree.iterparse(file, tag=("PubmedArticle", "DeleteCitation")):
            if element.tag == "DeleteCitation":
                return versions, {int(pmid.text) for pmid in element}, titles
            pmid = element.find("MedlineCitation/PMID")
            versions.append((int(pmid.text), int(pmid.get("Version"))))
            titles[versions[-1]] = "".join(element.find("MedlineCitation/Article/ArticleTitle").itertext())
            element.clear()
    raise AssertionError("the sample lists deletions")


def test_the_account_of_the_sample_is_the_known_one(ingested):
    _, stats = ingested
    assert (stats.read, stats.distinct_pmids, stats.set_aside) == (20_788, 20_783, 0)
    assert (stats.deletions_listed, stats.deletions_applied) == (20, 20)
    assert (stats.new, stats.replaced, stats.superseded) == (20_783, 5, 0)
    assert stats.complete


def letters(title: str) -> str:
    """A title without spaces, and without the marks before raised and lowered numbers ("10^6")."""
    return re.sub(r"[\s^_]", "", title)


def test_every_surviving_pmid_is_in_the_store_in_its_highest_version_and_no_other(ingested, expected):
    versions, deleted, titles = expected
    assert (len(versions), len(deleted)) == (20_788, 20)
    latest = dict(sorted(versions))
    with ArticleStore.open(ingested[0].store) as store:
        articles = {article.pmid: article for article in store}
    assert articles.keys() == latest.keys() - deleted
    assert Counter(article.version for article in articles.values()) == Counter(latest.values())
    wrong = [
        pmid
        for pmid, article in articles.items()
        if letters(article.title or "") != letters(titles[pmid, latest[pmid]])
    ]
    assert wrong == []


def test_the_store_of_the_sample_is_sound_and_small(ingested):
    library, stats = ingested
    assert verify_store(library.store) == ()
    # PaperETL's own store of this file: 3,830 bytes an article. All our fields included, at most 1.6 times that.
    assert library.store.stat().st_size / stats.articles <= 6128


@pytest.mark.fault("F12", "B15")
def test_the_sample_again_changes_no_byte(ingested, sample_file, tmp_path):
    library, _ = ingested
    before = snapshot(library.path)
    copy = tmp_path / sample_file.name
    copy.write_bytes(sample_file.read_bytes())
    settle(copy)
    for path in (sample_file, copy):
        assert [file.state for file in apply(library, path).files] == ["unchanged"]
    assert snapshot(library.path) == before


def test_newest_and_passages_of_the_sample(ingested):
    with ArticleStore.open(ingested[0].store) as store:
        keys = store.newest(3000)
        passages = store.passages([key.pmid for key in keys])
        assert [passage.pmid for passage in passages] == [key.pmid for key in keys]
        assert len({key.pmid for key in store.newest(None)}) == 20_783
        assert store.status().retractions == 4
