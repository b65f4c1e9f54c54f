"""What people call diseases and drugs: read from two tables, kept where MeSH has no such name."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.lexical.everyday_names import EverydayName, read_brands, read_ontology
from index.lexical.mesh import Descriptor, Mesh, write_mesh

LOW_LEMON = Descriptor("D900001", "Hypocitria", ("Lemon Deficiency",), ("Z01",))
LEMONADE = Descriptor("D900002", "Lemonade", (), ("Z02",))


def term(name: str, *synonyms: str, mesh: Sequence[str] = (), namespace: str = "MSH") -> dict[str, object]:
    references = [{"id": ui, "namespace": namespace} for ui in mesh]
    return {"name": name, "synonyms": list(synonyms), "xrefs": [{"id": "1", "namespace": "OTHER"}, *references]}


def table(path: Path, *rows: tuple[str, str, str]) -> Path:
    lines = ["Name\tTYPE\tUNII\tDisplay Name", *(f"{name}\t{kind}\tX\t{substance}" for name, kind, substance in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def everyday(tmp_path: Path, *names: EverydayName) -> dict[str, tuple[str | None, str]]:
    path = tmp_path / "mesh.sqlite"
    write_mesh(path, iter((LOW_LEMON, LEMONADE)), source="ours", source_sha256="0", everyday_names=names)
    with Mesh.open(path) as mesh:
        words = ["low lemon", "sourol", "lemon deficiency", "lemonade", "fizz"]
        return {phrase: (name.ui, name.name) for phrase, name in mesh.everyday(words).items()}


def test_names_of_terms_that_are_one_descriptor_are_read(tmp_path: Path):
    source = tmp_path / "hp.json"
    one, several, none = term("Hypocitria", "Low lemon", mesh=["D1"]), term("X", "y", mesh=["D1", "D2"]), term("Z", "z")
    source.write_text(json.dumps([one, several, none, {"name": "All"}]), encoding="utf-8")
    assert list(read_ontology(source)) == [
        EverydayName("Hypocitria", "D1", "Hypocitria"),
        EverydayName("Low lemon", "D1", "Hypocitria"),
    ]


def test_brand_names_are_read_with_the_simplest_name_of_their_substance(tmp_path: Path):
    source = table(
        tmp_path / "names.txt",
        ("SOUROL", "bn", "CITRIN HYDROCHLORIDE"),
        ("CITRIN", "of", "CITRIN"),
        ("FIZZ", "bn", "SODA ASH"),
        ("CODE-1", "cd", "SODA ASH"),
    )
    assert list(read_brands(source)) == [
        EverydayName("SOUROL", None, "citrin"),
        EverydayName("FIZZ", None, "soda ash"),
    ]


def test_a_name_means_the_descriptor_that_it_gives_or_whose_name_its_substance_begins_with(tmp_path: Path):
    names = EverydayName("Low Lemon", "D900001", "x"), EverydayName("SOUROL", None, "lemonade powder")
    expected = {"low lemon": ("D900001", "Hypocitria"), "sourol": ("D900002", "Lemonade")}
    assert everyday(tmp_path, *names) == expected


def test_a_substance_that_MeSH_has_not_keeps_its_own_name(tmp_path: Path):
    assert everyday(tmp_path, EverydayName("FIZZ", None, "soda ash")) == {"fizz": (None, "soda ash")}


@pytest.mark.parametrize(
    "names",
    [
        [EverydayName("Lemon deficiency", "D900002", "x")],  # MeSH has that name
        [EverydayName("Low lemon", "D999999", "x")],  # no such descriptor
        [EverydayName("Fizz", "D900001", "x"), EverydayName("fizz!", "D900002", "y")],  # two things
        [EverydayName("?!", "D900001", "x")],
    ],
)
def test_what_MeSH_names_itself_or_means_several_things_or_nothing_is_left_out(tmp_path: Path, names):
    assert everyday(tmp_path, *names) == {}
