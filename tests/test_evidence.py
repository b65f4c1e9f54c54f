"""Which sentence is quoted, and where it stands."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Section
from search.closeness import closest
from search.evidence import read_article, split, weigh
from search.hits import Span
from search.query import Term, read_query
from tests.fake_index import FakeEncoder, FakeIndex, article, stems

LABELLED = [
    ("BACKGROUND", "Diabetes is common. Metformin may prevent cancer. "),
    ("RESULTS", "  Users of metformin had fewer cancers (HR 0.82).  Calcium stayed normal."),
    ("CONCLUSIONS", "More work is needed."),
]
STUDY = article(900000001, title="A cohort study of diabetes", abstract=LABELLED)


def reading(question: str, one=STUDY, others=()):
    index = FakeIndex([one, *others])
    terms = read_query(question, None, stems).read_as.distinct
    return read_article(one, terms, weigh(terms, index), index)


def test_the_sentence_that_shares_most_with_the_query_is_quoted_with_its_section():
    evidence = reading("metformin hr").evidence
    assert evidence.text == "Users of metformin had fewer cancers (HR 0.82)."
    assert evidence.section == "RESULTS"


def test_the_offsets_stand_in_the_abstract_and_the_spans_in_the_sentence():
    evidence = reading("does metformin lower cancer hr?").evidence
    assert STUDY.abstract[evidence.start : evidence.end] == evidence.text
    assert [evidence.text[span.start : span.end] for span in evidence.spans] == ["metformin", "cancers", "HR"]


def test_of_sentences_that_share_equally_much_the_last_is_quoted():
    assert reading("metformin cancer").evidence.section == "RESULTS"


def test_a_rare_word_outweighs_common_ones():
    others = [article(900000100 + number, abstract="Metformin and cancer.") for number in range(30)]
    evidence = reading("metformin cancer calcium", others=others).evidence
    assert evidence.text == "Calcium stayed normal."


def test_weights_fall_with_frequency_as_worked_by_hand():
    index = FakeIndex([article(900000001, abstract="rare often"), article(900000002, abstract="often")])
    weights = weigh((Term("rare", "rare"), Term("often", "often"), Term("never", "never")), index)
    assert weights["rare"] == pytest.approx(math.log(1 + 1.5 / 1.5))
    assert weights["often"] == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert weights["never"] == pytest.approx(math.log(1 + 2.5 / 0.5))


def test_common_words_are_not_marked():
    evidence = reading("what is the risk of metformin").evidence
    assert evidence.spans == (Span(9, 18),)


def test_matched_words_are_those_of_title_and_abstract_as_typed():
    assert reading("Cohorts of metformin users in Sweden").matched == ("cohorts", "metformin", "users")


def test_a_record_without_abstract_has_matched_words_but_no_evidence():
    titled = reading("diabetes", article(900000002, title="Diabetes in men"))
    assert (titled.matched, titled.evidence, titled.sentences) == (("diabetes",), None, ())


def test_a_record_without_title_is_read_by_its_abstract():
    assert reading("bees", article(900000002, title=None, abstract="Bees fly.")).matched == ("bees",)


def test_a_word_in_the_title_alone_leaves_the_choice_of_the_sentence_to_meaning():
    assert reading("cohort").evidence is None
    assert reading("cohort").matched == ("cohort",)


def sentences(abstract: str):
    return split(article(1, abstract=abstract), set(), FakeIndex([]))


def test_the_nearest_of_the_last_sentences_stands_in_where_no_word_is_shared():
    encoder = FakeEncoder()
    abstracts = [sentences("ab ab. aaa bbb. ccc. ddd."), (), sentences("aa. zzz. ppp.")]
    vector = encoder.encode(["ab"])[0]
    assert [found and found.text for found in closest(abstracts, vector, encoder)] == ["aaa bbb.", None, "aa."]
    assert encoder.calls[1:] == [["aaa bbb.", "ccc.", "ddd.", "aa.", "zzz.", "ppp."]], "the last three, in one call"


def test_of_sentences_equally_near_the_last_stands_in():
    encoder = FakeEncoder()
    assert closest([sentences("aa. zzz. ppp.")], encoder.encode(["qq"])[0], encoder)[0].text == "ppp."


def test_only_the_best_ranked_abstracts_of_a_page_are_compared_by_meaning():
    encoder = FakeEncoder()
    found = closest([sentences("aa. bb.")] * 10, encoder.encode(["a"])[0], encoder)
    assert [one is None for one in found] == [False] * 8 + [True] * 2


def test_nothing_to_compare_asks_no_model():
    encoder = FakeEncoder()
    assert closest([()], None, encoder) == [None]
    assert closest([], None, encoder) == []
    assert encoder.calls == []


def test_blank_sections_hold_no_sentence():
    assert split(article(1, abstract=[("A", " "), ("B", "Bees fly.")]), set(), FakeIndex([]))[0].start == 2


@given(st.lists(st.text("ab .\n", max_size=30), max_size=4))
def test_every_sentence_and_every_span_is_where_it_says(texts):
    one = article(1, abstract=[(None, text) for text in texts])
    for sentence in split(one, {"a"}, FakeIndex([one])):
        evidence = sentence.as_evidence()
        assert one.abstract[evidence.start : evidence.end] == evidence.text == evidence.text.strip() != ""
        assert [evidence.text[span.start : span.end] for span in evidence.spans] == re.findall(r"\ba\b", evidence.text)


def test_a_word_across_a_sentence_boundary_marks_nothing_outside_the_sentence():
    # A splitter may cut inside what the analyser sees as one word.
    cut = Article(1, sections=(Section(None, None, "betacell fades", (0, 4)),))
    found = split(cut, {"betacell", "fade"}, FakeIndex([cut]))
    assert [[token.stem for token in sentence.matches] for sentence in found] == [[], ["fade"]]
