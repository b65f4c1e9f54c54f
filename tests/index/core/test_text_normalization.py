"""Text is analysed in one Unicode form, and every word leads back to where it was written."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.core.text_normalization import (
    _LETTERS,
    folded,
    folded_name,
    folded_person,
    folded_value,
    folded_words,
    normal_text,
    normalized_text,
    unordered_person,
)

INVISIBLE = [0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010)]
INVISIBLE += [*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF, *range(0xFFF9, 0xFFFC)]
INVISIBLE += [*range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)]


def test_plain_ascii_passes_through():
    plain = normalized_text("vitamin D and bone")
    assert plain.text == "vitamin D and bone"
    assert plain.origin(8) == 8


@pytest.mark.fault("Q4")
def test_a_letter_typed_as_two_characters_becomes_one_and_keeps_its_place():
    plain = normalized_text("Sjo\u0308gren syndrome")
    assert plain.text == "Sj\xf6gren syndrome"
    assert plain.origin(plain.text.index("syndrome")) == "Sjo\u0308gren syndrome".index("syndrome")


@pytest.mark.fault("Q4")
def test_the_micro_sign_is_the_greek_letter():
    assert normalized_text("5 \u00b5m").text == "5 \u03bcm"


@pytest.mark.fault("F11")
def test_a_lone_surrogate_does_no_harm():
    assert normalized_text("a\ud800b").text == "a?b"


def test_the_place_after_the_last_character_is_the_end():
    text = "e\u0301"
    plain = normalized_text(text)
    assert plain.origin(len(plain.text)) == len(text)


@given(st.text())
def test_every_offset_leads_into_the_text_and_never_back(text: str):
    plain = normalized_text(text)
    origins = [plain.origin(offset) for offset in range(len(plain.text) + 1)]
    assert origins == sorted(origins)
    assert set(text[: origins[0]]) <= set(map(chr, INVISIBLE)), "only what nobody sees is left out"
    assert origins[-1] == len(text)
    plain.text.encode("utf-8")


@given(st.text(alphabet=st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), max_size=30))
def test_composed_and_decomposed_letters_read_the_same(text: str):
    composed = normalized_text(unicodedata.normalize("NFC", text)).text
    assert normalized_text(unicodedata.normalize("NFD", text)).text == composed


@given(
    st.text(
        alphabet=st.one_of(st.characters(max_codepoint=0x24F), st.sampled_from("αβµ²₂½ﬁ\u0301\u0308\u2009\ud800ＡＢ"))
    )
)
def test_the_quick_way_and_the_way_with_offsets_read_the_same(text: str):
    assert normalized_text(text).text == normal_text(text)


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(max_codepoint=0x24F),
            st.characters(min_codepoint=0x300, max_codepoint=0x36F),
            st.characters(),
            st.sampled_from("aeoAEO \u03a3\u0130\u1e9e\u212a\u2122\u226e\ufb01\u13a0\uac01"),
        )
    )
)
def test_folding_run_by_run_is_folding_the_whole_text(text: str):
    # The Unicode standard's way, on the whole text at once.
    decomposed = unicodedata.normalize("NFD", normal_text(text).casefold().translate(_LETTERS))
    assert folded(text) == unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed))


@pytest.mark.fault("R18")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cardio\u00admyo\u200bpathy", "cardiomyopathy"), ("zero\ufeffwidth\u2060joins", "zerowidthjoins"),
        ("non\u00a0breaking\u202fspace", "non breaking space"), ("TNF-α", "TNF-alpha"), ("TNFα", "tnfAlpha"),
        ("β‐catenin", "beta-catenin"), ("γδ T cells", "gamma delta T cells"), ("Δ9-THC", "delta9-THC"),
        ("∆F508", "delta F508"), ("∆height", "Δ-height"), ("Quux™ x", "quux x"),
        ("QUUXⓇ x", "quux x"), ("step①", "step 1"), ("group Ⓐ", "group A"),
        ("μ-opioid", "mu opioid"), ("10⁶", "10^6"), ("10⁻³", "10^-3"), ("m²", "m2"),
        ("Ca²⁺", "Ca2+"), ("¹⁸F", "18F"), ("SO₄²⁻", "SO42-"),
        ("ﬁbre", "fibre"), ("Ｗｉｄｅ", "wide"),
        ("ʼt Hooft", "'t Hooft"),
    ],
)  # fmt: skip
def test_what_reads_the_same_has_the_same_words(one: str, other: str):
    assert folded_words(one) == folded_words(other)
    assert folded_words(normalized_text(one).text) == folded_words(other)


@pytest.mark.fault("R18")
@pytest.mark.parametrize(
    ("one", "other"),
    [("10⁶", "106"), ("1½", "112"), ("5 μg", "5 mug"), ("5 µm", "5 mum"), ("με", "mu"), ("Μελέτη", "mu"), ("α", "a")],
)
def test_what_reads_otherwise_has_other_words(one: str, other: str):
    assert folded_words(one) != folded_words(other)


@pytest.mark.fault("R18")
@pytest.mark.parametrize("dash", "-‐‑‒–—−－﹣")
@pytest.mark.parametrize("apostrophe", "'’‘ʼʹ′´＇")
def test_hyphens_and_apostrophes_of_every_kind_are_one(dash: str, apostrophe: str):
    assert folded_value(f"O{apostrophe}Connor{dash}Li\u00a0 S") == "o'connor-li s"
    assert folded_person(f"O{apostrophe}Connor{dash}Li S") == folded_person("OConnor Li S") == "oconnor li s"


@pytest.mark.fault("R16")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okafor N.B.", "Okafor NB"), ("Okafor, N. B., Jr.", "okafor nb jr"), ("N. B. Okafor", "NB Okafor"),
        ("de la Cruz-Núñez M", "De La Cruz Nunez M"),
        ("Ministry of Ponds, Reeds, and Toads", "ministry of ponds reeds and toads"),
    ],
)  # fmt: skip
def test_punctuation_of_names_does_not_count(one: str, other: str):
    assert folded_person(one) == folded_person(other)


@pytest.mark.fault("R16")
def test_full_names_compare_in_any_order_and_journals_without_dots():
    assert unordered_person("Okafor, Ngozi B") == unordered_person("Ngozi B. Okafor")
    assert unordered_person("Vishwas A S") == unordered_person("S, Vishwas A")
    assert folded_name("J. Sample Rec.") == folded_name("J Sample Rec")
    assert folded_person("O S") == "o s", "a surname of one letter stays apart from its initial"
