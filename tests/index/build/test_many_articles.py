"""The sentences of many articles are encoded with 8 bits, whole or in pieces, in one library or in shards."""

from pathlib import Path

import pytest

from index.build.many_articles import MANY_ARTICLES, for_many
from index.library.layout import Library
from index.library.shard_place import ShardPlace, settle_place


class Model:
    """Stands for an encoder: only which one is chosen matters."""

    def __init__(self) -> None:
        self.of_many = object()

    def for_many(self) -> object:
        return self.of_many


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def chosen(library: Library, missing: int) -> bool:
    """Whether 8 bits are chosen for so many articles."""
    model = Model()
    with for_many(library, model, missing) as encoder:  # type: ignore[arg-type]
        assert encoder in {model, model.of_many}
        return encoder is model.of_many


def test_few_articles_keep_the_model_as_it_is(library: Library):
    assert not chosen(library, MANY_ARTICLES - 1)
    assert chosen(library, MANY_ARTICLES)
    assert not chosen(library, MANY_ARTICLES - 1), "an update that follows is small"


def test_a_build_that_goes_on_encodes_the_others_alike(library: Library):
    with pytest.raises(KeyboardInterrupt), for_many(library, Model(), MANY_ARTICLES):  # type: ignore[arg-type]
        raise KeyboardInterrupt
    assert chosen(library, 1)
    assert not chosen(library, 1)


def test_a_build_that_ended_between_encoding_and_its_note_is_done(library: Library):
    library.many.touch()
    assert not chosen(library, 0)
    assert not library.many.exists()


def test_shards_encode_as_one_library_of_all_articles(library: Library):
    settle_place(library, ShardPlace(2, 4))
    assert chosen(library, MANY_ARTICLES // 4)
    assert not chosen(library, MANY_ARTICLES // 4 - 1)
