"""Keys kept in arrays are the keys that were given, whatever their bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.records.encoding_keys import EncodingKeys
from index.records.passages import HASH_BYTES, EncodingKey

PAIRS = st.lists(st.tuples(st.integers(1, 2**40), st.binary(min_size=HASH_BYTES, max_size=HASH_BYTES)), max_size=20)


@given(PAIRS, st.integers(0, 20), st.integers(0, 20))
def test_what_goes_in_comes_out(pairs: list[tuple[int, bytes]], start: int, end: int):
    keys = EncodingKeys.of(pairs)
    expected = [EncodingKey(*pair) for pair in pairs]
    assert (len(keys), list(keys), keys == expected) == (len(expected), expected, True)
    assert list(keys[start:end]) == expected[start:end]
    assert [keys[place] for place in range(len(keys))] == expected
    assert list(keys.newest_pmid_first()) == sorted(expected, key=lambda key: -key.pmid)


def test_some_are_taken_in_the_order_of_their_places():
    keys = EncodingKeys.of((number, bytes([number]) * HASH_BYTES) for number in range(5))
    assert [key.pmid for key in keys.take(np.array([3, 0, 3]))] == [3, 0, 3]
    assert keys != [EncodingKey(0, b"")]
