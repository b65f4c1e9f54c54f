"""What the service counts of itself, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

MEDIA_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "POST", "DELETE"})


class Metrics:
    """Counts of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "pubmed_request_seconds", "Time to answer, to the last byte", ["method", "route"], registry=self._registry
        )
        self._answers = Counter(
            "pubmed_answers", "Answers by status", ["method", "route", "status"], registry=self._registry
        )
        self._build = Info("pubmed_build", "The build in service", registry=self._registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is a pattern, of which there are few."""
        known = method if method in _METHODS else "other"
        self._seconds.labels(known, route).observe(seconds)
        self._answers.labels(known, route, status).inc()

    def text(self, build: str, fingerprint: str) -> bytes:
        """Return everything in Prometheus' format."""
        self._build.info({"build": build, "fingerprint": fingerprint})
        return generate_latest(self._registry)
