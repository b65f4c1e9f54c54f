"""Text is analysed in one Unicode form, and every word leads back to where it was written."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.core.text_normalization import _LETTERS, folded, normal_text, normalized_text


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
    assert origins[0] == 0
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
