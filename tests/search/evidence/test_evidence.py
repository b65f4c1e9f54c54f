"""Which sentence is quoted, and where it stands."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical.matches import Translation
from index.records.article import Article, Section
from search.evidence.evidence import EvidenceTerms, read_article
from search.evidence.sentence_similarity import closest, compared
from search.evidence.sentences import split
from search.evidence.synonyms import Synonym, definitions
from search.query.query import Interpretation, Span, Term
from search.query.query_reader import read_query
from search.serving.sentence_vectors import SENTENCES_KEPT, SentenceVectors
from tests.support.fakes.fake_index import FakeEncoder, FakeIndex, article, stems

LABELLED = [
    ("BACKGROUND", "Diabetes is common. Metformin may prevent cancer. "),
    ("RESULTS", "  Users of metformin had fewer cancers (HR 0.82).  Calcium stayed normal."),
    ("CONCLUSIONS", "More work is needed."),
]
STUDY = article(900000001, title="A cohort study of diabetes", abstract=LABELLED)


def reading(question: str, one=STUDY, others=(), synonyms=()):
    index = FakeIndex([one, *others])
    wanted = EvidenceTerms.of(read_query(question, None, stems).read_as, index)
    return read_article(one, replace(wanted, synonyms=synonyms), index)


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
    terms = (Term("rare", "rare"), Term("often", "often"), Term("never", "never"))
    weights = EvidenceTerms.of(Interpretation(terms, None, ""), index).weights
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


def test_the_answer_at_the_end_goes_before_the_question_at_the_beginning():
    one = article(1, abstract="Does honey of wild bees heal wounds? Bees lived. Wild honey did heal. We thank them.")
    assert reading("honey of wild bees heal wounds", one).candidates[0].sentence.text.startswith("Does")
    assert reading("does wild honey heal?", one).evidence.text == "Wild honey did heal."


def test_the_worth_of_a_sentence_is_as_worked_by_hand():
    one = article(1, abstract="Bees fly. Wasps sting. Bees sting.")
    found = reading("bees sting", one, [article(2, abstract="bees"), article(3, abstract="sting")]).candidates
    assert [(each.sentence.text, each.worth) for each in found] == [
        ("Bees sting.", pytest.approx(1 + 0.2)),
        ("Wasps sting.", pytest.approx(1 / 2 + 0.2 * 2 / 3)),
        ("Bees fly.", pytest.approx(1 / 2 + 0.2 / 3)),
    ]


def test_a_synonym_counts_as_what_it_stands_for_and_is_marked():
    one = article(1, abstract="Infarction is bad. Myocardial infarctions fell. Hearts beat.")
    heart_attack = Synonym(("myocardial", "infarction"), frozenset({"heart", "attack"}))
    evidence = reading("heart attack", one, synonyms=(heart_attack,)).evidence
    assert evidence.text == "Myocardial infarctions fell."
    assert [evidence.text[span.start : span.end] for span in evidence.spans] == ["Myocardial", "infarctions"]
    assert reading("heart attack", one).evidence.text == "Hearts beat."


def test_the_other_names_of_a_heading_that_the_query_names_are_looked_for_too():
    heading = Translation("heart attack", "Myocardial Infarction", ("Heart Attack", "Infarction, Myocardial", "MI"))
    read_as = replace(read_query("heart attack mice", None, stems).read_as, translations=(heading,))
    found = EvidenceTerms.of(read_as, FakeIndex([])).synonyms
    means = frozenset({"heart", "attack"})
    assert found == (Synonym(("myocardial", "infarction"), means), Synonym(("infarction", "myocardial"), means))


@pytest.mark.parametrize("typed", ["heart failure", "hf"])
def test_an_abbreviation_that_the_article_explains_is_marked_for_its_long_form_and_the_other_way_round(typed):
    one = article(1, abstract="Heart failure (HF) was seen. It rose. HF fell.")
    best = {each.sentence.text: each.evidence for each in reading(typed, one).candidates}
    last, first = best["HF fell."], best["Heart failure (HF) was seen."]
    assert [last.text[span.start : span.end] for span in last.spans] == ["HF"]
    assert [first.text[span.start : span.end] for span in first.spans] == ["Heart", "failure", "HF"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("patients with heart failure (HF) and", [("HF", "heart failure")]),
        ("the tumor necrosis factor alpha (TNF-a) level", [("TNF-a", "tumor necrosis factor alpha")]),
        ("angiotensin-converting enzyme 2 [ACE2], which", [("ACE2", "angiotensin-converting enzyme 2")]),
        ("in men (OR 2.1)", []),
        ("in men (HR)", []),
        ("we saw it (see Table)", []),
        ("(HF) at the start", []),
        ("", []),
    ],
)
def test_abbreviations_are_those_whose_letters_the_words_before_have(text, found):
    assert list(definitions(text)) == found


def vectors() -> tuple[SentenceVectors, FakeEncoder]:
    index = FakeIndex([])
    return SentenceVectors(index), index.encoder


def choice(abstract: str, question: str = "qq"):
    return compared(reading(question, article(1, abstract=abstract)))


def texts(found) -> list[str | None]:
    return [one and one.sentence.text for one in found]


def test_meaning_chooses_among_the_two_best_by_words():
    kept, encoder = vectors()
    choices = [choice("bb aa. bb zz. bb yy. xx.", "bb")]
    assert texts(choices[0]) == ["bb yy.", "bb zz."]
    assert texts(closest(choices, encoder.encode(["bb zz"])[0], kept)) == ["bb zz."]
    assert texts(closest(choices, encoder.encode(["bb yy"])[0], kept)) == ["bb yy."]


def test_the_nearest_of_the_last_sentences_stands_in_where_no_word_is_shared():
    kept, encoder = vectors()
    choices = [choice("ab ab. aaa bbb. ccc. ddd."), (), choice("aa. zzz. ppp.")]
    vector = encoder.encode(["ab"])[0]
    assert texts(closest(choices, vector, kept)) == ["aaa bbb.", None, "aa."]
    assert encoder.calls[1:] == [["aaa bbb.", "ccc.", "ddd.", "aa.", "zzz.", "ppp."]], "the last three, in one call"
    assert texts(closest(choices, vector, kept)) == ["aaa bbb.", None, "aa."]
    assert len(encoder.calls) == 2, "what was encoded is remembered"


def test_of_sentences_equally_near_the_last_stands_in():
    kept, encoder = vectors()
    assert texts(closest([choice("aa. zzz. ppp.")], encoder.encode(["qq"])[0], kept)) == ["ppp."]


def test_nothing_to_compare_asks_no_model():
    kept, encoder = vectors()
    assert closest([()], None, kept) == [None]
    assert closest([], None, kept) == []
    assert encoder.calls == []


def test_no_more_sentences_are_remembered_than_said():
    kept, encoder = vectors()
    kept.cosines([f"a {number}" for number in range(SENTENCES_KEPT + 1)], encoder.encode(["a"])[0])
    kept.cosines(["a 1"], encoder.encode(["a"])[0])
    assert encoder.calls[-1] == ["a"], "the last ones are still there"
    kept.cosines(["a 0"], encoder.encode(["a"])[0])
    assert encoder.calls[-1] == ["a 0"], "the first one had to go"


def test_blank_sections_hold_no_sentence():
    assert split(article(1, abstract=[("A", " "), ("B", "Bees fly.")]), FakeIndex([]))[0].start == 2


def test_a_section_of_a_label_alone_moves_nothing():
    one = Article(1, sections=(Section("LEVEL", None, "", ()), Section(None, None, "Bees fly.", (0,))))
    [sentence] = split(one, FakeIndex([one]))
    assert one.abstract[sentence.start :] == sentence.text == "Bees fly."


@given(st.lists(st.text("ab .\n", max_size=30), max_size=4))
def test_every_sentence_and_every_word_is_where_it_says(pieces):
    one = article(1, abstract=[(None, text) for text in pieces])
    for sentence in split(one, FakeIndex([one])):
        evidence = sentence.marked(sentence.tokens)
        assert one.abstract[evidence.start : evidence.end] == evidence.text == evidence.text.strip() != ""
        assert [evidence.text[span.start : span.end] for span in evidence.spans] == re.findall(r"\w+", evidence.text)


@given(st.lists(st.text("ab .\n", max_size=30), max_size=4))
def test_only_words_of_the_query_are_marked(pieces):
    one = article(1, abstract=[(None, text) for text in pieces])
    for candidate in reading("a", one).candidates:
        evidence = candidate.evidence
        assert [evidence.text[span.start : span.end] for span in evidence.spans] == re.findall(r"\ba\b", evidence.text)


def test_a_word_across_a_sentence_boundary_is_in_no_sentence():
    # A splitter may cut inside what the analyser sees as one word.
    cut = Article(1, sections=(Section(None, None, "betacell fades", (0, 4)),))
    found = split(cut, FakeIndex([cut]))
    assert [[token.stem for token in sentence.tokens] for sentence in found] == [[], ["fade"]]
