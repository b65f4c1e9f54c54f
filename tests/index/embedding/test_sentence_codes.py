"""Codes of sentences stand for vectors as worked by hand, and rank as the vectors do."""

import numpy as np
import pytest

from index.embedding.sentence_codes import code_bytes, code_cosines, decode_codes, encode_codes

RANDOM = np.random.default_rng(7)


def unit_vectors(count: int, dimensions: int) -> np.ndarray:
    rows = RANDOM.normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_each_component_becomes_the_mean_of_its_quarter():
    vector = np.array([[-0.9, -0.1, 0.2, 0.38]], dtype=np.float32)  # times 2, the root of 4
    codes = encode_codes(vector)
    assert codes.tolist() == [[0 + (1 << 2) + (2 << 4) + (2 << 6)]]
    assert decode_codes(codes, 4) * 2 == pytest.approx(np.array([[-1.510, -0.4528, 0.4528, 0.4528]]))


@pytest.mark.parametrize("dimensions", [1, 3, 4, 26, 32, 384])
def test_looked_up_cosines_are_those_of_the_vectors_that_the_codes_stand_for(dimensions: int):
    vectors, query = unit_vectors(50, dimensions), unit_vectors(1, dimensions)[0]
    codes = encode_codes(vectors)
    assert (codes.dtype, codes.shape) == (np.uint8, (50, code_bytes(dimensions)))
    assert code_cosines(codes, query) == pytest.approx(decode_codes(codes, dimensions) @ query, abs=1e-5)


def test_codes_rank_as_the_vectors_do():
    vectors, query = unit_vectors(2000, 384), unit_vectors(1, 384)[0]
    assert np.corrcoef(vectors @ query, code_cosines(encode_codes(vectors), query))[0, 1] > 0.93
    own = [int(np.argmax(code_cosines(encode_codes(vectors), vector))) for vector in vectors[:50]]
    assert own == list(range(50))


def test_nothing_has_no_code():
    none = np.zeros((0, 384), dtype=np.float32)
    assert encode_codes(none).shape == (0, 96)
    assert code_cosines(encode_codes(none), unit_vectors(1, 384)[0]).shape == (0,)
