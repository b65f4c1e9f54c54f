"""Faults during a build of the store: no space, no permission, dead workers, other builds."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path

import pytest

from index.core.errors import LibraryError, LibraryLocked
from index.ingest import xml_text
from index.ingest.worker_pool import _Worker
from index.library.layout import Library
from index.store import schema
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store
from tests.conftest import ROOT
from tests.support.builds.store_helpers import Steps, apply, content, snapshot, titles
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml, write_articles

P = FIRST_PMID
INGEST = """
import os, resource, sys, tempfile
from multiprocessing import popen_spawn_posix, resource_tracker, synchronize
from pathlib import Path
from index.ingest import xml_text
from index.core.errors import PubmedError
from index.library.layout import Library
from tests.support.records.pubmed_xml import article_xml, write_articles
from tests.support.builds.store_helpers import Steps, apply, titles
# Once before the limit, so that everything is imported.
with tempfile.TemporaryDirectory() as folder:
    apply(Library(Path(folder)), write_articles(Path(folder) / "f.xml", [article_xml(1)]))
xml_text.BATCH_BYTES = 20_000
{limit}
try:
    stats = apply(Library(Path(sys.argv[1])), *map(Path, sys.argv[2:]))
    print([file.state for file in stats.files], [file.reason for file in stats.files])
except PubmedError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.fixture
def many_pieces(tmp_path, monkeypatch):
    """A file that several workers share."""
    monkeypatch.setattr(xml_text, "BATCH_BYTES", 20_000)
    records = [article_xml(P + number, abstract="A sentence of words. " * 500) for number in range(60)]
    return write_articles(tmp_path / "pubmed25n0002.xml", records)


def ingest_limited(limit, library, *paths, **options):
    code = INGEST.format(limit=limit)
    command = [sys.executable, "-c", code, str(library.path), *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def store_with_one_article(tmp_path, library):
    apply(library, write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P, title="First")]))
    return content(library)


@pytest.mark.fault("B2")
@pytest.mark.parametrize("room_kb", [0, 8, 100, 300, 600])
def test_a_full_disk_at_any_write_keeps_what_was_there_and_the_next_run_goes_on(
    library, tmp_path, many_pieces, room_kb
):
    before = store_with_one_article(tmp_path, library) if room_kb > 100 else None
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room_kb * 1024}, {room_kb * 1024}))"
    output = ingest_limited(limit, library, many_pieces)
    assert "LibraryError" in output, output
    assert "cannot be written" in output
    if before:
        assert content(library) == before
    stats = apply(library, many_pieces)
    assert (stats.files[0].state, stats.files[0].new + stats.files[0].replaced) == ("applied", 60)
    assert verify_store(library.store) == ()


@pytest.mark.fault("B2")
def test_a_database_that_may_not_grow_is_rolled_back(library, tmp_path, many_pieces, monkeypatch):
    before = store_with_one_article(tmp_path, library)
    real = schema.open_to_write

    def full(path):
        connection = real(path)
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0] + 3}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr("index.store.article_store.open_to_write", full)
        with pytest.raises(LibraryError, match="database or disk is full"):
            apply(library, many_pieces)
    assert content(library) == before
    assert apply(library, many_pieces).articles == 60


@pytest.mark.fault("B3")
def test_a_read_only_library_is_read_and_not_written(many_pieces):
    if os.getuid():
        pytest.skip("needs root to become another user")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        library = Library(Path(folder) / "library")
        apply(library, write_articles(Path(folder) / "pubmed25n0001.xml", [article_xml(P)]))
        good = write_articles(Path(folder) / "pubmed25n0002.xml", [article_xml(P + 1)])
        before = snapshot(library.path)
        limit = "os.setuid(65534); print(titles(Library(Path(sys.argv[1]))))"
        output = ingest_limited(limit, library, good)
        assert f"{{{P}: 'A study of something'}}" in output
        assert "LibraryError" in output
        assert "cannot be written" in output
        assert snapshot(library.path) == before


@pytest.mark.fault("B3")
def test_no_file_descriptors_left_is_a_stated_error(library, tmp_path, many_pieces):
    before = store_with_one_article(tmp_path, library)
    limit = "n = len(os.listdir('/proc/self/fd')); resource.setrlimit(resource.RLIMIT_NOFILE, ({}, 4096))"
    for spare in (-1, 0, 2, 5, 12):
        output = ingest_limited(limit.format(f"n + {spare}"), library, many_pieces)
        assert re.search("LibraryError|ResourceError|failed|applied", output), output
        if "applied" not in output:
            assert content(library)["records"] == before["records"]
    assert apply(library, many_pieces).files[0].state == "applied"


def kill_a_worker(step):
    if step == 20 and (workers := active_children()):
        os.kill(workers[0].pid, signal.SIGKILL)


@pytest.mark.fault("B4")
def test_a_killed_worker_fails_its_file_and_the_others_go_on(library, tmp_path, many_pieces):
    before = store_with_one_article(tmp_path, library)
    other = tmp_path / "pubmed25n0003.xml"
    other.write_bytes(many_pieces.read_bytes().replace(str(P).encode()[:6], b"900001"))
    stats = apply(library, many_pieces, other, progress=Steps(kill_a_worker))
    assert [file.state for file in stats.files] == ["failed", "applied"]
    assert "worker process was killed" in stats.files[0].reason
    assert before["records"][0][0] in titles(library)
    assert apply(library, many_pieces).files[0].state == "applied"
    assert verify_store(library.store) == ()


@pytest.mark.fault("B4")
def test_a_worker_that_is_killed_in_the_middle_of_its_answer_is_not_waited_for():
    many = HEAD + "".join(article_xml(P + n, abstract=f"A sentence {n}. " * 90) for n in range(2000)) + TAIL
    worker = _Worker()
    try:
        worker._pipe.send_bytes(many.encode())
        assert worker._pipe.poll(60), "the answer begins, and is larger than a pipe holds"
        worker.kill()
        with pytest.raises((EOFError, OSError)):
            worker._pipe.recv()
    finally:
        worker.kill()
        worker.close()


@pytest.mark.fault("B5")
def test_a_worker_that_raises_refuses_its_file_and_the_others_go_on(library, tmp_path, many_pieces):
    bad = tmp_path / "pubmed25n0001.xml"
    text = many_pieces.read_text()
    bad.write_text(text.replace("</Journal>", "</Jornal>", 31).replace("</Jornal>", "</Journal>", 30))
    stats = apply(library, bad, many_pieces)
    assert [file.state for file in stats.files] == ["refused", "applied"]
    assert "malformed XML" in stats.files[0].reason
    assert "after" in stats.files[0].reason
    assert stats.articles == 60


@pytest.mark.fault("B5")
def test_a_worker_without_memory_fails_its_file(library, tmp_path, monkeypatch):
    def starve(document):
        raise MemoryError

    path = write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P)])
    with monkeypatch.context() as patch:
        patch.setattr("index.ingest.worker_pool.parse_batch", starve)
        assert apply(library, path).files[0].reason == "MemoryError"
    assert apply(library, path).articles == 1


def test_workers_give_the_store_that_one_process_gives(library, tmp_path, many_pieces, monkeypatch):
    apply(library, many_pieces)
    monkeypatch.setattr(xml_text, "BATCH_BYTES", 64 << 20)
    alone = Library(tmp_path / "alone")
    apply(alone, many_pieces)
    assert content(alone) == content(library)


@pytest.mark.fault("B1")
@pytest.mark.parametrize("moment", [2, 20, 31])
def test_a_killed_build_leaves_no_worker_behind_and_the_next_one_loses_nothing(library, many_pieces, moment):
    code = INGEST.format(
        limit="import multiprocessing, signal; end = lambda step: step == MOMENT and ("
        "print(*[child.pid for child in multiprocessing.active_children()], flush=True), "
        "os.kill(os.getpid(), signal.SIGKILL)); "
        "apply(Library(Path(sys.argv[1])), Path(sys.argv[2]), progress=Steps(end))".replace("MOMENT", str(moment))
    )
    command = [sys.executable, "-c", code, str(library.path), str(many_pieces)]
    # The pipe's end comes only when the last process that holds it is gone.
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, timeout=30, check=False)
    assert done.returncode == -signal.SIGKILL
    assert bool(done.stdout.split()) == (moment > 2)
    assert apply(library, many_pieces).articles == 60
    assert verify_store(library.store) == ()


@pytest.mark.fault("B7")
def test_a_second_build_reports_that_another_is_writing(library, tmp_path, monkeypatch):
    before = store_with_one_article(tmp_path, library)
    monkeypatch.setattr(schema, "BUSY_TIMEOUT_S", 0.1)
    file = write_articles(tmp_path / "pubmed25n0002.xml", [article_xml(P + 1)])
    with ArticleStore.open(library.store, write=True) as busy, busy.transaction():
        with pytest.raises(LibraryLocked, match="Another build is writing"):
            apply(library, file)
        assert content(library) == before
    assert apply(library, file).articles == 2


@pytest.mark.fault("B6")
def test_a_file_left_by_a_kill_while_the_store_was_created_is_created_again(library, tmp_path):
    library.path.mkdir()
    library.store.touch()
    file = write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P)])
    assert apply(library, file).articles == 1


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("DELETE FROM bodies", "1 articles without their content"),
        ("UPDATE bodies SET body = x'00'", f"PMID {P}: its content is damaged"),
        ("UPDATE records SET year = 1900", f"PMID {P}: its content differs from the columns"),
        ("UPDATE records SET text_hash = x'00'", f"PMID {P}: its content differs from the columns"),
        ("UPDATE articles SET Title = 'Other'", f"PMID {P}: PaperETL's tables differ"),
        ("DELETE FROM sections WHERE Name = 'TITLE'", f"PMID {P}: PaperETL's tables differ"),
        ("DELETE FROM records", "1 contents of no article"),
        ("INSERT INTO articles (Id) VALUES ('7')", "1 articles in PaperETL's table that we do not have"),
        ("INSERT INTO sections (Article, Text) VALUES ('7', 'x')", "1 sentences of no article"),
        ("INSERT INTO citations (Article) VALUES ('7')", "1 citations of no article"),
        ("INSERT INTO deletions VALUES (900000001, 1 << 60)", "1 articles in service although deleted"),
        ("DELETE FROM files", "1 articles of no file in the ledger"),
        ("DELETE FROM files", "the ledger accounts for 0 articles, the store holds 1"),
        ("UPDATE files SET counts = json_set(counts, '$.read', 9)", "counts do not add up"),
        ("UPDATE files SET counts = json_set(counts, '$.set_aside', 9)", "different records set aside"),
        ("INSERT INTO set_aside VALUES (99, 0, '', '', '')", "1 records set aside from no file"),
    ],
)
def test_verify_finds_every_kind_of_damage(library, tmp_path, damage, message):
    store_with_one_article(tmp_path, library)
    assert verify_store(library.store) == ()
    with closing(sqlite3.connect(library.store)) as connection, connection:
        connection.execute(damage)
    assert any(message in line for line in verify_store(library.store))


def test_verify_finds_a_damaged_page(library, many_pieces):
    apply(library, many_pieces)
    content = bytearray(library.store.read_bytes())
    for position in range(3 * schema.PAGE_BYTES, len(content), schema.PAGE_BYTES):
        content[position : position + 64] = b"\xff" * 64
    library.store.write_bytes(content)
    assert verify_store(library.store) != ()


@pytest.mark.fault("B16")
@pytest.mark.parametrize(
    "hostile",
    [
        "DROP TABLE deletions; CREATE VIEW deletions AS SELECT 1 AS pmid, 1 AS rank",
        "CREATE TRIGGER quietly AFTER INSERT ON records BEGIN DELETE FROM records; END",
    ],
)
def test_a_store_in_which_a_view_or_a_trigger_would_run_is_refused(library: Library, tmp_path: Path, hostile: str):
    apply(library, write_articles(tmp_path / "f.xml", [article_xml(P)]))
    with closing(sqlite3.connect(library.store)) as connection:
        connection.executescript(hostile)
    with pytest.raises(LibraryError, match="views, triggers or virtual tables"):
        ArticleStore.open(library.store)
