"""Which sentence is quoted, and where it stands."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.matches import Translation
from index.records.article import Article, Section
from search.evidence.evidence import EvidenceTerms, read_article
from search.evidence.sentence_similarity import closest
from search.evidence.sentences import split
from search.evidence.synonyms import Synonym
from search.query.query import Interpretation, Span, Term
from search.query.query_reader import read_query
from tests.support.fakes.fake_index import FakeIndex, article, stems

LABELLED = [
    ("BACKGROUND", "Diabetes is common. Metformin may prevent cancer. "),
    ("RESULTS", "  Users of metformin had fewer cancers (HR 0.82).  Calcium stayed normal."),
    ("CONCLUSIONS", "More work is needed."),
]
STUDY = article(900000001, title="A cohort study of diabetes", abstract=LABELLED)


def match(query: str, record=STUDY, others=(), synonyms=()):
    index = FakeIndex([record, *others])
    terms = EvidenceTerms.of(read_query(query, None, stems).read_as, index)
    return read_article(record, replace(terms, synonyms=synonyms), index)


def test_the_sentence_that_shares_most_with_the_query_is_quoted_with_its_section():
    evidence = match("metformin hr").evidence
    assert evidence.text == "Users of metformin had fewer cancers (HR 0.82)."
    assert evidence.section == "RESULTS"


def test_the_offsets_stand_in_the_abstract_and_the_spans_in_the_sentence():
    evidence = match("does metformin lower cancer hr?").evidence
    assert STUDY.abstract[evidence.start : evidence.end] == evidence.text
    assert [evidence.text[span.start : span.end] for span in evidence.spans] == ["metformin", "cancers", "HR"]


def test_of_sentences_that_share_equally_much_the_last_is_quoted():
    assert match("metformin cancer").evidence.section == "RESULTS"


def test_a_rare_word_outweighs_common_ones():
    others = [article(900000100 + number, abstract="Metformin and cancer.") for number in range(30)]
    evidence = match("metformin cancer calcium", others=others).evidence
    assert evidence.text == "Calcium stayed normal."


def test_weights_fall_with_frequency_as_worked_by_hand():
    index = FakeIndex([article(900000001, abstract="rare often"), article(900000002, abstract="often")])
    terms = (Term("rare", "rare"), Term("often", "often"), Term("never", "never"))
    weights = EvidenceTerms.of(Interpretation(terms, None, ""), index).weights
    assert weights["rare"] == pytest.approx(math.log(1 + 1.5 / 1.5))
    assert weights["often"] == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert weights["never"] == pytest.approx(math.log(1 + 2.5 / 0.5))


def test_common_words_are_not_marked():
    evidence = match("what is the risk of metformin").evidence
    assert evidence.spans == (Span(9, 18),)


def test_matched_words_are_those_of_title_and_abstract_as_typed():
    assert match("Cohorts of metformin users in Sweden").matched == ("cohorts", "metformin", "users")


def test_a_record_without_abstract_has_matched_words_but_no_evidence():
    titled = match("diabetes", article(900000002, title="Diabetes in men"))
    assert (titled.matched, titled.evidence, titled.sentences) == (("diabetes",), None, ())


def test_a_record_without_title_is_read_by_its_abstract():
    assert match("bees", article(900000002, title=None, abstract="Bees fly.")).matched == ("bees",)


def test_a_word_in_the_title_alone_leaves_the_choice_of_the_sentence_to_meaning():
    assert match("cohort").evidence is None
    assert match("cohort").matched == ("cohort",)


def test_the_answer_at_the_end_goes_before_the_question_at_the_beginning():
    record = article(1, abstract="Does honey of wild bees heal wounds? Bees lived. Wild honey did heal. We thank them.")
    assert match("honey of wild bees heal wounds", record).candidates[0].sentence.text.startswith("Does")
    assert match("does wild honey heal?", record).evidence.text == "Wild honey did heal."


def test_the_score_of_a_sentence_is_as_worked_by_hand():
    record = article(1, abstract="Bees fly. Wasps sting. Bees sting.")
    candidates = match("bees sting", record, [article(2, abstract="bees"), article(3, abstract="sting")]).candidates
    assert [(candidate.sentence.text, candidate.score) for candidate in candidates] == [
        ("Bees sting.", pytest.approx(1 + 0.2)),
        ("Wasps sting.", pytest.approx(1 / 2 + 0.2 * 2 / 3)),
        ("Bees fly.", pytest.approx(1 / 2 + 0.2 / 3)),
    ]


def test_a_synonym_counts_as_what_it_stands_for_and_is_marked():
    record = article(1, abstract="Infarction is bad. Myocardial infarctions fell. Hearts beat.")
    heart_attack = Synonym(("myocardial", "infarction"), frozenset({"heart", "attack"}))
    evidence = match("heart attack", record, synonyms=(heart_attack,)).evidence
    assert evidence.text == "Myocardial infarctions fell."
    assert [evidence.text[span.start : span.end] for span in evidence.spans] == ["Myocardial", "infarctions"]
    assert match("heart attack", record).evidence.text == "Hearts beat."


def test_the_other_names_of_a_heading_that_the_query_names_are_looked_for_too():
    heading = Translation("heart attack", "Myocardial Infarction", ("Heart Attack", "Infarction, Myocardial", "MI"))
    read_as = replace(read_query("heart attack mice", None, stems).read_as, translations=(heading,))
    synonyms = EvidenceTerms.of(read_as, FakeIndex([])).synonyms
    means = frozenset({"heart", "attack"})
    assert synonyms == (Synonym(("myocardial", "infarction"), means), Synonym(("infarction", "myocardial"), means))


@pytest.mark.parametrize("typed", ["heart failure", "hf"])
def test_an_abbreviation_that_the_article_explains_is_marked_for_its_long_form_and_vice_versa(typed):
    record = article(1, abstract="Heart failure (HF) was seen. It rose. HF fell.")
    best = {candidate.sentence.text: candidate.evidence for candidate in match(typed, record).candidates}
    last, first = best["HF fell."], best["Heart failure (HF) was seen."]
    assert [last.text[span.start : span.end] for span in last.spans] == ["HF"]
    assert [first.text[span.start : span.end] for span in first.spans] == ["Heart", "failure", "HF"]


def quoted(abstract: str, question: str, cosines: list[float] | None) -> str | None:
    matches = match(question, article(1, abstract=abstract))
    best = closest(matches, None if cosines is None else np.array(cosines, dtype=np.float32))
    return best and best.sentence.text


def test_meaning_words_and_place_are_added_as_worked_by_hand():
    abstract = "bb aa. bb zz. yy. xx."
    # All words .8; the places .075, .15, .225 and .3.
    assert quoted(abstract, "bb", [0.0, 0.0, 0.0, 0.0]) == "bb zz."
    assert quoted(abstract, "bb", [0.08, 0.0, 0.0, 0.0]) == "bb aa."
    assert quoted(abstract, "bb", [0.0, 0.0, 0.0, 0.6]) == "bb zz."
    assert quoted(abstract, "bb", [0.0, 0.0, 0.0, 0.7]) == "xx."


def test_a_sentence_that_shares_no_word_is_quoted_by_meaning():
    assert quoted("aa. zzz. ppp.", "qq", [0.9, 0.2, 0.1]) == "aa."
    assert quoted("aa. zzz. ppp.", "qq", [0.1, 0.1, 0.1]) == "ppp.", "the last of those equally near"


@pytest.mark.parametrize("cosines", [None, [0.9], [0.9, 0.9, 0.9, 0.9]])
def test_without_the_cosines_of_this_abstract_words_choose(cosines):
    assert quoted("aa. bb. cc.", "bb", cosines) == "bb."
    assert quoted("aa. bb. cc.", "qq", cosines) is None


def test_an_abstract_without_sentences_has_nothing_to_quote():
    assert quoted("", "bb", []) is None


def test_blank_sections_hold_no_sentence():
    assert split(article(1, abstract=[("A", " "), ("B", "Bees fly.")]), FakeIndex([]))[0].start == 2


def test_a_section_of_a_label_alone_moves_nothing():
    record = Article(1, sections=(Section("LEVEL", None, "", ()), Section(None, None, "Bees fly.", (0,))))
    [sentence] = split(record, FakeIndex([record]))
    assert record.abstract[sentence.start :] == sentence.text == "Bees fly."


@given(st.lists(st.text("ab .\n", max_size=30), max_size=4))
def test_every_sentence_and_every_word_is_where_it_says(pieces):
    record = article(1, abstract=[(None, text) for text in pieces])
    for sentence in split(record, FakeIndex([record])):
        evidence = sentence.marked(sentence.tokens)
        assert record.abstract[evidence.start : evidence.end] == evidence.text == evidence.text.strip() != ""
        assert [evidence.text[span.start : span.end] for span in evidence.spans] == re.findall(r"\w+", evidence.text)


@given(st.lists(st.text("ab .\n", max_size=30), max_size=4))
def test_only_words_of_the_query_are_marked(pieces):
    record = article(1, abstract=[(None, text) for text in pieces])
    for candidate in match("a", record).candidates:
        evidence = candidate.evidence
        assert [evidence.text[span.start : span.end] for span in evidence.spans] == re.findall(r"\ba\b", evidence.text)


def test_a_word_across_a_sentence_boundary_is_in_no_sentence():
    # A splitter may cut inside what the analyser sees as one word.
    record = Article(1, sections=(Section(None, None, "betacell fades", (0, 4)),))
    sentences = split(record, FakeIndex([record]))
    assert [[token.stem for token in sentence.tokens] for sentence in sentences] == [[], ["fade"]]
