"""Which words of a text are an abbreviation and its long form."""

import pytest

from index.lexical.abbreviation_pairs import definitions


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("patients with heart failure (HF) and", [("HF", "heart failure")]),
        ("the tumor necrosis factor alpha (TNF-a) level", [("TNF-a", "tumor necrosis factor alpha")]),
        ("angiotensin-converting enzyme 2 [ACE2], which", [("ACE2", "angiotensin-converting enzyme 2")]),
        ("after non-ST-segment elevation myocardial infarction (NSTEMI)",
         [("NSTEMI", "non-ST-segment elevation myocardial infarction")]),
        ("quality of life (QoL) and area under the curve (AUC)",
         [("QoL", "quality of life"), ("AUC", "area under the curve")]),
        ("in COPD (chronic obstructive pulmonary disease) and", [("COPD", "chronic obstructive pulmonary disease")]),
        ("intensive care units (ICUs)", [("ICUs", "intensive care units")]),
    ],
)  # fmt: skip
def test_a_pair_has_the_letters_of_the_one_in_the_words_of_the_other(text, pairs):
    assert list(definitions(text)) == pairs


@pytest.mark.parametrize(
    "text",
    [
        "in men (OR 2.1)",
        "in men (HR)",
        "we saw it (see Table)",
        "(HF) at the start",
        "",
        "wild type mice (WT)",  # the last word has nothing of the last letter
        "the QT interval duration (QT)",  # is one of the words
        "moderators including characteristics, exercise, related factors, methods, electronical databases (Medline)",
        "in Singapore (surveying close to 2,000 participants from four cities in three countries: people of Singapore)",
        "heart failure (hf)",  # no capital
    ],
)
def test_other_words_before_a_bracket_are_no_pair(text):
    assert list(definitions(text)) == []


@pytest.mark.fault("Q1")
@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["(HF) " * 20_000, "HF (" * 25_000, "a" * 100_000 + " (AB)", "\ud800 (AB)", "AB (" + "a " * 50_000]
)
def test_no_text_takes_long(text):
    assert len(list(definitions(text))) <= 20_000
