"""A caller's values, checked for their type."""

import operator


def text_values(values: object, name: str) -> tuple[str, ...]:
    """Return texts as a tuple, blank ones left out; one text is a list of one.

    Raises:
        TypeError: They are something else; the message names `name`.
    """
    if isinstance(values, str):
        values = (values,)
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} must be a list of texts, not {values!r}")
    return tuple(value for value in values if value.strip())


def whole_number(number: object, name: str) -> int:
    """Return a number as an int.

    Raises:
        TypeError: It is something else; the message names `name`.
    """
    # True is an int to Python, and a year of "1" by accident is worse than an error.
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"{name} must be a whole number, not {number!r}")
    return operator.index(number)
