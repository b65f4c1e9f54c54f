"""A library that is split answers as the whole one does, byte for byte."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.core.errors import LibraryError
from index.lexical.mesh_loader import load_mesh
from index.library.builds import current_manifest
from index.library.layout import Library
from search.service.app import service
from search.service.served_library import ServedLibrary
from search.serving.open_split import local_split
from tests.support.builds.killed_builds import small_builds
from tests.support.builds.split_builds import build_shards, build_whole, first_records
from tests.support.builds.store_helpers import QUIET
from tests.support.oracles.whole_and_split import Request, answers_of, name_like, next_pages, requests_of

ARTICLES = 400
URL = "http://127.0.0.1:8000"


@dataclass
class Whole:
    """A whole library, open, and what is asked of it."""

    library: Library
    source: Path
    served: ServedLibrary
    asked: list[Request]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sample_file: Path, shared_data: Path) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    source = first_records(sample_file, ARTICLES, folder / "some.xml.gz")
    library = build_whole(Library(folder / "library"), source)
    load_mesh(shared_data / "mesh" / "mesh_descriptors.tsv.gz", library.mesh, progress=QUIET)
    with small_builds(), ServedLibrary.open(library.path) as served:
        hits = served.search("patients", limit=40, whole=True).hits
        yield Whole(library, source, served, list(requests_of([hit.article.pmid for hit in hits])))


# Every fifth is another kind of request for another text each time.
@pytest.mark.parametrize(
    ("count", "step"),
    [(2, 5), (4, 5), pytest.param(2, 1, marks=pytest.mark.long), pytest.param(4, 1, marks=pytest.mark.long)],
)
def test_every_answer_of_a_split_library_is_that_of_the_whole_one(whole, tmp_path, count, step):
    asked = whole.asked[::step]
    assert len(asked) * step > 200
    with _client(whole.served) as client:
        right = answers_of(client, asked)
        asked += next_pages(asked, right)
        right += answers_of(client, asked[len(right) :])
    assert sum(status == 200 for status, _, _ in right) > 0.9 * len(right)
    with _split(build_shards(tmp_path, count, whole.source), whole) as split, _client(split) as client:
        for request, expected in zip(asked, right, strict=True):
            assert answers_of(client, [request]) == [expected], request


STRATEGY = "(cancer[ti] OR neoplasms[mh]) AND therapy NOT review[pt]"


def test_what_python_asks_is_answered_by_a_split_library_as_by_the_whole_one(whole, tmp_path):
    with _split(build_shards(tmp_path, 3, whole.source), whole) as split:
        for ask in (
            lambda pubmed: pubmed.topics("patients", whole=True),
            lambda pubmed: pubmed.years_of("mesh", ["Neoplasms", "Risk Factors"], ""),
            lambda pubmed: list(pubmed.pmids("cancer OR heart", sort="oldest")),
            lambda pubmed: pubmed.total("", species=["humans"]),
            lambda pubmed: pubmed.recall(STRATEGY, list(pubmed.pmids("cancer", whole=True))[:30]),
            lambda pubmed: [pubmed.citing(pmid) for pmid in pubmed.pmids("patients", whole=True)],
            lambda pubmed: replace(pubmed.record(STRATEGY), at="", searched=None),
            lambda pubmed: "".join(pubmed.export("therapy OR risk", "nbib")),
            lambda pubmed: pubmed.count,
        ):
            assert ask(split) == ask(whole.served)


def test_shards_that_code_vectors_in_ranges_of_their_own_are_refused_with_the_command(whole, tmp_path):
    shards = build_shards(tmp_path, 2, whole.source, match=False)
    with pytest.raises(LibraryError, match="rebuild-index --match-shards"), _split(shards, whole):
        pass


@contextmanager
def _split(shards: list[Library], whole: Whole) -> Iterator[ServedLibrary]:
    """Open shards with the vocabulary of the whole library, and under its build's name."""
    shards[0].mesh.hardlink_to(whole.library.mesh)
    manifest = current_manifest(whole.library)
    assert manifest is not None
    with ExitStack() as opened:
        joined, build = opened.enter_context(local_split(shards))
        name_like(build, manifest)
        yield opened.enter_context(ServedLibrary(joined, build))


def _client(library: ServedLibrary) -> TestClient:
    return TestClient(service(library), base_url=URL)
