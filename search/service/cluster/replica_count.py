"""How many replicas a service has: one number, or bounds between which Ray Serve chooses by the load."""

import argparse
import re
from dataclasses import dataclass

MOST_REPLICAS = 1000
_COUNT = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class ReplicaCount:
    """Bounds of the number of replicas, both included.

    Attributes:
        fewest: 1 or more.
        most: `fewest` or more.
    """

    fewest: int
    most: int


def replica_count(text: str) -> ReplicaCount:
    """Read the value of `--replicas`, for argparse's `type`: "3", or "2-8"."""
    found = _COUNT.fullmatch(text)
    fewest = int(found[1]) if found else 0
    most = int(found[2] or found[1]) if found else 0
    if not 1 <= fewest <= most <= MOST_REPLICAS:
        raise argparse.ArgumentTypeError(
            f"expected a number from 1 to {MOST_REPLICAS}, or two of them: 2-8; not {text[:60]!r}"
        )
    return ReplicaCount(fewest, most)
