"""A new index is verified by an article that it must find."""

import pytest

from index.build.index_check import verify
from index.core.errors import LibraryError
from index.records.passages import passage_of
from tests.support.fakes.fake_index import FakeIndex, article

TITLED = article(900000001, title="Zinc in zebrafish", abstract="Zebrafish were fed with zinc.")
UNTITLED = article(900000002, title="", abstract="Muons were counted in marrow.")


@pytest.mark.parametrize("probe", [TITLED, UNTITLED])
def test_an_index_that_finds_its_article_is_sound_whether_it_has_a_title_or_not(probe):
    verify(FakeIndex([TITLED, UNTITLED]), passage_of(probe))


def test_an_index_without_the_article_is_refused():
    with pytest.raises(LibraryError, match="The vectors do not find PMID 900000002"):
        verify(FakeIndex([TITLED, article(900000003, title="Other")]), passage_of(UNTITLED))
