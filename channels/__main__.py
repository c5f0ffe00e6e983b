"""Serve the gateway: ``python -m channels``."""

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
    serve(Settings.from_env(os.environ))


def serve(settings: Settings) -> None:
    """Run the gateway in uvicorn's fastest event loop."""
    app = create_app(Parts.assemble(settings))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        ws="websockets-sansio",  # the older way is going away
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
