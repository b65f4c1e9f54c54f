"""A page as a table: HTML that runs nothing, pandas, Arrow."""

import sys

import pytest

from index.records.article import Journal, Link, PublicationDate
from search.query.query import Span
from search.results import Evidence, Hit, Why
from search.tables.data_frames import COLUMNS
from tests.search.test_results import STUDY, page
from tests.support.fakes.fake_index import article

WHY = Why(0.5, 1.0, ())
HOSTILE = article(
    900000002, title='<script>alert("x")</script> & <i>bees</i>', journal=Journal(title="<b>J</b>"),
    published=PublicationDate(), links=(Link("RetractionIn", 900000009, "J Sample Rec. 2021;1:1"),),
)  # fmt: skip
EVIDENCE = Evidence("Bees <img src=x onerror=alert(1)> fly & sleep.", "<u>RESULTS", 0, 46, (Span(0, 4), Span(34, 37)))
PAGE = page(Hit(STUDY, 0.9123, Evidence("It did.", None, 0, 7, (Span(3, 6),)), WHY), Hit(HOSTILE, 0.5, EVIDENCE, WHY))


def test_a_page_iterates_and_has_a_length():
    assert (list(PAGE), len(PAGE), bool(page())) == (list(PAGE.hits), 2, False)


def test_a_page_shows_links_evidence_and_marked_words():
    shown = PAGE._repr_html_()
    assert "1-2 of 2,143 relevant articles of 3,000" in shown
    assert "Read as: metformin; by meaning and words; from 2015" in shown
    assert '<a href="https://pubmed.ncbi.nlm.nih.gov/900000001/"' in shown
    assert "It <mark>did</mark>." in shown
    assert "<b>Retracted</b>" in shown
    assert ">0.912<" in shown


def test_nothing_of_a_record_runs():
    shown = PAGE._repr_html_()
    assert "<mark>Bees</mark> &lt;img src=x onerror=alert(1)&gt; <mark>fly</mark> &amp; sleep." in shown
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; bees" in shown
    assert not any(tag in shown for tag in ("<script", "<img", "<u>", "<b>J"))


def test_an_empty_page_has_no_table():
    shown = page()._repr_html_()
    assert "none of" in shown
    assert "<table" not in shown


def test_a_page_is_a_table_of_pandas():
    import pandas as pd

    table = PAGE.to_pandas()
    assert list(table.columns) == list(COLUMNS)
    assert table["pmid"].tolist() == [900000001, 900000002]
    assert table.loc[0, "authors"] == list(map(str, STUDY.authors))
    assert table.loc[0, "doi"] == "10.0000/sample.1"
    assert pd.isna(table.loc[1, "year"])
    assert table.loc[1, "retraction"] == "retracted"
    assert (table.dtypes == page().to_pandas().dtypes).all()


def test_a_page_is_a_table_of_arrow_with_one_schema():
    table = PAGE.to_arrow()
    assert table.schema == page().to_arrow().schema
    assert table.column_names == list(COLUMNS)
    assert table["evidence"].to_pylist() == ["It did.", EVIDENCE.text]
    assert table["types"].to_pylist()[0] == ["Journal Article"]


@pytest.mark.parametrize(("method", "package"), [("to_pandas", "pandas"), ("to_arrow", "pyarrow")])
def test_a_missing_package_is_said_with_what_to_type(monkeypatch, method, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"{method}\(\) needs {package}, which is not installed:\n  pip install"):
        getattr(PAGE, method)()
