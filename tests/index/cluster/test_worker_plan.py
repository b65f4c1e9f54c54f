"""Plans worked out by hand."""

import pytest

from index.cluster.worker_plan import WorkerPlan, plan_workers
from index.core.errors import ResourceError

LAPTOP = [{"CPU": 8.0}]
TWO_NODES = [{"CPU": 16.0, "memory": 1e9}, {"CPU": 4.0}]
WITH_GPUS = [{"CPU": 16.0, "GPU": 2.0}, {"CPU": 16.0, "GPU": 1.0}, {"CPU": 64.0}]


@pytest.mark.parametrize(
    ("nodes", "workers", "device", "plan"),
    [
        (LAPTOP, None, None, WorkerPlan(4, 2, 0, "cpu")),
        (LAPTOP, 1, None, WorkerPlan(1, 8, 0, "cpu")),
        (LAPTOP, 3, "cpu", WorkerPlan(3, 2, 0, "cpu")),
        (LAPTOP, 16, None, WorkerPlan(16, 1, 0, "cpu")),
        ([{"CPU": 1.0}], None, None, WorkerPlan(1, 1, 0, "cpu")),
        (TWO_NODES, None, None, WorkerPlan(10, 2, 0, "cpu")),
        (TWO_NODES, 1, None, WorkerPlan(1, 16, 0, "cpu")),  # no machine has 20
        (WITH_GPUS, None, None, WorkerPlan(3, 1, 1, "cuda")),
        (WITH_GPUS, None, "cuda", WorkerPlan(3, 1, 1, "cuda")),
        (WITH_GPUS, 2, None, WorkerPlan(2, 1, 1, "cuda")),
        (WITH_GPUS, 8, None, WorkerPlan(3, 1, 1, "cuda")),  # five of them would wait for ever
        (WITH_GPUS, None, "cpu", WorkerPlan(48, 2, 0, "cpu")),
    ],
)
def test_a_cluster_is_divided_among_workers(nodes, workers, device, plan):
    assert plan_workers(nodes, workers, device) == plan


def test_gpus_that_no_machine_has_are_refused():
    with pytest.raises(ResourceError, match="no GPU, and --device cuda needs one"):
        plan_workers(LAPTOP, None, "cuda")
