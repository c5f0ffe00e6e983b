"""Understand texts without a server: JSON strings in, one JSON object a line out.

Runs in Rasa's environment: ``python bot/parse.py MODEL``.
"""

import asyncio
import json
import logging
import os
import sys

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage


async def main(model: str) -> None:
    """Load ``model`` once and answer each line."""
    # Whatever a library prints must not stand between our lines.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    agent = Agent.load(model)
    for line in sys.stdin:
        message = UserMessage(json.loads(line))
        parsed = await agent.processor.parse_message(message)
        intent = {key: parsed["intent"][key] for key in ("name", "confidence")}
        found = {"intent": intent, "entities": parsed["entities"]}
        out.write(json.dumps(found, default=float) + "\n")
        out.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(main(sys.argv[1]))
