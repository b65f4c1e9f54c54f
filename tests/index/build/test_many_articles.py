"""Many articles are encoded in another way than few: whole or in pieces, in one library or in shards."""

from pathlib import Path
from unittest import mock

import pytest

from index.build import many_articles
from index.build.library_check import verify_library
from index.build.many_articles import MANY_ARTICLES, encoding
from index.build.rebuild import RebuildRequest, rebuild
from index.core.progress import SILENT
from index.embedding.encoder import Encoder
from index.library.layout import Library
from index.library.shard_place import ShardPlace, settle_place


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def are_many(library: Library, missing: int) -> bool:
    """Whether so many articles count as many, in a build that ends as it should."""
    with encoding(library, missing) as many:
        return many


def test_few_articles_keep_the_model_as_it_is(library: Library):
    assert not are_many(library, MANY_ARTICLES - 1)
    assert are_many(library, MANY_ARTICLES)
    assert not are_many(library, MANY_ARTICLES - 1), "an update that follows is small"


def test_a_build_that_goes_on_encodes_the_others_alike(library: Library):
    with pytest.raises(KeyboardInterrupt), encoding(library, MANY_ARTICLES):
        raise KeyboardInterrupt
    assert are_many(library, 1)
    assert not are_many(library, 1)
    assert not library.many.exists()


def test_shards_encode_as_one_library_of_all_articles(library: Library):
    settle_place(library, ShardPlace(2, 4))
    assert are_many(library, MANY_ARTICLES // 4)
    assert not are_many(library, MANY_ARTICLES // 4 - 1)


def test_a_library_of_many_articles_has_the_vectors_of_the_model(library: Library, corpus_file: Path):
    with (
        mock.patch.object(many_articles, "MANY_ARTICLES", 1),
        mock.patch("index.embedding.encoder.fastest_precision", return_value="fp32"),
        mock.patch.object(Encoder, "for_many", autospec=True, side_effect=Encoder.for_many) as for_many,
    ):
        rebuild(RebuildRequest(library, (corpus_file,)), SILENT)
    assert [call.args[1] for call in for_many.call_args_list] == ["articles", "sentences"]
    assert list(verify_library(library, SILENT).faults) == []
    assert not library.many.exists()
