"""What is asked of one index or store can be asked of a split one, which has no files of its own."""

import pytest

from index.engine.search_index import SearchIndex
from index.split.split_index import SplitIndex
from index.split.split_store import SplitStore
from index.store.article_store import ArticleStore

# These need the joined words, the PMIDs or the model only, which a split index has as well.
OF_ANY_INDEX = {"open", "encoder", "encode", "matching", "count", "pmids_of", "stems", "document_frequency"}
# The first two ask what is replaced; all others are for builds.
OF_ANY_STORE = {
    "article",
    "passages",
    "open",
    "connection",
    "transaction",
    "newest",
    "keys",
    "touched",
    "held",
    "iterate",
}


@pytest.mark.parametrize(
    ("one", "split", "inherited"),
    [(SearchIndex, SplitIndex, OF_ANY_INDEX), (ArticleStore, SplitStore, OF_ANY_STORE)],
)
def test_every_other_method_is_the_split_one_s_own(one, split, inherited):
    public = {name for name in vars(one) if not name.startswith("_")}
    assert public - set(vars(split)) == inherited
