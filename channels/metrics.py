"""Figures for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from channels.message import Turn

BUCKETS_S = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class TurnMetrics:
    """Counts turns by channel and outcome, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._turns = Counter(
            "linli_turns", "Turns answered", ["channel", "outcome"], registry=registry
        )
        self._seconds = Histogram(
            "linli_turn_seconds", "Time to answer", registry=registry, buckets=BUCKETS_S
        )

    def __call__(self, channel: str, turn: Turn, seconds: float) -> None:
        """Count one turn."""
        self._turns.labels(channel, turn.outcome.value).inc()
        self._seconds.observe(seconds)
