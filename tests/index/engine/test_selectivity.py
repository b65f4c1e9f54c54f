"""Vectors and words behind filters that keep much, little or one article: all there are, in the full order."""

import numpy as np
import pytest

from index.engine.filter_expression import Pmids
from index.engine.search_index import SearchIndex
from tests.index.engine.test_filter_index import build
from tests.support.fakes.fake_index import article

LARGE = 4000
SELECTIVITIES = {"10 %": 400, "1 %": 40, "0.1 %": 4, "one article": 1}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    numbers = range(1, LARGE + 1)
    passages = [
        f"story of word{number % 13} and place{number % 29} by {'the sea ' * (number % 4)}" for number in numbers
    ]
    return build(
        tmp_path_factory.mktemp("large") / "build",
        [article(number, title=text) for number, text in zip(numbers, passages, strict=True)],
    )


@pytest.mark.fault("Q8")
@pytest.mark.parametrize("matching", SELECTIVITIES.values(), ids=SELECTIVITIES)
@pytest.mark.parametrize("limit", [10, 1000])
def test_at_any_selectivity_vectors_and_words_give_all_articles_in_the_full_order(
    large: SearchIndex, matching: int, limit: int
):
    selected = np.random.default_rng(matching).choice(large.pmids, matching, replace=False)
    within = large.select(Pmids(frozenset(selected.tolist())))
    assert within.count == matching
    query = large.encode("story of word7 and place11")
    nearest = large.nearest(query, limit, within)
    exact = large.vectors(selected) @ query
    tenth_best = np.sort(exact)[-min(10, matching)]
    assert len(nearest) == min(limit, matching)
    # recall@10 is 1, whichever of equal articles are there
    assert all(match.score >= tenth_best - 1e-5 for match in nearest[:10])
    assert nearest == tuple(match for match in large.nearest(query, LARGE) if match.pmid in selected)[:limit]
    ranked = large.matching("word7 story", limit, within).matches
    assert len(ranked) == min(limit, matching)
    expected = [match.pmid for match in large.matching("word7 story", LARGE).matches if match.pmid in selected]
    assert [match.pmid for match in ranked] == expected[:limit]
