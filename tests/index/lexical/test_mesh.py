import gzip
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from index.core.errors import LibraryError, SourceError
from index.core.progress import Progress
from index.lexical.mesh import Completion, Descriptor, Mesh
from index.lexical.mesh_loader import load_mesh
from search.filters.vocabulary import heading_values

# Our own little tree: fruit > citrus > lemon; lemon stands in a second place, under yellow things.
FRUIT = Descriptor("D900001", "Fruit", ("Fruits", "Produce, Sweet"), ("Z01",))
CITRUS = Descriptor("D900002", "Citrus Fruit", ("Agrumes", "Fruit, Citrus"), ("Z01.100",))
LEMON = Descriptor("D900003", "Lemon", ("Citrus limon", "FRUITS"), ("Z01.100.200", "Z02.300"))
YELLOW = Descriptor("D900004", "Yellow Things", (), ("Z02",))
NEIGHBOUR = Descriptor("D900005", "Fruition", (), ("Z01-0", "Z010"))
TAG = Descriptor("D900006", "Sample Tag")
ALL = (FRUIT, CITRUS, LEMON, YELLOW, NEIGHBOUR, TAG)


def table(*descriptors: Descriptor) -> str:
    rows = ["ui\tname\tentry_terms\ttree_numbers"]
    rows += [
        "\t".join((descriptor.ui, descriptor.name, "|".join(descriptor.entry_terms), "|".join(descriptor.tree_numbers)))
        for descriptor in descriptors
    ]
    return "\n".join(rows) + "\n"


def xml(*descriptors: Descriptor) -> str:
    """The shape of NLM's descYYYY.xml: the name is one of the terms, and the concepts divide them."""
    records = []
    for descriptor in descriptors:
        terms = "".join(
            f"<Term><TermUI>T</TermUI><String>{term}</String></Term>"
            for term in (descriptor.name, *descriptor.entry_terms)
        )
        numbers = "".join(f"<TreeNumber>{number}</TreeNumber>" for number in descriptor.tree_numbers)
        records.append(
            f"<DescriptorRecord DescriptorClass='1'><DescriptorUI>{descriptor.ui}</DescriptorUI>"
            f"<DescriptorName><String>{descriptor.name}</String></DescriptorName>"
            "<AllowableQualifiersList><AllowableQualifier><QualifierReferredTo><QualifierName><String>other"
            "</String></QualifierName></QualifierReferredTo></AllowableQualifier></AllowableQualifiersList>"
            + (f"<TreeNumberList>{numbers}</TreeNumberList>" if numbers else "")
            + f"<ConceptList><Concept><ConceptName><String>c</String></ConceptName><TermList>{terms}</TermList>"
            "</Concept></ConceptList></DescriptorRecord>"
        )
    return (
        '<?xml version="1.0"?><!DOCTYPE DescriptorRecordSet SYSTEM "https://example.org/desc.dtd">'
        f"<DescriptorRecordSet>{''.join(records)}</DescriptorRecordSet>"
    )


def load(folder: Path, name: str, content: str | bytes) -> Mesh:
    data = content.encode() if isinstance(content, str) else content
    source = folder / name
    source.write_bytes(gzip.compress(data) if name.endswith(".gz") and isinstance(content, str) else data)
    load_mesh(source, folder / "mesh.sqlite", progress=Progress())
    return Mesh.open(folder / "mesh.sqlite")


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Mesh]:
    with load(tmp_path, "mesh.tsv", table(*ALL)) as loaded:
        yield loaded


@pytest.mark.parametrize(
    ("name", "content"),
    [("m.tsv", table(*ALL)), ("m.tsv.gz", table(*ALL)), ("desc2026.xml", xml(*ALL)), ("desc2026.xml.gz", xml(*ALL))],
)
def test_table_and_XML_gzipped_or_not_load_the_same(tmp_path: Path, name: str, content: str) -> None:
    with load(tmp_path, name, content) as mesh:
        assert list(mesh.descriptors()) == list(ALL)
        status = mesh.status()
        assert (status.descriptors, status.entry_terms, status.tree_numbers, status.source) == (6, 6, 7, name)


@pytest.mark.parametrize(
    "text", ["D900002", "d900002", "citrus fruit", "CITRUS  FRUIT ", "agrumes", "Fruit, Citrus", "fruit citrus"]
)
def test_a_descriptor_is_found_by_ui_name_or_entry_term_in_any_case_with_any_punctuation(mesh: Mesh, text: str) -> None:
    assert mesh.descriptor(text) == CITRUS


@pytest.mark.parametrize("text", ["", " ", "citrus", "%", "'; DROP TABLE terms; --"])
def test_what_is_not_a_term_finds_nothing(mesh: Mesh, text: str) -> None:
    assert mesh.descriptor(text) is None


def test_a_name_wins_over_the_same_entry_term_of_another(tmp_path: Path) -> None:
    other = Descriptor("D800000", "Other", ("Lemon",))
    with load(tmp_path, "m.tsv", table(other, LEMON)) as mesh:
        assert mesh.descriptor("lemon") == LEMON


def test_explosion_takes_every_place_in_the_tree_and_no_neighbour(mesh: Mesh) -> None:
    assert mesh.explode("D900001") == {"D900001", "D900002", "D900003"}
    assert mesh.explode("D900004") == {"D900004", "D900003"}
    assert mesh.explode("D900003") == {"D900003"}
    assert mesh.explode("D900006") == {"D900006"}
    assert mesh.explode("D999999") == frozenset()


def test_what_is_directly_above_and_below_is_named_once_each(mesh: Mesh) -> None:
    assert mesh.narrower(FRUIT.ui) == (CITRUS,)
    assert mesh.narrower(CITRUS.ui) == (LEMON,)
    assert set(mesh.broader(LEMON.ui)) == {CITRUS, YELLOW}
    assert mesh.broader(FRUIT.ui) == mesh.narrower(TAG.ui) == mesh.broader(TAG.ui) == ()


def test_a_name_that_the_vocabulary_has_changed_still_finds_what_was_indexed_with_it(mesh: Mesh) -> None:
    assert heading_values("Produce, Sweet", mesh, exploded=False) == {"Produce, Sweet", FRUIT.ui}
    assert heading_values("citrus fruit", mesh) == {"citrus fruit", CITRUS.ui, LEMON.ui}
    assert heading_values("Tin Hats ", mesh) == {"Tin Hats"}


def test_completion_gives_each_descriptor_once_names_first(mesh: Mesh) -> None:
    assert mesh.complete("fruit") == (
        Completion("Fruit", "D900001", "Fruit"),
        Completion("Fruition", "D900005", "Fruition"),
        Completion("Fruit, Citrus", "D900002", "Citrus Fruit"),
        Completion("FRUITS", "D900003", "Lemon"),
    )
    assert mesh.complete("FRUIT", 1) == (Completion("Fruit", "D900001", "Fruit"),)
    assert mesh.complete("lemon curd") == mesh.complete("") == mesh.complete("  ") == mesh.complete("_") == ()


def test_without_a_vocabulary_the_error_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="rebuild-index --mesh"):
        Mesh.open(tmp_path / "mesh.sqlite")


@pytest.mark.fault("B12")
def test_a_vocabulary_of_another_format_is_refused(tmp_path: Path, mesh: Mesh) -> None:
    mesh.close()
    connection = sqlite3.connect(tmp_path / "mesh.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryError, match="has format 99, this program reads format 4"):
        Mesh.open(tmp_path / "mesh.sqlite")


def test_a_damaged_vocabulary_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mesh.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryError, match="is damaged"):
        Mesh.open(tmp_path / "mesh.sqlite")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("F1.tsv.gz", gzip.compress(table(*ALL).encode())[:-9], "end-of-stream"),
        ("F1.xml.gz", gzip.compress(xml(*ALL).encode())[:-9], "end-of-stream"),
        ("F2.tsv.gz", gzip.compress(table(*ALL).encode())[:-8] + b"\0\0\0\0\0\0\0\0", "CRC"),
        ("F4.xml", b"", "no element found|Document is empty"),
        ("F4.tsv", b"", "names no column 'ui'"),
        ("F5.xml.gz", b"<html>sorry</html>", "Not a gzipped file"),
        ("F5.xml", b"<html>sorry</html>", "names no descriptor"),
        ("F5.tsv", b"<html>sorry</html>", "names no column 'ui'"),
        ("F6.xml", xml(*ALL)[:-90].encode(), "cannot be read as MeSH"),
        ("bytes.tsv", table(*ALL).encode() + b"D9\t\xff\t\t\n", "invalid start byte"),
        ("short.tsv", table(*ALL).encode() + b"D9\tname\n", "line 8 does not hold"),
        ("twice.tsv", table(*ALL, FRUIT).encode(), "UNIQUE constraint failed"),
        ("nameless.xml", b"<S><DescriptorRecord><DescriptorUI>D1</DescriptorUI></DescriptorRecord></S>", "without UI"),
        ("mesh.csv", b"ui,name", "neither NLM's desc2026.xml nor a .tsv"),
    ],
)
def test_a_bad_file_is_named_with_the_reason_and_what_was_loaded_stays(
    tmp_path: Path, mesh: Mesh, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(SourceError, match=rf"(?s){name}.*({reason})"):
        load(tmp_path, name, content)
    assert list(mesh.descriptors()) == list(ALL)
    with Mesh.open(tmp_path / "mesh.sqlite") as reopened:
        assert reopened.descriptor("fruit") == FRUIT
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"desc2026\.xml cannot be read as MeSH: .*No such file"):
        load_mesh(tmp_path / "desc2026.xml", tmp_path / "mesh.sqlite", progress=Progress())


@pytest.mark.fault("F8")
def test_entities_of_a_file_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    doctype = f'<!DOCTYPE DescriptorRecordSet [<!ENTITY x SYSTEM "file://{secret}">]>'
    text = doctype + xml(FRUIT, Descriptor("D9", "a &x; b")).partition('desc.dtd">')[2]
    with load(tmp_path, "desc.xml", text) as mesh:
        assert [descriptor.name for descriptor in mesh.descriptors()] == ["a ", "Fruit"]


def test_a_reload_takes_the_place_of_what_was_there_and_open_readers_keep_theirs(tmp_path: Path, mesh: Mesh) -> None:
    with load(tmp_path, "new.tsv", table(TAG)) as newer:
        assert list(newer.descriptors()) == [TAG]
    assert mesh.descriptor("Fruit") == FRUIT


@pytest.mark.fault("Q10")
def test_fifty_people_share_one_vocabulary(mesh: Mesh) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: (mesh.descriptor("agrumes"), mesh.explode("D900001")), range(500)))
    assert set(answers) == {(CITRUS, frozenset({"D900001", "D900002", "D900003"}))}


def test_the_real_vocabulary_has_its_counts_and_known_records(shared_data: Path, tmp_path: Path) -> None:
    status = load_mesh(shared_data / "mesh/mesh_descriptors.tsv.gz", tmp_path / "mesh.sqlite", progress=Progress())
    assert status.descriptors == 30_764
    with Mesh.open(tmp_path / "mesh.sqlite") as mesh:
        first = mesh.descriptor("Calcimycin")
        assert first is not None
        assert first.ui == "D000001"
        assert first.tree_numbers[0] == "D02.355.291.933.125"
        assert (mesh.descriptor("heart attack") or TAG).name == "Myocardial Infarction"
        assert (mesh.descriptor("NIDDM") or TAG).name == "Diabetes Mellitus, Type 2"
        neoplasms = mesh.descriptor("neoplasms")
        assert neoplasms is not None
        below = mesh.explode(neoplasms.ui)
        by_hand = {
            descriptor.ui
            for descriptor in mesh.descriptors()
            if any(number == "C04" or number.startswith("C04.") for number in descriptor.tree_numbers)
        }
        assert below == by_hand
        assert len(below) > 600
        completions = mesh.complete("diabetes mellitus", 3)
        assert completions[0].name == "Diabetes Mellitus"
        started = time.perf_counter()
        mesh.complete("c", 10)
        assert time.perf_counter() - started < 1


@pytest.mark.fault("B18")
def test_a_vocabulary_that_was_changed_is_not_as_it_was_loaded(tmp_path: Path, mesh: Mesh) -> None:
    assert mesh.is_as_loaded()
    mesh.close()
    with closing(sqlite3.connect(tmp_path / "mesh.sqlite")) as connection, connection:
        connection.execute("UPDATE terms SET ui = 'D999999' WHERE is_name")
    with Mesh.open(tmp_path / "mesh.sqlite") as changed:
        assert not changed.is_as_loaded()


@pytest.mark.fault("B16")
def test_a_vocabulary_with_a_view_in_the_place_of_a_table_is_refused(tmp_path: Path, mesh: Mesh) -> None:
    mesh.close()
    with closing(sqlite3.connect(tmp_path / "mesh.sqlite")) as connection, connection:
        connection.execute("DROP TABLE about")
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT * FROM n"
        connection.execute(f"CREATE VIEW about AS {endless}")
    with pytest.raises(LibraryError, match="views, triggers or virtual tables: about"):
        Mesh.open(tmp_path / "mesh.sqlite")
