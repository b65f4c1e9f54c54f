"""On Ray the same bits are made as in one process, and a lost worker costs its lots only."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from index.build import assemble
from index.build.rebuild import RebuildRequest, rebuild
from index.cluster import encoder_pool, ray_parsers
from index.cluster.encoder_pool import EncoderPool
from index.cluster.encoding_worker import LoadedModel
from index.cluster.ray_parsers import RayParsers
from index.cluster.ray_session import LOCAL, ray_session
from index.core.errors import ModelError, ResourceError, SourceError
from index.core.progress import SILENT
from index.embedding import shard_store
from index.embedding.encoder import Encoder
from index.embedding.model_files import resolve_model
from index.ingest.batch_parser import parse_batch
from index.ingest.worker_pool import WorkerDied
from index.library.layout import Library
from tests.support.builds.ray_builds import encoding_workers, equal_parts, kill, needs_ray
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml

pytestmark = needs_ray

LOTS = 9
TEXTS = 36  # of each lot: enough that the model uses all of its threads


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    with ray_session(LOCAL, cpus=2):
        yield


def lots() -> list[tuple[int, list[str]]]:
    """Return texts of different lengths; the third lot has none."""
    texts = [
        (lot, [f"Trial {lot} of drug {text} " + "in patients with asthma " * (text % 9) for text in range(TEXTS)])
        for lot in range(LOTS)
    ]
    texts[2] = (2, [])
    return texts


@pytest.mark.fault("B4")
def test_vectors_are_those_of_one_process_to_the_last_bit_though_a_worker_is_killed(cluster):
    reference, counted = resolve_model(), list[int]()
    with mock.patch("torch.get_num_threads", return_value=1):  # beside another test two threads wait for each other
        expected = list(Encoder.load(reference).encode_ahead(lots()))
    with (
        EncoderPool(reference, workers=2) as pool,
        mock.patch.object(pool, "_replace", wraps=pool._replace) as replaced,
    ):
        results = pool.encode_ahead(iter(lots()), done=counted.append)
        found = [next(results)]
        assert kill(encoding_workers(os.getpid())[0])
        found += results
    assert replaced.call_count == 1
    assert [owner for owner, _ in found] == list(range(LOTS))
    for (_, rows), (_, expected_rows) in zip(found, expected, strict=True):
        assert rows.dtype == expected_rows.dtype
        assert np.array_equal(rows, expected_rows)
    assert sum(counted) == (LOTS - 1) * TEXTS, "each text counts once"


def test_a_machine_with_other_files_of_the_model_is_refused(cluster):
    with pytest.raises(ModelError, match=r"has the fingerprint .*, expected 0000000000000000"):
        EncoderPool(replace(resolve_model(), fingerprint="0" * 64), workers=1)


@pytest.mark.fault("B4")
def test_a_lot_that_ends_every_worker_ends_the_build_with_a_sentence(cluster, capfd):
    class Dying:
        def load(self, *_):
            return LoadedModel("fp32", 4)

        def encode(self, texts, many):
            os._exit(1)

    with mock.patch.object(encoder_pool, "EncodingWorker", Dying), EncoderPool(resolve_model(), workers=1) as pool:
        results = pool.encode_ahead([(0, ["deadly"])])
        with pytest.raises(ResourceError, match=r"(?s)5 workers in a row were lost .* --workers"):
            next(results)
    assert capfd.readouterr().out == "", "stdout is the command's own"


def piece(number: int) -> bytes:
    return (HEAD + article_xml(FIRST_PMID + number) + TAIL).encode()


def test_pieces_of_a_file_are_parsed_in_their_order_and_a_malformed_one_is_the_files_fault(cluster):
    pieces = [piece(number) for number in range(11)]
    parsers = RayParsers()
    assert list(parsers.parse(iter(pieces))) == [parse_batch(document) for document in pieces]
    read = parsers.parse(iter([*pieces[:2], b"<PubmedArticleSet><", *pieces[2:]]))
    assert [next(read), next(read)] == [parse_batch(document) for document in pieces[:2]]
    with pytest.raises(SourceError, match="malformed XML"):
        next(read)


@pytest.mark.fault("B4")
def test_a_piece_that_ends_every_worker_is_the_files_fault_too(cluster):
    def deadly(document):
        os._exit(1)

    with mock.patch.object(ray_parsers, "parsed_or_error", deadly), pytest.raises(WorkerDied, match="Ray lost"):
        list(RayParsers().parse(iter([piece(1)])))


@pytest.mark.fault("B9")
def test_a_library_built_on_ray_has_the_bytes_of_one_built_here(cluster, tmp_path: Path, corpus_file: Path):
    here, there = Library(tmp_path / "here"), Library(tmp_path / "there")
    with (
        mock.patch.object(assemble, "BATCH", 8),
        mock.patch.object(shard_store, "BATCH", 8),
        mock.patch("index.build.rebuild.ray_session", return_value=nullcontext()),  # this process has one
    ):
        rebuild(RebuildRequest(here, (corpus_file,)), SILENT)
        result = rebuild(RebuildRequest(there, (corpus_file,), on=LOCAL, workers=2), SILENT)
    assert result.encoded == result.manifest.articles
    assert len(list(there.vectors.rglob("*.safetensors"))) == 2 * result.manifest.articles // 8
    assert equal_parts(there) == equal_parts(here)
