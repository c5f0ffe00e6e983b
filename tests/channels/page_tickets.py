"""A ticket service in a few lines, with the internal routes that the console asks."""

from typing import Any

from fastapi import FastAPI, Header, HTTPException, Response

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
    "overdue": False,
    "handler": "王小明(示例)",
    "level_name": "网格",
    "channel": "web",
    "urge_count": 1,
    "result_text": "",
    "external_id": "",
    "has_dead_delivery": True,
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
    "overdue": True,
    "has_dead_delivery": False,
}
EVENT = {
    "at": "2026-11-21T13:20:00+00:00",
    "event": "file",
    "actor": "居民",
    "from_status": "submitted",
    "to_status": "submitted",
    "reason": "",
    "public_note": "",
    "internal_note": "",
}


class TicketHouse:
    """Two tickets, one with a dead delivery; remembers what it was asked to do."""

    def __init__(self) -> None:
        self.steps: list[dict[str, str]] = []
        self.requeued: list[tuple[int, str]] = []
        self.asked: list[dict[str, str]] = []

    def deliveries(self) -> list[dict[str, Any]]:
        is_dead = not self.requeued
        return [
            {
                "id": 7,
                "target": "grid",
                "kind": "ticket",
                "status": "dead" if is_dead else "pending",
                "attempts": 1,
                "next_attempt_at": "2026-11-21T13:30:00+00:00",
                "last_error": "HTTP 422: unknown category" if is_dead else "",
            },
            {
                "id": 8,
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
            found = [t for t in found if t["overdue"] or not overdue]
            return {"tickets": found[offset:], "total": len(found)}

        @app.get("/internal/stats")
        def stats() -> dict[str, Any]:
            counts = {"submitted": 1, "in_progress": 1}
            return {"open": 2, "by_status": counts, "overdue": 1, "dead_deliveries": 1}

        @app.get("/internal/tickets/{number}")
        def one(number: str) -> dict[str, Any]:
            if number != LAMP["number"]:
                raise HTTPException(404)
            ticket = {**LAMP, "status": self.steps[-1]["status"]} if self.steps else LAMP
            moved = [{**EVENT, "event": "move", **step} for step in self.steps]
            return {
                "ticket": ticket,
                "history": [EVENT, *[{**m, "to_status": m["status"]} for m in moved]],
                "deliveries": self.deliveries(),
                "next": ["accepted", "rejected", "merged"],
            }

        @app.post("/internal/tickets/{number}/move")
        def move(number: str, step: dict[str, str]) -> Response:
            self.steps.append(step)
            return Response(status_code=204)

        @app.post("/internal/deliveries/{delivery}/requeue")
        def requeue(delivery: int, why: dict[str, str]) -> Response:
            self.requeued.append((delivery, why["reason"]))
            return Response(status_code=204)

        return app
