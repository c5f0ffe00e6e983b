"""Checks a rendered page with axe-core against WCAG 2.2, levels A and AA."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def barriers(page: Page) -> list[dict[str, Any]]:
    """Return what axe-core finds wrong: the rule, why, and where.

    The window is made as high as the page for it: what lies under a fixed bar for the moment can
    be scrolled out from there, and axe-core would call it too small.
    """
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    found = AXE.run(page, options={"runOnly": LEVELS}).response["violations"]
    page.set_viewport_size(size)
    return [
        {"rule": one["id"], "help": one["help"], "where": [node["html"] for node in one["nodes"]]}
        for one in found
    ]
