"""What only some commands need is an extra of the installation: named where it is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from index.core.errors import ResourceError


@contextmanager
def needs_extra(extra: str, purpose: str) -> Iterator[None]:
    """Turn a package that is not installed into a sentence with the command that installs it.

    Args:
        extra: The extra's name in `pyproject.toml`.
        purpose: What needs it: "serving".

    Raises:
        ResourceError: A package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ResourceError(
            f"{error.name} is not installed: {purpose} needs the extra `{extra}`.\n"
            f"  pip install --constraint constraints.txt --editable '.[sample,{extra}]'"
        ) from error
