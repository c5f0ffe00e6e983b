"""Serve speech on loopback: ``python -m voice``."""

import logging
import os

import uvicorn

from voice.crew import Crew
from voice.service import create_app
from voice.settings import Settings
from voice.speaker import EspeakSpeaker


def main() -> None:
    """Listen until the process is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = Settings.from_env(os.environ)
    crew = Crew(timeout_s=settings.timeout_s, waiting=settings.waiting)
    app = create_app(settings, crew, EspeakSpeaker())
    uvicorn.run(app, port=settings.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
