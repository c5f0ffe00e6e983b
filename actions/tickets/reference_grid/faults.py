"""Failing on purpose, so that the sender's patience can be tried out."""

import asyncio
import random
from enum import StrEnum

from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Fault(StrEnum):
    """The ways in which this system can be told to fail."""

    NONE = "none"
    UNAVAILABLE = "unavailable"  # 503 and nothing is taken
    SLOW = "slow"  # answers late
    LOST = "lost"  # the ticket is taken, the answer never arrives


class FaultPlan(BaseModel):
    """What fails, how often and for how long."""

    mode: Fault = Fault.NONE
    share: float = Field(default=1.0, ge=0, le=1)
    times: int | None = Field(default=None, ge=1)  # empty: until told otherwise
    delay_s: float = Field(default=2.0, ge=0, le=120)
    retry_after_s: int | None = Field(default=None, ge=0)


class FaultSwitch:
    """Holds the plan in force; a restart clears it."""

    def __init__(self) -> None:
        self.plan = FaultPlan()

    def next(self) -> tuple[Fault, FaultPlan]:
        """Return what happens to the request at hand."""
        plan = self.plan
        if plan.mode is Fault.NONE or random.random() >= plan.share:  # noqa: S311 - not a secret
            return Fault.NONE, plan
        if plan.times is not None:
            left = plan.times - 1
            self.plan = plan.model_copy(update={"times": left}) if left else FaultPlan()
        return plan.mode, plan


class FaultInjection:
    """Stands before the tickets' routes and fails as the switch says."""

    def __init__(self, app: ASGIApp, switch: FaultSwitch, prefix: str) -> None:
        self._app, self._switch, self._prefix = app, switch, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or fail it."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        fault, plan = self._switch.next()
        if fault is Fault.UNAVAILABLE:
            await _unavailable(send, plan)
            return
        if fault is Fault.SLOW:
            await asyncio.sleep(plan.delay_s)
        await self._app(scope, receive, _lose if fault is Fault.LOST else send)
        if fault is Fault.LOST:  # a promise of bytes that never come: the server hangs up
            headers = [(b"content-length", b"100"), (b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 201, "headers": headers})


async def _lose(message: Message) -> None:
    """Drop a part of the answer."""


async def _unavailable(send: Send, plan: FaultPlan) -> None:
    headers = [(b"content-length", b"0")]
    if plan.retry_after_s is not None:
        headers.append((b"retry-after", str(plan.retry_after_s).encode()))
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
