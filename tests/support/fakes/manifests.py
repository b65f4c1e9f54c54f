"""A manifest for tests that need one."""

import dataclasses

from index.library.manifest import Manifest
from tests.support.fakes.fake_encoder import FakeEncoder

ANY = Manifest(
    build="2026-11-22T10-04-31-3f9c",
    created="2026-11-22T10:04:31+00:00",
    articles=300,
    limit=None,
    newest="2021-03-02",
    model="fake",
    fingerprint=FakeEncoder().fingerprint,
    precision="fp32",
    dimensions=32,
    vectors="IDMap,SQ8",
    content="3f9c",
    size_bytes=1,
    previous=None,
)


def manifest(**fields: object) -> Manifest:
    return dataclasses.replace(ANY, **fields)
