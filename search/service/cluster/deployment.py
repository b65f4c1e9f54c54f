"""A service on Ray, from its start to its end: the publisher, the replicas, and the door before them."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import ray
from ray import serve
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from index.core.errors import ResourceError
from index.library.layout import Library
from search.service.cluster.exchange import Handle
from search.service.cluster.front import Front
from search.service.cluster.publisher import InService, Publisher
from search.service.cluster.replica import Replica
from search.service.cluster.replica_count import ReplicaCount
from search.service.cluster.split.shard_replica import ShardReplica
from search.service.cluster.split.split_publisher import SplitPublisher
from search.service.guard import Access, Guard
from search.service.metrics import Metrics
from search.service.workers import Bounds

_log = logging.getLogger(__name__)

APPLICATION = "pubmed-serve"
SHUTDOWN_S = 30
"""How long answers of a replica under way may take to end once it is told to stop."""
MOST_WAITING = 10_000
"""Questions to the publisher that may wait at once: a stream has one where its reader is slow."""
HEALTH_S = 2
"""How often Ray Serve looks whether a replica lives."""


@contextmanager
def replicated_service(
    libraries: Sequence[Library], count: ReplicaCount, *, access: Access, bounds: Bounds | None = None
) -> Iterator[Guard]:
    """Start the replicas of a library on the Ray that this process is connected to; they end with the block.

    Args:
        libraries: The library, a folder of this machine; or all shards of a split one, in the order of their numbers.
        count: How many replicas, of each shard too.
        access: Who may ask.
        bounds: What each replica takes on.

    Yields:
        The ASGI application that serves the library, behind the same guard as one of a single process.

    Raises:
        PubmedError, OSError: The build in service cannot be served.
        ResourceError: The replicas do not start.
    """
    bounds = bounds or Bounds()
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    folders, is_split = [str(library.path) for library in libraries], len(libraries) > 1
    actor: Handle = ray.remote(SplitPublisher if is_split else Publisher).options(
        num_cpus=0, max_restarts=-1, max_concurrency=MOST_WAITING, scheduling_strategy=here
    )
    publisher: Handle = actor.remote(folders if is_split else folders[0])
    try:
        in_service: InService = ray.get(publisher.in_service.remote())
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    fewest = count.fewest * (1 + len(folders) if is_split else 1)
    if (cpus := int(ray.cluster_resources().get("CPU", 0))) < fewest:
        _log.warning("Each replica takes a CPU, and Ray has %d: %d wait for more machines.", cpus, fewest - cpus)
    try:
        # Serve's own HTTP servers stay out: they repeat no request that a replica had begun, and have no guard.
        serve.start(proxy_location="Disabled")
        shards = [
            _deployment(ShardReplica, f"shard-{number + 1}", count, bounds).bind(publisher, number, bounds.threads)
            for number in range(len(folders) if is_split else 0)
        ]
        library = _deployment(Replica, "library", count, bounds).bind(publisher, bounds, shards)
        replicas = serve.run(library, name=APPLICATION, route_prefix=None)
    except RuntimeError as error:
        serve.delete(APPLICATION)
        raise ResourceError(f"The replicas do not start: {str(error).splitlines()[-1]}") from error
    metrics = Metrics()
    front = Front(replicas, publisher, in_service, metrics, patience_s=2 * bounds.answer_s)
    try:
        yield Guard(front, access, replace(bounds, open_requests=bounds.open_requests * count.most), metrics)
    finally:
        serve.delete(APPLICATION)
        ray.kill(publisher)


def _deployment(kind: type, name: str, count: ReplicaCount, bounds: Bounds) -> Handle:
    scaling: dict[str, Any] = {"num_replicas": count.fewest}
    if count.most > count.fewest:
        bounds_of_count = {"min_replicas": count.fewest, "max_replicas": count.most}
        scaling = {"autoscaling_config": bounds_of_count | {"target_ongoing_requests": bounds.threads}}
    return serve.deployment(
        name=name,
        max_ongoing_requests=bounds.threads + bounds.waiting,
        health_check_period_s=HEALTH_S,
        graceful_shutdown_timeout_s=SHUTDOWN_S,
        logging_config={"enable_access_log": False},
        **scaling,
    )(kind)
