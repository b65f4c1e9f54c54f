import argparse

import pytest

from search.service.cluster.replica_count import ReplicaCount, replica_count


@pytest.mark.parametrize(("text", "count"), [("1", (1, 1)), ("3", (3, 3)), ("2-8", (2, 8)), ("4-4", (4, 4))])
def test_a_number_or_two_bounds_are_read(text, count):
    assert replica_count(text) == ReplicaCount(*count)


@pytest.mark.parametrize("text", ["", "0", "-1", "8-2", "0-3", "1001", "two", "2-", "2-3-4", "٣"])
def test_anything_else_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="2-8"):
        replica_count(text)
