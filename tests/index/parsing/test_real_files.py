"""The small real files: every record is read, and what is special about some of them."""

import gzip
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from index.parsing.article_parser import parse_article
from index.records.article import Article


@pytest.fixture(scope="module")
def parsed_files(shared_data: Path) -> dict[str, tuple[list[Article], int]]:
    """File -> (articles, number of PMIDs that a plain search of the XML finds)."""
    files = {}
    for path in sorted(shared_data.glob("xml/*/*.xml.gz")):
        root = etree.fromstring(gzip.decompress(path.read_bytes()))
        records = [element for element in root if element.tag in ("PubmedArticle", "PubmedBookArticle")]
        pmid_count = root.xpath("count(*/MedlineCitation/PMID | */BookDocument/PMID)")
        files[path.name] = ([parse_article(element) for element in records], int(pmid_count))
    return files


@pytest.mark.fault("R14")
def test_every_record_of_the_small_files_is_read_and_an_empty_set_has_none(
    parsed_files: dict[str, tuple[list[Article], int]],
) -> None:
    assert sum(pmid_count for _, pmid_count in parsed_files.values()) == 224
    assert all(len(articles) == pmid_count for articles, pmid_count in parsed_files.values())


def test_no_article_of_the_small_files_is_without_title_or_date(
    parsed_files: dict[str, tuple[list[Article], int]],
) -> None:
    missing = Counter()
    for articles, _ in parsed_files.values():
        for article in articles:
            missing.update(name for name in ("title", "year", "revised", "entrez") if getattr(article, name) is None)
    assert missing == {}


@pytest.mark.fault("R14")
def test_the_book_chapter_among_them_has_its_book(parsed_files: dict[str, tuple[list[Article], int]]) -> None:
    (chapter,) = parsed_files["20301546.xml.gz"][0]
    assert chapter.book is not None
    assert (chapter.book.title, chapter.book.contributed.first) == ("GeneReviews®", "2006-02-02")
    assert [section.label for section in chapter.sections][1:3] == ["DIAGNOSIS/TESTING", "MANAGEMENT"]
    assert chapter.sections[2].text.startswith("Treatment of manifestations: Walking aids")


@pytest.mark.fault("R7")
def test_a_pretty_printed_formula_among_them_is_one_word(parsed_files: dict[str, tuple[list[Article], int]]) -> None:
    texts = [article.abstract for articles, _ in parsed_files.values() for article in articles]
    assert sum("V\u0307O2max" in text for text in texts) == 1
    assert sum("3He/129Xe\u2009MRI" in text for text in texts) == 1
