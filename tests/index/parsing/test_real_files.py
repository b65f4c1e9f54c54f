"""The small real files: every record is read, and what is special about some of them."""

import gzip
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from index.parsing.article_parser import parse_article
from index.records.article import Article


@pytest.fixture(scope="module")
def read(shared_data: Path) -> dict[str, tuple[list[Article], int]]:
    """File -> (articles, number of PMIDs that a plain search of the XML finds)."""
    found = {}
    for path in sorted(shared_data.glob("xml/*/*.xml.gz")):
        root = etree.fromstring(gzip.decompress(path.read_bytes()))
        records = [element for element in root if element.tag in ("PubmedArticle", "PubmedBookArticle")]
        listed = root.xpath("count(*/MedlineCitation/PMID | */BookDocument/PMID)")
        found[path.name] = ([parse_article(element) for element in records], int(listed))
    return found


@pytest.mark.fault("R14")
def test_every_record_of_the_small_files_is_read_and_an_empty_set_has_none(
    read: dict[str, tuple[list[Article], int]],
) -> None:
    assert sum(listed for _, listed in read.values()) == 224
    assert all(len(articles) == listed for articles, listed in read.values())


def test_no_article_of_the_small_files_is_without_title_or_date(read: dict[str, tuple[list[Article], int]]) -> None:
    lacking = Counter()
    for articles, _ in read.values():
        for article in articles:
            lacking.update(name for name in ("title", "year", "revised", "entrez") if getattr(article, name) is None)
    assert lacking == {}


@pytest.mark.fault("R14")
def test_the_book_chapter_among_them_has_its_book(read: dict[str, tuple[list[Article], int]]) -> None:
    (chapter,) = read["20301546.xml.gz"][0]
    assert chapter.book is not None
    assert (chapter.book.title, chapter.book.contributed.first) == ("GeneReviews®", "2006-02-02")
    assert [section.label for section in chapter.sections][1:3] == ["DIAGNOSIS/TESTING", "MANAGEMENT"]
    assert chapter.sections[2].text.startswith("Treatment of manifestations: Walking aids")


@pytest.mark.fault("R7")
def test_a_pretty_printed_formula_among_them_is_one_word(read: dict[str, tuple[list[Article], int]]) -> None:
    texts = [article.abstract for articles, _ in read.values() for article in articles]
    assert sum("V\u0307O2max" in text for text in texts) == 1
    assert sum("3He/129Xe\u2009MRI" in text for text in texts) == 1
