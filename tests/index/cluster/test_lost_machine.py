"""A cluster of several machines, each a raylet of its own here: one is lost while it encodes."""

from collections.abc import Iterator

import numpy as np
import pytest

from index.cluster.encoder_pool import EncoderPool
from index.cluster.ray_session import ray_session
from index.embedding.encoder import Encoder
from index.embedding.model_files import resolve_model
from tests.support.builds.ray_builds import needs_ray

pytestmark = [needs_ray, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[object, list[object]]]:
    """A cluster whose head computes nothing, and two machines with room for one worker each."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # listens on loopback
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    try:
        yield cluster, [cluster.add_node(num_cpus=2), cluster.add_node(num_cpus=2)]
    finally:
        cluster.shutdown()


@pytest.mark.fault("B4", "B9")
def test_the_other_machine_encodes_what_the_lost_one_had_though_there_is_no_room_for_another_worker(machines):
    cluster, (lost, _) = machines
    lots = [
        (lot, [f"Trial {lot} of drug {text} in patients " * (1 + text % 9) for text in range(40)]) for lot in range(30)
    ]
    expected = list(Encoder.load(resolve_model()).encode_ahead(lots))
    with ray_session(f"ray://{cluster.address}"), EncoderPool(resolve_model(), workers=2) as pool:
        results = pool.encode_ahead(lots)
        found = [next(results)]
        cluster.remove_node(lost, allow_graceful=False)
        found += results
    for (owner, rows), (expected_owner, expected_rows) in zip(found, expected, strict=True):
        assert owner == expected_owner
        assert np.array_equal(rows, expected_rows)
