"""JSON that may come from anybody."""

import json
from typing import Any


def parse_json(text: str | bytes) -> Any:  # noqa: ANN401 - it may hold anything: the caller checks
    """Return what a JSON text holds.

    Raises:
        ValueError: It is not JSON, or is nested too deep to be read: Python alone raises `RecursionError` there, which
            nobody who reads a damaged file thinks of.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
