"""How many workers encode on a Ray cluster, and what each of them takes of it."""

from dataclasses import dataclass
from typing import Final

from index.core.errors import ResourceError

_CPUS: Final = 2
"""Of a worker, where their number is not given: each has a copy of the model, some 600 MB with torch."""


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """The workers that encode.

    Attributes:
        workers: How many.
        cpus: CPUs of each; its model computes with as many threads.
        gpus: GPUs of each, 0 or 1.
        device: The torch device of each.
    """

    workers: int
    cpus: int
    gpus: int
    device: str


def plan_workers(nodes: list[dict[str, float]], workers: int | None, device: str | None) -> WorkerPlan:
    """Divide a cluster among workers: one a GPU where there are some, else one for two CPUs.

    Args:
        nodes: The resources of each machine, as Ray names them.
        workers: How many there shall be; None for as many as fit.
        device: A torch device; None takes GPUs if there are some.

    Raises:
        ResourceError: GPUs are wanted, and there are none.
    """
    cpus = [int(node.get("CPU", 0)) for node in nodes]
    gpus = sum(int(node.get("GPU", 0)) for node in nodes)
    if device is None:
        device = "cuda" if gpus else "cpu"
    if device == "cpu":
        workers = workers or max(1, sum(cpus) // _CPUS)
        return WorkerPlan(workers, max(1, min(sum(cpus) // workers, max(cpus))), 0, device)
    if not gpus:
        raise ResourceError(
            f"The Ray cluster has no GPU, and --device {device} needs one. Start Ray on a machine with a GPU, or "
            "leave --device out."
        )
    return WorkerPlan(min(workers or gpus, gpus), 1, 1, device)
