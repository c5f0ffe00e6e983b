"""The reference grid system as one ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from actions.tickets.body_limit import BodyLimit
from actions.tickets.reference_grid import api, pages
from actions.tickets.reference_grid.courier import Courier, CourierLoop
from actions.tickets.reference_grid.database import open_engine
from actions.tickets.reference_grid.desk import GridDesk
from actions.tickets.reference_grid.errors import (
    KeyReusedError,
    UnknownTicketError,
)
from actions.tickets.reference_grid.faults import FaultInjection, FaultSwitch
from actions.tickets.reference_grid.resources import FOLDER, PROBLEMS, Resources, utc_now
from actions.tickets.reference_grid.sessions import Sessions
from actions.tickets.reference_grid.settings import Settings

BODY_LIMIT_BYTES = 64 * 1024


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    transport: httpx.BaseTransport | None = None,
) -> FastAPI:
    """Return the application; ``transport`` replaces the network towards the gateway."""
    engine = open_engine(settings.database)
    client = httpx.Client(
        transport=transport, timeout=settings.request_timeout_s, trust_env=False
    )  # loopback: no proxy of the environment stands in between
    courier = Courier(engine, client, settings)
    resources = Resources(
        settings=settings,
        desk=GridDesk(engine),
        sessions=Sessions(engine, password=settings.password),
        courier=courier,
        loop=CourierLoop(courier, clock=clock, pause_s=1.0),
        faults=FaultSwitch(),
        clock=clock,
        client=client,
        engine=engine,
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        resources.loop.start()
        yield
        resources.loop.stop()
        resources.close()

    app = FastAPI(
        title="Linli reference grid system",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/grid/api/openapi.json",
    )
    app.state.resources = resources
    _assemble(app, resources)
    return app


def _assemble(app: FastAPI, resources: Resources) -> None:
    PROBLEMS.install(app, {UnknownTicketError: "unknown-ticket", KeyReusedError: "key-reused"})
    app.include_router(api.router)
    app.include_router(pages.router)
    pages.install(app)
    app.mount("/grid/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_middleware(FaultInjection, switch=resources.faults, prefix=f"{api.PREFIX}/tickets")
    app.add_middleware(BodyLimit, limit_bytes=BODY_LIMIT_BYTES, problems=PROBLEMS)
