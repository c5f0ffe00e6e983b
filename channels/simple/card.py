"""A card for the wall: the page's QR code, whom to ring, and three things one can say."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from channels.directory import Contact, Directory, Tables
from channels.family.words import words
from channels.qr import qr_code
from channels.web.assets import environment, page

FOLDER = Path(__file__).parent
EVERY = "all"


def add_card(router: APIRouter, directory: Directory, community: str, public_url: str) -> None:
    """Add the page to print, for the community or for one building or each."""
    templates = environment(FOLDER / "templates", FOLDER / "static" / "card.css")

    @router.get("/card")
    async def card(request: Request, at: str = "") -> Response:
        """Return the cards, and above them what to print; that stays off the paper."""
        tables = await directory.tables()
        base = public_url or str(request.base_url).rstrip("/")
        wanted = at.removeprefix("b")
        chosen = wanted if wanted in tables.members or at == EVERY else ""
        buildings = tables.buildings if at == EVERY else [chosen]
        return page(
            templates, "card.html",
            community=community,
            chosen=chosen,
            buildings=tables.buildings,
            cards=[_card(base, tables, building) for building in buildings],
        )  # fmt: skip


def _card(base: str, tables: Tables, building: str) -> dict[str, Any]:
    address = f"{base}/simple"
    place = words()["place"]["building"].format(building=building) if building else ""
    people: list[Contact] = [
        one for one in (tables.members.get(building), tables.duty) if one is not None
    ]
    return {
        "place": place,
        "address": address.partition("://")[2],
        "picture": qr_code(f"{address}?at=b{building}" if building else address),
        "people": people,
    }
