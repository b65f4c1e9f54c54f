"""The current revision is the same in whatever order files arrive, and is the one that the rule gives."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.library.layout import Library
from index.store.store_check import verify_store
from tests.support.builds.store_helpers import apply, content, titles
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, deletion_xml, write_articles

PMIDS = st.integers(FIRST_PMID, FIRST_PMID + 2)


@dataclass(frozen=True)
class Revision:
    pmid: int
    version: int
    revised: str | None
    text: int

    def xml(self, file, position):
        title = f"Text {self.text}" if self.text else f"File {file} place {position}"
        return article_xml(self.pmid, version=self.version, revised=self.revised, title=title)


@dataclass(frozen=True)
class File:
    revisions: tuple[Revision, ...]
    deletions: tuple[int, ...]

    def write(self, folder, number):
        records = [revision.xml(number, position) for position, revision in enumerate(self.revisions)]
        name = f"pubmed25n{number:04d}.xml"
        return write_articles(folder / name, [*records, *([deletion_xml(self.deletions)] if self.deletions else [])])


REVISIONS = st.builds(
    Revision,
    PMIDS,
    st.integers(1, 2),
    st.sampled_from([None, "2021-01-01", "2021-01-02"]),
    st.integers(0, 1),
)
FILES = st.lists(
    st.builds(File, st.lists(REVISIONS, max_size=4).map(tuple), st.lists(PMIDS, max_size=2).map(tuple)),
    min_size=1,
    max_size=5,
)


def expected_titles(files):
    """Return the title of each PMID by the rule alone."""
    deleted = {pmid: number for number, file in enumerate(files) for pmid in file.deletions}
    best = {}
    for number, file in enumerate(files):
        for position, revision in enumerate(file.revisions):
            key = (revision.version, revision.revised or "", number, position)
            if number > deleted.get(revision.pmid, -1) and key > best.get(revision.pmid, ((0,), ""))[0]:
                title = f"Text {revision.text}" if revision.text else f"File {number} place {position}"
                best[revision.pmid] = (key, title)
    return {pmid: title for pmid, (_, title) in sorted(best.items())}


def revised(day, text=0):
    return Revision(FIRST_PMID, 1, f"2021-01-0{day}", text)


@pytest.mark.fault("F13")
@settings(max_examples=60, deadline=None)
@given(files=FILES, data=st.data())
@example(files=[File((revised(2),), ()), File((), (FIRST_PMID,)), File((revised(1),), ())], data=None)
def test_any_order_of_the_files_gives_the_store_of_the_rule(tmp_path_factory, files, data):
    folder = tmp_path_factory.mktemp("orders")
    paths = [file.write(folder, number) for number, file in enumerate(files)]
    shuffled = data.draw(st.permutations(paths)) if data else [paths[0], paths[2], paths[1]]
    ordered, other = Library(folder / "ordered"), Library(folder / "other")
    stats = apply(ordered, *paths)
    apply(other, *shuffled)
    assert titles(ordered) == expected_titles(files)
    assert content(other) == content(ordered)
    assert stats.articles == len(expected_titles(files)) == stats.new - stats.removed
    assert verify_store(ordered.store) == verify_store(other.store) == ()


@pytest.mark.fault("F13")
def test_the_yearly_change_of_names_keeps_the_order(tmp_path):
    old = write_articles(tmp_path / "pubmed25n1500.xml", [article_xml(FIRST_PMID, title="Old")])
    new = write_articles(tmp_path / "pubmed26n0001.xml", [article_xml(FIRST_PMID, title="New")])
    for number, paths in enumerate(([old, new], [new, old])):
        library = Library(Path(tmp_path / str(number)))
        apply(library, *paths)
        assert titles(library) == {FIRST_PMID: "New"}
