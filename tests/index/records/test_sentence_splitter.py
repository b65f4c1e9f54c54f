"""Sentences: cut where a reader would, and never a character lost."""

import gzip
import time
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

import index.records.sentence_splitter
from index.parsing.article_parser import parse_article
from index.records.article import Section
from index.records.sentence_splitter import sentence_starts


def sentences(text: str, language: str | None = "eng") -> list[str]:
    section = Section(None, None, text, sentence_starts(text, language))
    return [sentence for _, sentence in section.sentences()]


def test_a_section_is_cut_at_its_sentences() -> None:
    text = "We asked 12 adults (P < .05). They answered at 37.5 °C, i.e. warm.  Dr. Okafor et al. agreed!"
    assert sentences(text) == [
        "We asked 12 adults (P < .05). ",
        "They answered at 37.5 °C, i.e. warm.  ",
        "Dr. Okafor et al. agreed!",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We grew Cladophora sp. and two other algae in a pond.",
        "Salmonella spp. infection was rare.",
        "The var. nana was planted.",
        "It has an apparent mol. wt. of 33 000.",
    ],
)
def test_an_abbreviation_before_a_small_word_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_a_sentence_may_begin_with_the_small_letter_of_a_name() -> None:
    text = "It fell in the cells. mTOR rose. miR-590 did not. p53 stayed."
    assert sentences(text) == ["It fell in the cells. ", "mTOR rose. ", "miR-590 did not. ", "p53 stayed."]


def test_a_number_belongs_to_what_it_numbers() -> None:
    assert sentences("1. First we slept. 2. Then we woke.") == ["1. First we slept. ", "2. Then we woke."]


def test_an_empty_text_has_no_sentence() -> None:
    assert sentence_starts("") == ()
    assert sentences("") == []


def test_other_languages_are_cut_too() -> None:
    assert sentences("我们研究了二十人。结果很好。", "chi") == ["我们研究了二十人。", "结果很好。"]
    assert sentences("Wir sahen z. B. drei Fälle. Sie genasen.", "ger") == [
        "Wir sahen z. B. drei Fälle. ",
        "Sie genasen.",
    ]
    assert (
        sentences("One here. Two there.", "und")
        == sentences("One here. Two there.", None)
        == ["One here. ", "Two there."]
    )


@given(st.text(), st.sampled_from(["eng", "chi", "ara", "xxx", None]))
@example(" \u2009. ", "eng")
@example("a.\x00b", "eng")
@example("A.\r\nB.\u2028C.", "eng")
@example("🧬. 🧬. e\u0301. ", "eng")
def test_the_sentences_join_to_the_text_and_none_is_empty(text: str, language: str | None) -> None:
    parts = sentences(text, language)
    assert "".join(parts) == text
    assert all(parts)


def test_a_splitter_that_loses_text_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.records.sentence_splitter.sentencex, "segment", lambda _language, text: [text[:3]])
    assert sentence_starts("One. Two.") == (0,)


@pytest.mark.fault("F10")
@pytest.mark.parametrize("unit", ["We did it in vivo. ", "word ", "a.b. ", '("x', "1. "])
def test_ten_megabytes_are_cut_in_seconds(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    started = time.monotonic()
    starts = sentence_starts(text)
    assert time.monotonic() - started < 30  # a guard against quadratic behaviour: it takes one or two
    assert starts[0] == 0
    assert starts[-1] < len(text)


def test_every_section_of_2000_real_records_joins_from_its_sentences(sample_file: Path) -> None:
    with gzip.open(sample_file) as file:
        elements = islice(etree.iterparse(file, tag="PubmedArticle"), 2000)
        sections = [section for _, element in elements for section in parse_article(element).sections]
    assert len(sections) > 2000
    for section in sections:
        assert "".join(sentence for _, sentence in section.sentences()) == section.text
