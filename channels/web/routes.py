"""The web chat's page, its manifest and its files; the chat itself speaks the HTTP contract."""

from pathlib import Path

import yaml
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from channels.web import language
from channels.web.assets import HEADERS, add_assets, environment, page

FOLDER = Path(__file__).parent
YEAR_S = 365 * 24 * 3600


def community_name() -> str:
    """Return the community's name as ``community.yml`` has it."""
    loaded = yaml.safe_load((FOLDER / "community.yml").read_text("utf-8"))
    return str(loaded["name"])


def create_router(community: str, embed_origins: tuple[str, ...] = ()) -> APIRouter:
    """Return the chat page with its manifest, its files, and the script for other sites."""
    router = APIRouter(include_in_schema=False)
    looks = (FOLDER / "static" / name for name in ("tokens.css", "chat.css", "cards.css"))
    templates = environment(FOLDER / "templates", *looks)

    @router.get("/")
    def chat(request: Request) -> HTMLResponse:
        """Return the chat page in the language that was chosen, or that the browser asks for."""
        name = language.language_of(request)
        said = language.interface(name)
        other = next(one for one in language.LANGUAGES if one != name)
        response = page(
            templates, "index.html", framed_by=embed_origins,
            community=community, lang=said["lang"], t=said["page"], script=said["script"],
            other=other, other_lang=language.interface(other)["lang"],
        )  # fmt: skip
        if language.chosen_language(request):
            response.set_cookie(
                language.COOKIE, name, max_age=YEAR_S, samesite="lax",
                secure=request.url.scheme == "https",
            )  # fmt: skip
        return response

    @router.get("/manifest.webmanifest")
    def manifest() -> Response:
        """Return what a telephone needs to install the page."""
        words = templates.get_template("manifest.webmanifest").render(community=community)
        return Response(words, media_type="application/manifest+json")

    @router.get("/sw.js")
    def service_worker() -> FileResponse:
        """Return the service worker from the root, whose scope it needs."""
        headers = {**HEADERS, "Cache-Control": "no-cache"}
        return FileResponse(FOLDER / "static" / "sw.js", headers=headers)

    @router.get("/embed.js")
    def embed() -> FileResponse:
        """Return the script that puts the chat into another site; any site may load it."""
        headers = {
            "Cache-Control": "public, max-age=3600",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        return FileResponse(FOLDER / "static" / "embed.js", headers=headers)

    add_assets(router, "/web", FOLDER / "static")
    return router
