"""Files of training pairs: what is written is read, and what is not a pair is named."""

import gzip
from pathlib import Path

import pytest

from index.core.errors import DataError
from model.training_data.pair_files import TrainingPair, read_pairs, write_pairs

PAIRS = [
    TrainingPair("lemon; winter", "Lemons in winter\tand β-blockers", ("Oranges 😀",), kind="keywords"),
    TrainingPair("what is it?", "It is there."),
    TrainingPair("is it sour?", "It is.", others=("lemons", "limes"), spelt=("lemons citrus",)),
]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.jsonl", PAIRS)
    assert list(read_pairs(tmp_path / "pairs.jsonl")) == PAIRS


def test_tabs_separate_anchor_positive_and_negatives(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("lemon\tLemons in winter\nlime\tLimes\tLemons\tOranges\r\n")
    assert list(read_pairs(tmp_path / "pairs.tsv")) == [
        TrainingPair("lemon", "Lemons in winter"),
        TrainingPair("lime", "Limes", ("Lemons", "Oranges")),
    ]


def test_a_gzipped_file_is_read_as_it_is(tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.jsonl", PAIRS)
    packed = tmp_path / "pairs.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "pairs.jsonl").read_bytes()))
    assert list(read_pairs(packed)) == PAIRS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pairs.tsv", "lemon\tfruit\nlemon alone\n"),
        ("pairs.tsv", "lemon\tfruit\nlemon\t \n"),
        ("pairs.jsonl", '{"anchor": "a", "positive": "b"}\n{"anchor": "a"}\n'),
        ("pairs.jsonl", '{"anchor": "a", "positive": "b"}\nnot json\n'),
        ("pairs.jsonl", '{"anchor": "a", "positive": "b"}\n{"anchor": 7, "positive": "b"}\n'),
        ("pairs.jsonl", '{"anchor": "a", "positive": "b"}\n[]\n'),
    ],
)
def test_a_line_that_is_not_a_pair_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=r"line 2 is not a pair(.|\n)*anchor, tab, positive"):
        list(read_pairs(tmp_path / name))


def test_a_file_without_pairs_or_without_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.tsv").write_text("")
    with pytest.raises(DataError, match="holds no pair"):
        list(read_pairs(tmp_path / "empty.tsv"))
    with pytest.raises(DataError, match="cannot be read"):
        list(read_pairs(tmp_path / "none.tsv"))
