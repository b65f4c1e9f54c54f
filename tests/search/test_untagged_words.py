"""Whoever asks with untagged words chooses whether they are mapped, and every answer keeps the choice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.lexical.mesh import Descriptor, Mesh, write_mesh
from index.records.article import MeshHeading
from search import Searcher
from search.recording.saved_searches import saved_id
from search.serving.open_build import OpenBuild
from tests.support.fakes.fake_index import article, stand_in

QUESTION = "heart attack AND aspirin"
ARTICLES = [
    article(900_000_001, title="Aspirin", mesh=(MeshHeading("D900001", "Myocardial Infarction"),)),
    article(900_000_002, title="Aspirin after an attack on the heart"),
    article(900_000_003, title="Aspirin alone"),
]
MAPPED, AS_TYPED = [900_000_002, 900_000_001], [900_000_002]


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Searcher]:
    fake = stand_in(monkeypatch, ARTICLES)
    infarction = Descriptor("D900001", "Myocardial Infarction", ("Heart Attack",), ("C14.1",))
    write_mesh(tmp_path / "mesh.sqlite", iter([infarction]), source="ours.tsv", source_sha256="0")
    mesh = Mesh.open(tmp_path / "mesh.sqlite")
    monkeypatch.setattr(
        OpenBuild, "open", lambda library, build, *, encoder=None: OpenBuild(build, *fake.open(build, encoder), mesh)
    )
    with Searcher.open(tmp_path) as searcher:
        yield searcher


def test_words_are_mapped_unless_they_are_to_be_searched_as_typed(pubmed):
    assert [hit.article.pmid for hit in pubmed.search(QUESTION).hits] == MAPPED
    assert [hit.article.pmid for hit in pubmed.search(QUESTION, mapping=False).hits] == AS_TYPED


def test_search_details_come_with_counts(pubmed):
    [heart_attack, aspirin] = pubmed.search(QUESTION).to_json()["query"]["read_as"]["search_details"]
    assert (heart_attack["typed"], heart_attack["count"]) == ("heart attack", 2)
    assert [(part["says"], part["count"]) for part in heart_attack["parts"]] == [
        ("MeSH Myocardial Infarction and narrower", 1),
        ("heart AND attack in any field", 1),
        ("Myocardial AND Infarction in any field", 1),
    ]
    assert aspirin == {"typed": "aspirin", "says": "aspirin in any field", "count": 3}


@pytest.mark.parametrize(("mapping", "pmids"), [(True, MAPPED), (False, AS_TYPED)])
def test_counts_lists_exports_and_records_keep_the_choice(pubmed, mapping, pmids):
    assert pubmed.total(QUESTION, mapping=mapping) == len(pmids)
    assert list(pubmed.pmids(QUESTION, mapping=mapping)) == pmids
    exported = "".join(pubmed.export(QUESTION, "ris", mapping=mapping))
    assert exported.count("TY  - ") == len(pmids)
    [facet] = pubmed.facets(QUESTION, fields=["has_abstract"], mapping=mapping)
    assert [(count.value, count.articles) for count in facet.counts] == [("no", len(pmids))]
    record = pubmed.record(QUESTION, mapping=mapping)
    assert (record.request.mapping, list(record.listed.pmids)) == (mapping, pmids)
    assert pubmed.replay(record).verdict == "same"


def test_a_search_saved_as_typed_is_another_than_the_mapped_one(pubmed):
    mapped, typed = (pubmed.record(QUESTION, mapping=mapping).request for mapping in (True, False))
    assert saved_id(mapped) != saved_id(typed)
