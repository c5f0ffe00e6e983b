"""What Prometheus is told of the ticket service, in a registry of its own."""

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.tickets.database import reading
from actions.tickets.models import TicketRow
from actions.tickets.outbox import Outbox
from actions.tickets.ticket import DeliveryStatus, Status

TARGETS = ("grid", "news")


class TicketCollector(Collector):
    """Counts tickets and deliveries in the database at the moment they are asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._outbox = engine, Outbox(engine=engine)

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing, so that registering does not read the database."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the present numbers."""
        tickets = GaugeMetricFamily("linli_tickets", "Tickets by status.", labels=["status"])
        query = select(TicketRow.status, func.count()).group_by(TicketRow.status)
        with reading(self._engine) as session:
            counts = {row[0]: row[1] for row in session.execute(query)}
        for status in Status:
            tickets.add_metric([status.value], counts.get(status.value, 0))
        deliveries = GaugeMetricFamily(
            "linli_deliveries", "Deliveries by target and status.", labels=["target", "status"]
        )
        found = self._outbox.counts()
        for target in sorted({*TARGETS, *(target for target, _ in found)}):
            for delivery in DeliveryStatus:
                count = found.get((target, delivery.value), 0)
                deliveries.add_metric([target, delivery.value], count)
        return [tickets, deliveries]


class Measures:
    """The service's own counters beside those of the database."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(TicketCollector(engine))
        self.events = Counter(
            "linli_grid_events",
            "Events of the grid system by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self.answers = Histogram(
            "linli_tickets_http_seconds",
            "Time to an answer of the ticket service.",
            ["method", "route", "status"],
            registry=self.registry,
        )

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class Timing:
    """Measures each request by its route's template, never by its path."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self._app, self._measures = app, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and note how long it took."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            took_s = time.perf_counter() - started
            self._measures.answers.labels(scope["method"], route, str(status)).observe(took_s)
