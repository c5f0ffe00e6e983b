"""Serve the reference grid system on the loopback interface."""

import logging
import os

import uvicorn

from actions.tickets.reference_grid.app import create_app
from actions.tickets.reference_grid.settings import Settings


def main() -> None:
    """Run until told to stop."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings.from_env(os.environ)
    # no access log: what people search for stands in the query
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
