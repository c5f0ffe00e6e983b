"""What the pages weigh and when they show something on a poor connection.

Run with ``python -m bench.pages --url http://127.0.0.1:8000`` against a running product, in
headless Chromium (LINLI_CHROMIUM or on PATH). The connection is that of the browsers' "slow 3G":
400 ms to the first byte of each answer and 400 kbit/s.
"""

import os
import shutil
from typing import Annotated, Any

import typer
from playwright.sync_api import Browser, sync_playwright

PATHS = ("/", "/simple", "/simple/ask", "/simple/report")
LATENCY_MS = 400
BYTES_PER_S = 400 * 1024 / 8
PHONE = {"width": 360, "height": 800}
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def load(browser: Browser, url: str) -> tuple[int, int, float]:
    """Return the requests, the bytes that came, and the first paint (ms) of one fresh visit."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    wire = context.new_cdp_session(page)
    came: list[int] = []
    wire.on("Network.loadingFinished", lambda event: came.append(_length(event)))
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_S,
            "uploadThroughput": BYTES_PER_S,
        },
    )
    page.goto(url)
    page.wait_for_timeout(2 * LATENCY_MS)  # what scripts still ask for
    painted = float(page.evaluate(FIRST_PAINT))
    context.close()
    return len(came), sum(came), painted


def _length(event: dict[str, Any]) -> int:
    return int(event["encodedDataLength"])


def main(url: Annotated[str, typer.Option()] = "http://127.0.0.1:8000", runs: int = 5) -> None:
    """Print weight and first paint of each page, the median of some visits."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("LINLI_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    print(f"{'page':<16}{'requests':>9}{'kB':>8}{'first paint, ms':>17}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for path in PATHS:
            visits = sorted(load(browser, url + path) for _ in range(runs))
            requests, weight, _ = visits[runs // 2]
            painted = sorted(visit[2] for visit in visits)[runs // 2]
            print(f"{path:<16}{requests:>9}{weight / 1000:>8.1f}{painted:>17.0f}")
        browser.close()


if __name__ == "__main__":
    typer.run(main)
