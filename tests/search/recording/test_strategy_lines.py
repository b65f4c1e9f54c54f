"""Strategies of several lines and earlier searches, searched and recorded by a real searcher."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.library.layout import Library
from search import Searcher
from search.recording.prisma_markdown import record_markdown

STRATEGY = "#1 bees[ti]\n#2 metformin[ti]\n#3 prescribing[ti]\n#4 #1 OR #2"


@pytest.fixture(scope="module")
def pubmed(small_library: Library) -> Iterator[Searcher]:
    with Searcher.open(small_library.path) as searcher:
        yield searcher


def test_numbered_lines_find_what_their_brackets_find(pubmed: Searcher):
    expected = set(pubmed.pmids("(bees[ti]) OR (metformin[ti])"))
    assert expected
    assert set(pubmed.pmids(STRATEGY)) == expected
    assert pubmed.search(STRATEGY).total == len(expected)


def test_earlier_searches_are_combined_by_their_numbers(pubmed: Searcher):
    history = ["bees[ti]", "metformin[ti]", "#1 OR #2"]
    page = pubmed.search("#3 NOT #2", history=history)
    assert page.total == pubmed.total("((bees[ti]) OR (metformin[ti])) NOT (metformin[ti])")
    assert pubmed.search(page.query.text).total == page.total, "the text says all that was searched"
    assert pubmed.search("does metformin help?", history=history).query.text == "does metformin help?"


def test_the_record_has_each_line_with_what_it_finds_and_repeats(pubmed: Searcher):
    record = pubmed.record(STRATEGY)
    counts = {"bees[ti]": pubmed.total("bees[ti]"), "metformin[ti]": pubmed.total("metformin[ti]")}
    assert record.read_as["lines"] == [
        {"line": 1, "text": "bees[ti]", "count": counts["bees[ti]"]},
        {"line": 2, "text": "metformin[ti]", "count": counts["metformin[ti]"]},
        {"line": 4, "text": "#1 OR #2", "count": pubmed.total(STRATEGY)},
    ]
    markdown = record_markdown(record, replay="x.json")
    assert "Line by line, each with the articles that it finds by itself" in markdown
    assert f"#1  {counts['bees[ti]']:>9,}  bees[ti]" in markdown
    assert pubmed.replay(record).verdict == "same"
    assert "Line by line" not in record_markdown(replace(record, read_as={"says": "bees"}), replay="x.json")


def test_a_line_of_plain_words_is_recorded_with_what_it_adds_to_the_line_that_uses_it(pubmed: Searcher):
    record = pubmed.record("#1 bees\n#2 metformin[ti]\n#3 #1 OR #2")
    assert [line["count"] for line in record.read_as["lines"]] == [
        pubmed.total("bees OR bees"),
        pubmed.total("metformin[ti]"),
        record.listed.total,
    ]
    assert pubmed.total("bees OR bees") < pubmed.count
    literal = pubmed.record("#1 bees\n#2 metformin[ti]\n#3 #1 OR #2", mapping=False)
    assert literal.read_as["lines"][0]["count"] == pubmed.total("bees OR bees", mapping=False)


def test_a_misspelled_word_of_a_strategy_is_put_right_in_its_line(pubmed: Searcher):
    [suggestion] = pubmed.search("#1 metforminn\n#2 bees[ti]\n#3 #1 OR #2").query.read_as.suggestions
    assert suggestion.text == "#1 metformin\n#2 bees[ti]\n#3 #1 OR #2"
