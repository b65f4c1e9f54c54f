"""What the terminal shows: exact output, widths, weight and safety."""

import io
import re
from dataclasses import replace

import pytest

from index.core.control_characters import safe
from index.records.article import Article, Author, Identifier, Journal, Link, PublicationDate
from search.cli.screen import Terminal
from search.cli.terminal import page_text
from search.query.query import Interpretation, Query, Span, Suggestion
from search.results import Evidence, Hit, Page, Why
from tests.support.fakes.fake_index import article

STUDY = article(
    900000001,
    title="Metformin use and the incidence of colorectal cancer in adults with type 2 diabetes: a cohort study",
    authors=tuple(Author(name, None, "N") for name in ("Okafor", "Lindqvist", "Adeyemi", "Rossi")),
    journal=Journal(title="Journal of Sample Records", iso_abbreviation="J Sample Rec"),
    published=PublicationDate(medline_date="2019 Mar-Apr", first="2019-03-01", last="2019-04-30"),
    ids=(Identifier("doi", "10.0000/sample.1"),),
    types=("Journal Article", "Randomized Controlled Trial"),
)
EVIDENCE = Evidence(
    "Ever-users of metformin had a lower incidence of colorectal cancer than never-users, hazard ratio 0.82.",
    "RESULTS",
    0,
    103,
    (Span(14, 23), Span(60, 66)),
)
BARE = Article(900000002)
RETRACTED = replace(BARE, title="Bees", links=(Link("RetractionIn"),))


def hit(record: Article, evidence: Evidence | None = None) -> Hit:
    return Hit(record, 0.91, evidence, Why(0.83, 12.4, ("metformin", "cancer")))


def page(*hits: Hit, says: str = "metformin, cancer; by meaning and words", **fields) -> Page:
    query = Query("metformin cancer", "metformin cancer", Interpretation((), None, says))
    defaults = {"offset": 0, "total": 2143, "total_is": "exact", "passing": 2143, "build": "b", "model": "m"}
    return Page(query, hits, **defaults | {"seconds": 0.0412} | fields)


def test_a_page_at_80_columns_is_exactly_this():
    assert (
        page_text(page(hit(STUDY, EVIDENCE), hit(RETRACTED), hit(BARE)), Terminal(80))
        == """\
Read as: metformin, cancer; by meaning and words

 1  Metformin use and the incidence of colorectal cancer in adults with type 2
    diabetes: a cohort study
    Okafor N, Lindqvist N, Adeyemi N, et al. · J Sample Rec · 2019 Mar-Apr
    PMID 900000001 · doi:10.0000/sample.1 · Randomized Controlled Trial
    RESULTS: Ever-users of metformin had a lower incidence of colorectal cancer
    than never-users, hazard ratio 0.82.

 2  RETRACTED: Bees
    PMID 900000002

 3  (no title)
    PMID 900000002

1-3 of 2,143 articles, ranked · build b · m · 41 ms
"""
    )


def test_a_page_without_hits_says_so_and_which_index_answered():
    assert page_text(page(total=0, passing=0), Terminal()) == (
        "Read as: metformin, cancer; by meaning and words\n\nNo article matches · build b · m · 41 ms\n"
    )
    nothing = page_text(page(total=0), Terminal())
    assert "No article is relevant to this question. --whole lists all 2,143 of the library" in " ".join(
        nothing.split()
    )


def test_a_later_page_counts_on():
    text = page_text(page(hit(BARE), offset=20), Terminal())
    assert "\n21  (no title)\n" in text
    assert "21-21 of 2,143 articles" in text
    text = page_text(page(hit(BARE), total=43, total_is="at least"), Terminal())
    assert "1-1 of at least 43 relevant articles of 2,143, ranked" in " ".join(text.split())


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_wider_than_the_terminal(width):
    text = page_text(page(hit(STUDY, EVIDENCE), hit(RETRACTED), says="word, " * 60), Terminal(width))
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [40, 47, 80])
def test_colour_changes_nothing_but_the_weight(width):
    plain = page_text(page(hit(STUDY, EVIDENCE), hit(RETRACTED)), Terminal(width))
    coloured = page_text(page(hit(STUDY, EVIDENCE), hit(RETRACTED)), Terminal(width, colour=True))
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert "\x1b[1mmetformin\x1b[0m had" in coloured
    assert "\x1b[1m\x1b[31mRETRACTED: \x1b[0m\x1b[1mBees\x1b[0m" in coloured


@pytest.mark.parametrize("width", range(40, 101))
def test_every_line_of_the_evidence_begins_where_the_text_above_it_does_and_marks_the_same_words(width):
    text = page_text(page(hit(BARE, EVIDENCE)), Terminal(width, colour=True))
    lines = [line for line in text.split("\n\n")[1].splitlines() if line.startswith("    ")][1:]
    assert all(line[4] != " " and line == line.rstrip() for line in lines)
    assert re.findall(r"\x1b\[1m(.*?)\x1b\[0m", " ".join(lines)) == ["metformin", "cancer"]


def test_a_marked_word_broken_over_two_lines_is_marked_on_both():
    evidence = Evidence("a" * 60, None, 0, 60, (Span(0, 60),))
    lines = [
        line for line in page_text(page(hit(BARE, evidence)), Terminal(40, colour=True)).splitlines() if "aa" in line
    ]
    assert [line.strip() for line in lines] == [f"\x1b[1m{'a' * 36}\x1b[0m", f"\x1b[1m{'a' * 24}\x1b[0m"]


@pytest.mark.fault("R18")
def test_markup_that_was_escaped_twice_is_left_out_and_the_marks_stay_on_their_words():
    text = "The &lt;i&gt;QUUX&lt;/i&gt; gene helped."
    evidence = Evidence(text, None, 0, len(text), (Span(text.index("gene"), text.index("gene") + 4),))
    record = article(900000001, title="An &lt;i&gt;E. coli&lt;/i&gt; study")
    shown = page_text(page(hit(record, evidence)), Terminal(80, colour=True))
    assert "The QUUX \x1b[1mgene\x1b[0m helped." in shown
    assert "An E. coli study" in shown


def test_control_characters_of_a_record_do_not_reach_the_terminal():
    evil = "x\x1b]0;owned\x07\x9b31m\r\u202egnp.exe\u2028y\ud800"
    record = article(
        900000001,
        title=evil,
        authors=(Author(evil),),
        journal=Journal(iso_abbreviation=evil),
        ids=(Identifier("doi", evil),),
        types=(evil,),
        published=PublicationDate(medline_date=evil),
    )
    text = page_text(page(hit(record, Evidence(evil, evil, 0, len(evil))), says=evil), Terminal())
    assert text.count("owned") >= 7
    assert set(text) & set("\x1b\x07\x9b\r\u202e\u2028\ud800") == set()
    text.encode()


def test_making_a_text_safe_keeps_its_length_and_every_letter():
    assert safe("a\x00b\u2067c") == "a b c"
    assert safe("β-блокатор 日本 é") == "β-блокатор 日本 é"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "colour"),
    [
        (Screen(), {"TERM": "xterm"}, True),
        (Screen(), {"NO_COLOR": "1"}, False),
        (Screen(), {"NO_COLOR": ""}, True),
        (Screen(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colour_needs_a_terminal_and_respects_no_color(stream, environment, colour):
    assert Terminal.of(stream, environment).colour is colour


@pytest.mark.parametrize(("columns", "width"), [("72", 72), ("20", 40), ("300", 100)])
def test_the_width_is_the_terminals_within_bounds(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert Terminal.of(Screen()).width == width
    assert Terminal.of(io.StringIO()).width == 80


def test_a_misspelled_word_is_offered_put_right():
    suggestion = Suggestion("metfromin", "metformin", "metformin cancer")
    read_as = Interpretation(
        (), None, "metfromin", warnings=("No article has 'metfromin'.",), suggestions=(suggestion,)
    )
    corrected = replace(page(), query=Query("Metfromin cancer", "", read_as))
    assert "\n\nNote: No article has 'metfromin'.\nDid you mean: metformin cancer\n\n" in page_text(
        corrected, Terminal(80)
    )
