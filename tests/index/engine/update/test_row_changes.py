"""Where rows lie after an update, by a look at every article."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.engine.update.row_changes import GONE, RowChanges
from index.engine.update.splice import Edit, splice

PMIDS = st.sets(st.integers(1, 40))


def descending(pmids: set[int]) -> np.ndarray:
    return np.array(sorted(pmids, reverse=True), dtype=np.int64)


@given(PMIDS.filter(bool), PMIDS, PMIDS)
def test_rows_are_those_of_the_articles_in_order(old: set[int], gone: set[int], fresh: set[int]):
    gone, fresh = gone & old, fresh - (old - gone)
    before = descending(old)
    changes = RowChanges.of(before, descending(gone), descending(fresh))
    expected = descending((old - gone) | fresh).tolist()
    assert changes.pmids.tolist() == expected
    assert before[changes.gone].tolist() == descending(gone).tolist()
    assert changes.moved.tolist() == [GONE if pmid in gone else expected.index(pmid) for pmid in before.tolist()]
    assert changes.fresh.tolist() == [expected.index(pmid) for pmid in descending(fresh).tolist()]
    assert changes.before.tolist() == [sum(one > pmid for one in old) for pmid in descending(fresh).tolist()]
    column = changes.column(before * 2, descending(fresh) * 3)
    assert column.tolist() == [pmid * (3 if pmid in fresh else 2) for pmid in expected]


@given(st.lists(st.binary(max_size=3), max_size=8), st.data())
def test_a_splice_is_the_list_with_the_same_parts_replaced(tmp_path_factory, parts: list[bytes], data: st.DataObject):
    content = np.frombuffer(b"".join(parts), dtype=np.uint8)
    ends = np.concatenate([[0], np.cumsum(list(map(len, parts)), dtype=np.int64)])
    edits, expected = [], []
    for number in range(len(parts) + 1):
        inserted = data.draw(st.lists(st.binary(max_size=3), max_size=2))
        expected += inserted
        edits += [Edit(number, number, [np.frombuffer(part, dtype=np.uint8) for part in inserted])] if inserted else []
        if number < len(parts):
            replaced = data.draw(st.none() | st.lists(st.binary(max_size=3), max_size=1))
            expected += [parts[number]] if replaced is None else replaced
            if replaced is not None:
                edits.append(Edit(number, number + 1, [np.frombuffer(part, dtype=np.uint8) for part in replaced]))
    path: Path = tmp_path_factory.mktemp("splice") / "keys.npy"
    lengths = splice(path, content, ends, data.draw(st.permutations(edits)))
    assert lengths.tolist() == list(map(len, expected))
    assert np.load(path).tobytes() == b"".join(expected)
