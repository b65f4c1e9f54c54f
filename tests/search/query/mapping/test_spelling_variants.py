"""Other spellings of a word: by rules, where the library has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.mapping.spelling_variants import american, other_numbers, variants

VOCABULARY = """
tumour tumours tumor tumors therapy therapies therapeutic children child haemorrhage hemorrhage hemorrhages edema oedema
fetal foetal randomised randomized analyse analyze analyses centre center fibres fibers diagnoses diagnosis for four
virus viruses class classes use us disease diseases genetics genetic does fungus fungi colours colors
"""
LIBRARY = frozenset(VOCABULARY.split())


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("tumour", {"tumor", "tumours", "tumors"}),
        ("tumors", {"tumour", "tumours", "tumor"}),
        ("therapy", {"therapies"}),
        ("child", {"children"}),
        ("children", {"child"}),
        ("haemorrhage", {"hemorrhage", "hemorrhages"}),
        ("edema", {"oedema"}),
        ("foetal", {"fetal"}),
        ("randomised", {"randomized"}),
        ("analyse", {"analyze", "analyses"}),
        ("center", {"centre"}),
        ("fibres", {"fibers"}),
        ("diagnoses", {"diagnosis"}),
        ("virus", {"viruses"}),
        ("classes", {"class"}),
        ("diseases", {"disease"}),
        ("fungi", {"fungus"}),
        ("genetics", set()),
        ("four", set()),
        ("uses", {"use"}),
        ("does", set()),
        ("il6s", set()),
        ("unheard", set()),
    ],
)
def test_a_word_has_the_other_spellings_that_the_library_has(word, others):
    assert set(variants(word, LIBRARY.__contains__)) == others


@pytest.mark.parametrize(
    ("british", "spelling"),
    [
        ("leukaemia", "leukemia"),
        ("tumours", "tumors"),
        ("oesophagus", "esophagus"),
        ("hospitalisation", "hospitalization"),
    ],
)
def test_headings_are_looked_up_in_american_spelling(british, spelling):
    assert american(british) == american(spelling) == spelling


@given(st.text("abeiorstuy", min_size=1, max_size=9))
def test_a_word_is_none_of_its_own_variants_and_each_is_a_word_of_the_library(word):
    found = variants(word, lambda other: len(other) % 2 == 0)
    assert word not in found
    assert all(len(other) % 2 == 0 for other in found)
    assert len(set(found)) == len(found)
    assert word not in other_numbers(word)
