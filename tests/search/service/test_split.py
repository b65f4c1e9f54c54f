"""A library that is split answers as the whole one does, byte for byte."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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
from tests.support.oracles.whole_and_split import Answer, Request, answers_of, name_like, next_pages, requests_of

ARTICLES = 400
URL = "http://127.0.0.1:8000"


@dataclass
class Whole:
    """A whole library, and what it answers."""

    library: Library
    source: Path
    asked: list[Request]
    answers: list[Answer]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sample_file: Path, shared_data: Path) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    source = first_records(sample_file, ARTICLES, folder / "some.xml.gz")
    library = build_whole(Library(folder / "library"), source)
    load_mesh(shared_data / "mesh" / "mesh_descriptors.tsv.gz", library.mesh, progress=QUIET)
    with small_builds(), ServedLibrary.open(library.path) as served, _client(served) as client:
        hits = served.search("patients", limit=40, whole=True).hits
        asked = list(requests_of([hit.article.pmid for hit in hits]))
        answers = answers_of(client, asked)
        further = list(next_pages(asked, answers))
        return Whole(library, source, asked + further, answers + answers_of(client, further))


@pytest.mark.parametrize("count", [2, 4])
def test_every_answer_of_a_split_library_is_that_of_the_whole_one(whole, tmp_path, count):
    shards = build_shards(tmp_path, count, whole.source)
    shards[0].mesh.hardlink_to(whole.library.mesh)
    with _split(shards, whole.library) as split, _client(split) as client:
        found = answers_of(client, whole.asked)
    assert len(found) > 250
    assert sum(status == 200 for status, _, _ in whole.answers) > 240
    for request, expected, answer in zip(whole.asked, whole.answers, found, strict=True):
        assert answer == expected, request


def test_shards_that_code_vectors_in_ranges_of_their_own_are_refused_with_the_command(whole, tmp_path):
    shards = build_shards(tmp_path, 2, whole.source, match=False)
    with pytest.raises(LibraryError, match="rebuild-index --match-shards"), _split(shards, whole.library):
        pass


@contextmanager
def _split(shards: list[Library], whole: Library) -> Iterator[ServedLibrary]:
    with ExitStack() as opened:
        opened.enter_context(small_builds())
        joined, build = opened.enter_context(local_split(shards))
        manifest = current_manifest(whole)
        assert manifest is not None
        name_like(build, manifest)
        yield opened.enter_context(ServedLibrary(joined, build))


def _client(library: ServedLibrary) -> TestClient:
    return TestClient(service(library), base_url=URL)
