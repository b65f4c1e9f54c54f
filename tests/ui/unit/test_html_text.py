"""Foreign text on its way into the page."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Span
from ui.layout.html_text import article_text, doi_url, emphasised, link, plain


@given(st.text())
def test_plain_text_carries_no_markup_and_reads_back_as_it_was(text: str) -> None:
    html = plain(text)
    assert not set(html) & set("<>\"'")
    assert unescape(html) == text


def test_matching_words_are_bold_and_the_rest_is_not() -> None:
    text = "Short sleep impaired recall"
    assert emphasised(text, [Span(6, 11)]) == "Short <strong>sleep</strong> impaired recall"


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([], "abcdef"),
        ([Span(3, 5), Span(0, 1)], "<strong>a</strong>bc<strong>de</strong>f"),
        ([Span(0, 3), Span(2, 5)], "<strong>abc</strong><strong>de</strong>f"),
        ([Span(4, 99)], "abcd<strong>ef</strong>"),
        ([Span(-2, 1)], "<strong>a</strong>bcdef"),
        ([Span(9, 12)], "abcdef"),
    ],
)
def test_spans_in_any_order_overlapping_or_outside_lose_no_character(spans: list[Span], html: str) -> None:
    assert emphasised("abcdef", spans) == html


@pytest.mark.fault("O1")
def test_a_span_in_the_middle_of_markup_escapes_both_halves() -> None:
    assert emphasised("<p>&", [Span(0, 2)]) == "<strong>&lt;p</strong>&gt;&amp;"


@pytest.mark.fault("R18")
def test_markup_that_was_escaped_twice_is_left_out_and_the_spans_stay_on_their_words() -> None:
    text = "The &lt;i&gt;QUUX&lt;/i&gt; gene &amp; 10&lt;sup&gt;6&lt;/sup&gt; voles"
    words = [Span(text.index(word), text.index(word) + len(word)) for word in ("QUUX", "gene", "voles")]
    assert article_text(text) == "The QUUX gene &amp; 10^6 voles"
    assert emphasised(text, words) == (
        "The <strong>QUUX</strong> <strong>gene</strong> &amp; 10^6 <strong>voles</strong>"
    )


@pytest.mark.fault("O1")
def test_a_doi_cannot_leave_its_attribute_or_its_host() -> None:
    html = link(doi_url('10.1/"><script>x</script>?q#f'), "doi")
    assert html.count("<") == 2
    assert html.startswith('<a href="https://doi.org/10.1/%22%3E%3Cscript%3Ex%3C/script%3E%3Fq%23f"')
