"""Serve the gateway: ``python -m channels``."""

import asyncio
import logging
import os

import uvicorn

from channels.gateway import create_app
from channels.parts import Parts
from channels.settings import Settings


def main() -> None:
    """Listen on loopback until the process is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every address
    settings = Settings.from_env(os.environ)
    asyncio.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Run the gateway in this event loop."""
    app = create_app(Parts.assemble(settings))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    main()
