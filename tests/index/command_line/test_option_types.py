"""Numbers on the command line."""

import argparse

import pytest

from index.command_line.option_types import above_zero, positive, whole_number, zero_or_more


@pytest.mark.parametrize(
    "text", ["0", "-1", "many", "", "1.5", "1e3", "٣", "²", "1_0", str(2**31), "1" + "0" * 30, "9" * 5000]
)
@pytest.mark.fault("B21")
def test_what_cannot_be_a_number_of_things_is_refused_with_its_bounds(text: str):
    with pytest.raises(argparse.ArgumentTypeError, match=r"expected a whole number from 1 to 2147483647") as raised:
        positive(text)
    assert len(str(raised.value)) < 150


def test_whole_numbers_are_read_up_to_their_bounds():
    assert [positive("1"), positive("0010"), positive(str(2**31 - 1)), whole_number(0)("0")] == [1, 10, 2**31 - 1, 0]
    assert whole_number(-5)("-3") == -3


@pytest.mark.fault("B21")
@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e400", "-0.0", "x", "", "9" * 5000])
def test_a_number_above_zero_is_finite(text: str):
    with pytest.raises(argparse.ArgumentTypeError, match="expected a number above 0"):
        above_zero(text)


def test_numbers_above_zero_are_read():
    assert (above_zero("5e-5"), above_zero("2"), zero_or_more("0"), zero_or_more("10")) == (5e-5, 2.0, 0.0, 10.0)
