"""The sentences of an index: each row has its own, damaged files are refused, and an index without them opens."""

from pathlib import Path

import numpy as np
import pytest

from index.core.errors import LibraryError
from index.embedding.sentence_codes import code_cosines, encode_codes
from index.engine.sentence_index import SentenceIndex, SentenceWriter
from tests.support.fakes.fake_encoder import DIMENSIONS, FakeEncoder

ENCODER = FakeEncoder()
ROWS = [["a title", "bees fly high"], [], ["wasps", "wasps sting", "ants walk"], ["one"], []]
QUERY = ENCODER.encode(["wasps sting"])[0]


def codes_of(sentences: list[str]) -> np.ndarray:
    return encode_codes(ENCODER.encode(sentences))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    writer = SentenceWriter(tmp_path, DIMENSIONS)
    for sentences in ROWS:
        writer.add(codes_of(sentences))
    writer.finish()
    return tmp_path


def opened(folder: Path, articles: int = len(ROWS)) -> SentenceIndex | None:
    return SentenceIndex.open(folder, articles=articles, dimensions=DIMENSIONS)


def test_each_row_has_its_own_sentences_in_any_order(folder: Path):
    index = opened(folder)
    assert len(index) == 6
    codes, counts = index.codes([3, 0, 1, 2, 0])
    assert counts.tolist() == [1, 2, 0, 3, 2]
    assert np.array_equal(codes, np.concatenate([codes_of(ROWS[row]) for row in (3, 0, 2, 0)]))


def test_the_title_and_the_best_sentence_are_compared(folder: Path):
    rows = np.array([0, 1, 2, 4])
    titles, best = opened(folder).best(rows, QUERY)
    cosines = [code_cosines(codes_of(ROWS[row]), QUERY) for row in (0, 2)]
    assert titles == pytest.approx([cosines[0][0], -1, cosines[1][0], -1])
    assert best == pytest.approx([max(cosines[0]), -1, max(cosines[1]), -1])
    assert best[2] == cosines[1][1]


def test_rows_without_a_sentence_can_be_compared(folder: Path):
    assert opened(folder).best(np.array([1, 4]), QUERY).tolist() == [[-1, -1], [-1, -1]]


def test_an_index_without_sentences_opens(tmp_path: Path):
    assert opened(tmp_path) is None


@pytest.mark.parametrize(
    "ends", [[2, 2, 5, 6, 7], [2, 1, 5, 6, 6], [-1, 2, 5, 6, 6], [2, 2, 5, 6]], ids=["beyond", "back", "below", "few"]
)
def test_ends_that_do_not_fit_are_refused(folder: Path, ends: list[int]):
    np.save(folder / "sentences" / "ends.npy", np.array(ends))
    with pytest.raises(LibraryError, match=r"ends\.npy"):
        opened(folder)


def test_codes_of_another_width_are_refused(folder: Path):
    np.save(folder / "sentences" / "codes.npy", np.zeros((6, 3), dtype=np.uint8))
    with pytest.raises(LibraryError, match=r"codes\.npy"):
        opened(folder)
