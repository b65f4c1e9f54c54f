"""Flattened text: every word of the element, none glued, no layout."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from index.parsing.inline_markup import line, passage

MML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def element(inner: str) -> etree._Element:
    return etree.fromstring(f"<T>{inner}</T>")


@pytest.mark.fault("R7")
@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("Plain words", "Plain words"),
        ("Uptake of H<sub>2</sub>O and <i>β</i><sup>+</sup> decay", "Uptake of H2O and β+ decay"),
        ("<i>Listeria</i> at first", "Listeria at first"),
        ("<b>A <i>nested <sub>deep</sub></i> one</b>, and its tail", "A nested deep one, and its tail"),
        ("MoS<sub>2(1-<i>x</i>)</sub>Se<sub>2<i>x</i></sub>", "MoS2(1-x)Se2x"),
        ("one<!-- a remark -->two <?layout x?>three", "onetwo three"),
        ("5 &lt; 6 &amp; α&#x2009;≥&#xa0;β", "5 < 6 & α\u2009≥\xa0β"),
        ("<![CDATA[a < b]]>", "a < b"),
    ],
)
def test_markup_goes_and_every_word_stays(inner: str, text: str) -> None:
    assert line(element(inner)) == passage(element(inner)) == text


@pytest.mark.fault("R7", "R18")
@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("2 × 10<sup>6</sup> cells", "2 × 10^6 cells"),
        ("5x10<sup>-3</sup> and 10<sup>−12</sup> M", "5x10^-3 and 10^−12 M"),
        ("<b>10</b><sup><i>6</i></sup>/ml", "10^6/ml"),
        ("2<sup>-ΔΔCt</sup> and 1.5<sup>2</sup>", "2^-ΔΔCt and 1.5^2"),
        ("m<sup>2</sup>, Ca<sup>2+</sup>, SO<sub>4</sub><sup>2-</sup>, C<sub>60</sub>", "m2, Ca2+, SO42-, C60"),
        ("<sup>18</sup>F, <sup>99m</sup>Tc, 5 <sup>3</sup>H, [2,3-<sup>13</sup>C]", "18F, 99mTc, 5 3H, [2,3-13C]"),
        (
            "CD4<sup>+</sup>, the 5<sup>th</sup>, p53<sup>-/-</sup>, JAK2<sup>V617F</sup>",
            "CD4+, the 5th, p53-/-, JAK2V617F",
        ),
        ("<sup>1</sup>H<sub>2</sub><sup>16</sup>O", "1H216O"),
        ("a 10<sub>2</sub> b", "a 10_2 b"),
    ],
)
def test_a_raised_number_is_set_apart_from_a_number_only(inner: str, text: str) -> None:
    assert line(element(inner)) == passage(element(inner)) == text


@pytest.mark.fault("R15")
@pytest.mark.parametrize("text", ["Hepatitis B C D viruses", "Blood group A B O", "vitamin A B C D", "E = m c  2"])
def test_lone_letters_and_double_spaces_stay_word_for_word(text: str) -> None:
    assert line(element(text)) == passage(element(text)) == text


@pytest.mark.parametrize("inner", ["", " ", "\n\t ", "<i/>", "<i> </i>\n"])
def test_no_text_is_none(inner: str) -> None:
    assert line(element(inner)) is None
    assert passage(element(inner)) is None


def test_no_element_is_none() -> None:
    assert line(None) is None
    assert passage(None) is None


def test_a_pretty_printed_keyword_is_one_line() -> None:
    assert line(element("\n          Lactobacillus\n          sakei\n        ")) == "Lactobacillus sakei"


def test_layout_around_inline_elements_becomes_one_space() -> None:
    assert (
        passage(element("a fast β\n\t\t\t<sub>2</sub>-agonist may\n\t\t\thelp.\n\t\t"))
        == "a fast β 2-agonist may help."
    )


def test_the_authors_own_line_breaks_in_an_abstract_stay() -> None:
    assert (
        passage(element("– The first.\n– The second <i>one</i>.\n\nThe end."))
        == "– The first.\n– The second one.\n\nThe end."
    )


def test_a_title_is_one_line_whatever_its_breaks() -> None:
    assert line(element("One\nand\r\n\ttwo")) == "One and two"


@pytest.mark.fault("R7")
def test_a_formula_takes_its_place_between_the_words_around_it() -> None:
    formula = f"<mml:math {MML}> <mml:msub><mml:mi>T</mml:mi> <mml:mn>2</mml:mn></mml:msub> </mml:math>"
    assert line(element(f"mapping of {formula} in <b>the {formula}</b>: {formula}")) == "mapping of T2 in the T2: T2"
    assert passage(element(f"{formula}\n mapping")) == "T2 mapping"


def test_flattening_leaves_the_element_as_it_was() -> None:
    source = f"<T>a <mml:math {MML}><mml:mi>x</mml:mi></mml:math> b</T>"
    whole = etree.fromstring(f"<R>{source}tail</R>")
    assert line(whole[0]) == "a x b"
    assert etree.tostring(whole, encoding="unicode") == f"<R>{source}tail</R>"


@pytest.mark.fault("F10")
def test_markup_nested_1000_deep_is_flattened() -> None:
    parser = etree.XMLParser(huge_tree=True)
    deep = etree.fromstring("<T>" + "<i>a" * 1000 + "</i>b" * 1000 + "</T>", parser)
    assert line(deep) == "a" * 1000 + "b" * 1000


@pytest.mark.fault("F11")
def test_emoji_right_to_left_and_combining_letters_stay() -> None:
    text = "e\u0301 🧬 שלום \u202eabc\u202c 𝛽"
    assert line(element(text)) == passage(element(text)) == text


def test_an_entity_that_was_not_resolved_is_kept_as_written() -> None:
    parser = etree.XMLParser(resolve_entities=False)
    text = etree.fromstring('<!DOCTYPE T [<!ENTITY one "1">]><T>a &one; b</T>', parser)
    assert line(text) == "a &one; b"


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=8)


@given(st.lists(st.tuples(st.sampled_from(["", "i", "sub", "sup", "b"]), WORDS, WORDS), max_size=6))
def test_the_text_is_what_itertext_says_but_for_white_space(parts: list[tuple[str, str, str]]) -> None:
    root = etree.Element("T")
    for tag, text, tail in parts:
        child = etree.SubElement(root, tag or "u")
        child.text, child.tail = text, tail
    # A script behind a number is marked by a sign: which numbers, other tests say.
    expected, *read = (
        re.sub("[\\^_]", "", text or "") for text in ("".join(root.itertext()), line(root), passage(root))
    )
    assert [text.split() for text in read] == [expected.split()] * 2
