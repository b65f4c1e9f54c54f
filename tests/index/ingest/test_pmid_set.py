"""The set of PMIDs that all of PubMed fits into."""

from hypothesis import given
from hypothesis import strategies as st

from index.ingest.pmid_set import PmidSet


@given(st.lists(st.lists(st.integers(1, 2**40) | st.integers(1, 70_000))))
def test_it_counts_like_a_set(batches):
    pmid_set = PmidSet()
    for batch in batches:
        pmid_set.update(batch)
    assert len(pmid_set) == len({pmid for batch in batches for pmid in batch})
