"""An index that fails its check is not published; it stays aside until the next build."""

from pathlib import Path

import numpy as np
import pytest

from index.core.errors import LibraryError
from index.engine.search_index import SearchIndex
from index.lexical.matches import KeywordMatches
from index.library.builds import current_build
from index.library.layout import Library
from tests.support.builds.killed_builds import build, records
from tests.support.records.pubmed_xml import write_articles


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "pubmed21n0001.xml.gz", records())


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "a library")


@pytest.mark.parametrize("part", ["vectors", "words", "count"])
def test_an_index_that_does_not_find_its_own_article_is_not_published(
    library: Library, source: Path, part: str, monkeypatch: pytest.MonkeyPatch
):
    build(library, source, limit=10)
    served = current_build(library)
    if part == "vectors":
        monkeypatch.setattr(SearchIndex, "vectors", lambda self, pmids: np.ones((len(pmids), 32)) / 32**0.5)
    elif part == "words":
        monkeypatch.setattr(SearchIndex, "matching", lambda *_, **__: KeywordMatches(0, ()))
    else:
        monkeypatch.setattr(SearchIndex, "sizes", (30, 29, 30, 30))
    with pytest.raises(LibraryError, match=r"is kept in (.*) until the next build:\n  rebuild-index") as refused:
        build(library, source)
    assert current_build(library) == served
    [kept] = [path for path in library.builds.iterdir() if path != served]
    assert str(kept) in str(refused.value)
    assert (kept / "manifest.json").is_file()
    monkeypatch.undo()
    build(library, source)
    assert not kept.exists()
