"""The title of the browser's tab."""

import pytest

from ui.layout.tab_title import LONGEST, NAME, title_text


def test_what_the_page_shows_comes_first() -> None:
    assert title_text("") == NAME
    assert title_text("", "page 2") == NAME
    assert title_text("does  sleep\nhelp?") == f"does sleep help? - {NAME}"
    assert title_text("sleep", "page 2") == f"sleep, page 2 - {NAME}"


def test_a_long_one_is_cut_at_a_word() -> None:
    words = "sleep and memory " * 20
    text = title_text(words).removesuffix(f" - {NAME}")
    assert len(text) <= LONGEST
    assert text == "sleep and memory sleep and memory sleep and memory sleep and memory sleep and…"
    assert title_text("x" * LONGEST) == f"{'x' * LONGEST} - {NAME}"
    assert title_text("x" * 5_000, "page 9") == f"{'x' * (LONGEST - 1)}…, page 9 - {NAME}"


@pytest.mark.fault("O1")
def test_no_character_of_it_controls_anything() -> None:
    assert title_text("a\x1b]0;b\u202ec\u2028d\ud800e\x00") == f"a ]0;b c d e - {NAME}"
