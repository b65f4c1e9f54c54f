"""Which articles of an index a filter keeps, and how many have a value."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The articles of one index that a filter keeps.

    Attributes:
        count: Number of articles; exact.
        rows: The articles, as a read-only mask over the index's rows; None for all.
    """

    count: int
    rows: "NDArray[np.bool_] | None"


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many articles have a value.

    Attributes:
        value: Folded, as `Value` finds it.
        label: As written in the articles.
        articles: Number of articles.
    """

    value: str
    label: str
    articles: int
