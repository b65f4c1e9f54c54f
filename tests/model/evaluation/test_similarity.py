"""Pearson on pairs and Spearman on graded sentences: values by hand, false partners, real MiniLM."""

import gzip
import json

import numpy as np
import pytest

from index.core.errors import DataError
from model.evaluation.pair_sets import (
    PAIR_SETS,
    PUBMED_QA,
    PUBMED_SUBSET,
    GradedPairs,
    TextPairs,
    find_pairs,
    read_graded,
)
from model.evaluation.similarity import _false_partners, graded_score, pair_score

VECTORS = {"a": (1, 0), "b": (0, 1), "c": (0.6, 0.8), "A": (1, 0), "B": (0, 1), "C": (0.8, 0.6)}


def encode(texts):
    return np.array([VECTORS[text] for text in texts], dtype=np.float32)


def test_pearson_is_the_one_worked_by_hand():
    score = pair_score(TextPairs(("a", "b", "c"), ("A", "B", "C")), encode, seeds=range(3))
    # a.A b.B c.C are 1, 1 and .96; a.C b.A c.B are .8, 0 and .8: the partner of the text before each.
    assert score.rolled == pytest.approx(np.corrcoef([1, 1, 0.96, 0.8, 0, 0.8], [1, 1, 1, 0, 0, 0])[0, 1])
    assert score.pairs == 3
    assert len(score.drawn) == 3
    assert score == pair_score(TextPairs(("a", "b", "c"), ("A", "B", "C")), encode, seeds=range(3))


def test_a_stranger_is_never_the_partner_and_each_other_text_is_as_likely():
    drawn = np.array([_false_partners(4, seed) for seed in range(3000)])
    assert not (drawn == np.arange(4)).any()
    for position in range(4):
        counts = np.bincount(drawn[:, position], minlength=4)
        assert counts[[other for other in range(4) if other != position]].min() > 900


def test_spearman_goes_by_the_order_alone():
    pairs = GradedPairs(("a", "a", "a"), ("A", "C", "B"), (4.0, 3.9, 0.0))
    assert graded_score(pairs, encode) == pytest.approx(1)
    assert graded_score(GradedPairs(pairs.left, pairs.right, (0.0, 1.0, 2.0)), encode) == pytest.approx(-1)


def test_pairs_are_read_from_a_folder(tmp_path):
    (tmp_path / "corpora").mkdir()
    path = tmp_path / PUBMED_QA.file
    rows = [{"question": f"q{n}", "long_answer": f"a{n}", "pmid": n} for n in range(2)]
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    assert find_pairs(PUBMED_QA, tmp_path) == TextPairs(("q0", "q1"), ("a0", "a1"))
    for content, complaint in (
        (b'{"question": 1}\n', "expected the columns"),
        (b"{", "gzipped JSON"),
        (b"", "0 pairs"),
    ):
        path.write_bytes(gzip.compress(content))
        with pytest.raises(DataError, match=complaint):
            find_pairs(PUBMED_QA, tmp_path)


def test_pairs_that_are_not_there_come_from_the_hub(tmp_path, monkeypatch):
    import datasets

    with pytest.raises(DataError, match=r"PubMed Subset is not at .* and cannot be loaded from the Hugging Face hub"):
        find_pairs(PUBMED_SUBSET, tmp_path)
    calls = []

    def load(kind, *, data_files, split):
        calls.append((kind, data_files, split))
        return [{"title": "t", "text": "x"}, {"title": "u", "text": "y"}]

    monkeypatch.setattr(datasets, "load_dataset", load)
    assert find_pairs(PUBMED_SUBSET, tmp_path) == TextPairs(("t", "u"), ("x", "y"))
    url = "hf://datasets/zxvix/pubmed_subset_new@refs/convert/parquet/default/test/*.parquet"
    assert calls == [("parquet", url, "train")]


def test_graded_pairs_are_read_and_what_is_wrong_is_named(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text('id\tscore\tsentence1\tsentence2\n1\t4\t"a\tb"\n')
    assert read_graded(path) == GradedPairs(('"a',), ('b"',), (4.0,))
    path.write_text("score\tsentence1\tsentence2\n4\ta\tb\nmany\ta\tb\n")
    with pytest.raises(DataError, match="line 3: expected a number"):
        read_graded(path)
    with pytest.raises(DataError, match="cannot be read"):
        read_graded(tmp_path / "none.tsv")
    path.write_text("score\tsentence1\tsentence2\n")
    with pytest.raises(DataError, match="no rows"):
        read_graded(path)


def test_the_real_sets_have_their_published_sizes(shared_data):
    assert len(find_pairs(PUBMED_QA, shared_data).left) == 1000
    graded = read_graded(shared_data / "sts" / "biosses.tsv")
    assert len(graded.grades) == 100
    assert (min(graded.grades), max(graded.grades)) == (0, 4)
    assert len({pair_set.name for pair_set in PAIR_SETS}) == 3
