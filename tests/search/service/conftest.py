"""The service on a library in memory."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from search.service.app import service
from search.service.served_library import ServedLibrary
from tests.search.service.service_library import ARTICLES
from tests.support.fakes.fake_index import FakeLibrary, stand_in


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    return stand_in(monkeypatch, ARTICLES)


@pytest.fixture
def served(library: FakeLibrary) -> Iterator[ServedLibrary]:
    with ServedLibrary.open("anywhere") as opened:
        yield opened


@pytest.fixture
def client(served: ServedLibrary) -> Iterator[TestClient]:
    with TestClient(service(served), base_url="http://127.0.0.1:8000") as opened:
        yield opened
