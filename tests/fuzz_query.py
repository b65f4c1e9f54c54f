"""Fuzz the reading of queries with libFuzzer, coverage-guided: `make fuzz`, not part of the tests.

Besides what is true of any reading (`tests.support.oracles.query_properties`), every second filter that is read is
applied to a real index of our own records and must keep what a check of every record keeps. What fails is written to
the folder of the corpus. The first byte of an input chooses: with or without a vocabulary, and with or without the
comparison.

Usage: python -m tests.fuzz_query CORPUS [SECONDS]
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["search", "lark"]):
    import search.query.query  # noqa: F401 - instrumented here, read by the modules below

from index.engine.filter_index import FilterIndex, FilterIndexWriter
from index.lexical.bm25_index import Bm25Document, Bm25Index
from index.lexical.mesh import Mesh, write_mesh
from tests.support.oracles.brute_force_filter import keeps
from tests.support.oracles.query_properties import QUERIES, SIGNS, hold
from tests.support.records.rich_articles import DESCRIPTORS, articles

SECONDS = 600
LONGEST = 2000
SLOWEST_S = 10
MEMORY_MB = 2048
ARTICLES = 20
LONGEST_COMPARED = 60


def main(corpus: Path, seconds: int) -> None:
    """Fuzz until the time is over or something fails."""
    corpus.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp())
    (scratch / "signs").write_text("".join(f'"{_escaped(sign)}"\n' for sign in SIGNS))
    for number, query in enumerate(QUERIES):
        (corpus / f"query-{number}").write_bytes(b"\x81" + query.encode())
    limits = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LONGEST}",
    ]
    files = [f"-dict={scratch / 'signs'}", f"-artifact_prefix={corpus}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, *files, str(corpus)], target(scratch))
    atheris.Fuzz()


def target(scratch: Path):
    """Return what one execution does with its bytes."""
    own_articles = articles(ARTICLES)
    words = Bm25Index.build(
        scratch / "words", [Bm25Document(article.pmid, article.title or "") for article in own_articles]
    )
    write_mesh(scratch / "mesh.sqlite", iter(DESCRIPTORS), source="our own", source_sha256="")
    mesh, index = Mesh.open(scratch / "mesh.sqlite"), _filter_index(scratch / "build", own_articles)

    def run(data: bytes) -> None:
        loaded = mesh if data[:1] >= b"\x80" else None
        query = hold(data[1:].decode("utf-8", "surrogateescape"), words.stems, loaded)
        if data[:1] and data[0] % 2 and query and query.read_as.clause and len(query.plain) <= LONGEST_COMPARED:
            rows = index.rows(query.read_as.filter_expression)
            expected = [keeps(query.read_as.filter_expression, article) for article in own_articles]
            assert (rows is None and all(expected)) or rows.tolist() == expected

    return run


def _filter_index(folder: Path, own_articles) -> FilterIndex:
    import numpy as np

    folder.mkdir()
    writer = FilterIndexWriter(folder)
    for article in own_articles:
        writer.add(article)
    writer.finish()
    np.save(folder / "years.npy", np.array([article.year or 0 for article in own_articles], dtype=np.int16))
    return FilterIndex(folder, np.array([article.pmid for article in own_articles]))


def _escaped(sign: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in sign.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS)
