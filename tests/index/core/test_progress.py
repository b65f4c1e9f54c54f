"""Progress goes to stderr, and only where somebody watches."""

import pytest

from index.core.progress import Progress


def test_nothing_is_drawn_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]):
    with Progress().bar("vectors", 3, "article") as bar:
        bar.update(3)
    assert capsys.readouterr() == ("", "")


def test_a_forced_bar_shows_what_rate_and_time_left_on_stderr_only(capsys: pytest.CaptureFixture[str]):
    with Progress(shown=True).bar("vectors", 4, "article") as bar:
        bar.update(1)
        bar.update(3)
    out, err = capsys.readouterr()
    assert out == ""
    assert "vectors" in err
    assert "4/4" in err
    assert " article/s" in err
    assert "<00:00" in err


def test_an_unknown_total_counts_without_end(capsys: pytest.CaptureFixture[str]):
    with Progress(shown=True).bar("records", None, "record") as bar:
        bar.update(7)
    assert "7 record" in capsys.readouterr().err


def test_a_bar_can_be_silenced_on_a_terminal(capsys: pytest.CaptureFixture[str]):
    with Progress(shown=False).bar("vectors", 3, "article") as bar:
        bar.update(3)
    assert capsys.readouterr().err == ""
