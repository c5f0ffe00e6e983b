"""A ticket service in a few lines, with the internal routes that the console asks."""

from typing import Any

from fastapi import FastAPI, Header, HTTPException

LAMP: dict[str, Any] = {
    "number": "20261121-000123",
    "code": "K7M2Q9PA4",
    "status": "submitted",
    "status_name": "已提交",
    "category": {"code": "lighting", "name": "楼道照明"},
    "description": "幸福里3栋2单元楼道灯坏了三天没人修,晚上老人下楼看不见。",
    "address": "幸福里3栋2单元",
    "building": "3栋",
    "unit": "2单元",
    "grid_cell": "XFL-01-3",
    "urgency": 3,
    "due_at": "2026-11-24T10:00:00+00:00",
    "due_basis": "一般事项,网格层级,24小时",
    "submitted_at": "2026-11-21T13:20:00+00:00",
    "is_overdue": False,
    "handler": "王小明(示例)",
    "level_name": "网格",
    "channel": "web",
    "urge_count": 1,
    "result_text": "",
    "external_id": "",
    "conversation": "",
    "attributes": [{"code": "pole", "name": "灯杆号", "values": ["A12"]}],
}
LIFT = {
    **LAMP,
    "number": "20261120-000098",
    "status": "in_progress",
    "status_name": "处置中",
    "category": {"code": "lift", "name": "电梯故障"},
    "description": "12栋1单元电梯停在三楼不动",
    "address": "幸福里12栋1单元",
    "building": "12栋",
    "unit": "1单元",
    "grid_cell": "XFL-04-3",
    "urgency": 2,
    "due_at": "2026-11-21T02:00:00+00:00",
    "is_overdue": True,
}
EVENT = {
    "at": "2026-11-21T13:20:00+00:00",
    "event": "file",
    "actor": "reporter",
    "from_status": "submitted",
    "to_status": "submitted",
    "reason": "",
    "public_note": "",
    "internal_note": "",
}


class TicketHouse:
    """Two tickets, one with a dead delivery; remembers what it was asked to do."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self.requeued: list[int] = []
        self.views: list[dict[str, str]] = []
        self.media: list[str] = []
        self.is_anonymous = False
        self.merged: list[dict[str, str]] = []

    def deliveries(self) -> list[dict[str, Any]]:
        is_dead = not self.requeued
        return [
            {
                "id": 7,
                "number": LAMP["number"],
                "created_at": "2026-11-21T13:20:00+00:00",
                "settled_at": None,
                "target": "grid",
                "kind": "ticket",
                "status": "dead" if is_dead else "pending",
                "attempts": 1,
                "next_attempt_at": "2026-11-21T13:30:00+00:00",
                "last_error": "HTTP 422: unknown category" if is_dead else "",
            },
            {
                "id": 8,
                "number": LAMP["number"],
                "created_at": "2026-11-21T13:20:00+00:00",
                "settled_at": None,
                "target": "news",
                "kind": "news",
                "status": "delivered",
                "attempts": 1,
                "next_attempt_at": "2026-11-21T13:21:00+00:00",
                "last_error": "",
            },
        ]

    def app(self) -> FastAPI:
        """Return the service."""
        app = FastAPI()

        @app.get("/internal/tickets")
        def index(
            status: str = "",
            overdue: bool = False,
            offset: int = 0,
            authorization: str = Header(""),
        ) -> dict[str, Any]:
            if authorization != "Bearer internal":
                raise HTTPException(401)
            found = [t for t in (LIFT, LAMP) if status in ("", t["status"])]
            found = [t for t in found if t["is_overdue"] or not overdue]
            return {"tickets": found[offset:], "total": len(found)}

        self._add_tables(app)
        self._add_ticket(app)
        return app

    def _add_tables(self, app: FastAPI) -> None:
        @app.get("/internal/tickets/stats")
        def stats() -> dict[str, Any]:
            dead = sum(one["status"] == "dead" for one in self.deliveries())
            return {
                "open": 2,
                "by_status": {"submitted": 1, "in_progress": 1},
                "overdue": 1,
                "deliveries": {"grid": {"dead": dead}, "news": {"delivered": 1}},
            }

        @app.get("/internal/tickets/tables")
        def tables() -> dict[str, Any]:
            first = {"code": "XFL-01", "name": "第一网格", "parent": "", "member": "张(示例)"}
            second: dict[str, Any] = {
                **first,
                "code": "XFL-01-3",
                "name": "3栋",
                "parent": "XFL-01",
            }
            second |= {"telephone": "010-0000-0103", "buildings": ["3"]}
            third = {**second, "code": "XFL-04-3", "buildings": ["12"]}
            duty = {"name": "社区值班员林雪", "telephone": "010-0000-0001"}
            statuses = {"submitted": "已提交", "in_progress": "处置中"}
            return {
                "statuses": statuses,
                "categories": {},
                "cells": [first, second, third],
                "duty": duty,
            }

        @app.get("/internal/tickets/deliveries/dead")
        def dead() -> dict[str, Any]:
            return {"deliveries": [d for d in self.deliveries() if d["status"] == "dead"]}

        @app.post("/internal/tickets/deliveries/{delivery}/requeue")
        def requeue(delivery: int) -> dict[str, int]:
            self.requeued.append(delivery)
            return {"requeued": 1}

    def _add_ticket(self, app: FastAPI) -> None:
        @app.get("/internal/tickets/{number}")
        def one(number: str) -> dict[str, Any]:
            if number != LAMP["number"]:
                raise HTTPException(404)
            status = self.steps[-1]["status"] if self.steps else LAMP["status"]
            ticket = {**LAMP, "status": status, "media": self.media}
            ticket["is_anonymous"] = self.is_anonymous
            moved = [{**EVENT, "event": "move", **step} for step in self.steps]
            return {
                "ticket": ticket,
                "history": [EVENT, *[{**m, "to_status": m["status"]} for m in moved]],
                "deliveries": self.deliveries(),
                "followers": 2,
                "next": [{"status": "accepted", "name": "已受理"}],
            }

        @app.post("/internal/tickets/{number}/moves")
        def move(number: str, step: dict[str, Any]) -> dict[str, Any]:
            self.steps.append(step)
            return one(number)

        @app.post("/internal/tickets/{number}/merge")
        def merge(number: str, into: dict[str, str]) -> dict[str, Any]:
            self.merged.append({"number": number, **into})
            return one(number)

        @app.post("/internal/tickets/{number}/contact")
        def contact(number: str, view: dict[str, str]) -> dict[str, str]:
            self.views.append(view)
            return {"number": number, "contact": "010-0000-0199", "on_behalf_of": "楼上的老人"}
