"""However a file's pieces are distributed, its records keep their order."""

import os
import signal
import time

import pytest

from index.ingest.batch_parser import parse_batch
from index.ingest.worker_pool import ONE_WORKER_LIMIT, PARENT_LIMIT, WorkerDied, Workers, _Worker
from tests.support.records.pubmed_xml import FIRST_PMID, HEAD, TAIL, article_xml


@pytest.fixture(scope="module")
def pieces():
    return [(HEAD + article_xml(FIRST_PMID + number) + TAIL).encode() for number in range(ONE_WORKER_LIMIT + 3)]


def test_the_records_come_in_their_order_from_here_from_one_process_and_from_several(pieces):
    with Workers() as workers:
        for count in (
            0,
            1,
            PARENT_LIMIT,
            PARENT_LIMIT + 1,
            ONE_WORKER_LIMIT,
            ONE_WORKER_LIMIT + 1,
            len(pieces),
            PARENT_LIMIT + 1,
        ):
            assert list(workers.parse(iter(pieces[:count]))) == [parse_batch(piece) for piece in pieces[:count]]


def test_only_a_file_of_more_than_a_few_pieces_starts_processes(pieces):
    with Workers(2) as workers:
        started = []
        for count in (PARENT_LIMIT, PARENT_LIMIT + 1, ONE_WORKER_LIMIT + 1):
            list(workers.parse(iter(pieces[:count])))
            started.append(len(workers._processes))
    assert started == [0, 1, 2]


@pytest.mark.fault("B4")
def test_the_one_worker_may_be_killed_and_the_next_file_is_read(pieces):
    with Workers() as workers:
        records = workers.parse(iter(pieces[:ONE_WORKER_LIMIT]))
        next(records)
        workers._processes[0].kill()
        with pytest.raises(WorkerDied):
            list(records)
        assert len(list(workers.parse(iter(pieces[:ONE_WORKER_LIMIT])))) == ONE_WORKER_LIMIT


@pytest.mark.fault("B1", "B4")
@pytest.mark.parametrize("pause_s", [0.0, 0.1, 0.4])
def test_ctrl_c_does_not_reach_a_worker_from_its_first_moment_on(pieces, pause_s):
    worker = _Worker()
    try:
        time.sleep(pause_s)
        os.kill(worker._process.pid, signal.SIGINT)
        assert worker.parse(pieces[0]) == parse_batch(pieces[0])
    finally:
        worker.kill()
        worker.close()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
