"""The one door into Rasa: REST, with the intent beside the words and the audience as channel.

Rasa's own REST channel hides what was understood and calls every reader "collector", so that
``channel:`` variants of a response never match.
Here the output channel is named after the audience, and ``channel: elderly`` works.
"""

import asyncio
import logging
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from components import patches
from components.caution import caution
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

logger = logging.getLogger(__name__)


class StandardOutput(CollectingOutputChannel):
    """Collects bubbles for most people."""

    @classmethod
    def name(cls) -> Text:
        """Return the name that ``channel:`` variants match."""
        return "standard"


class ElderlyOutput(CollectingOutputChannel):
    """Collects bubbles in the wording for elderly people."""

    @classmethod
    def name(cls) -> Text:
        """Return the name that ``channel:`` variants match."""
        return "elderly"


OUTPUTS = {"standard": StandardOutput, "elderly": ElderlyOutput}


class LinliInput(InputChannel):
    """Takes a message of the gateway and answers with bubbles and the intent."""

    @classmethod
    def name(cls) -> Text:
        """Return the name of the channel, which is also its path."""
        return "linli"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "LinliInput":
        """Return the channel; it has no settings."""
        patches.install()
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes: ``GET /`` for health, ``POST /webhook`` for a turn."""
        door = Blueprint("linli_door", "linli_door")

        @door.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok", **_model(request)})

        @door.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            wire = request.json
            output = OUTPUTS.get(wire.get("audience"), StandardOutput)()
            message = UserMessage(
                wire["message"],
                output,
                wire["sender"],
                input_channel=self.name(),
                metadata=wire.get("metadata") or {},
            )
            try:
                # Understood here, so that the intent can go back beside the words.
                agent = request.app.ctx.agent
                message.parse_data = await agent.processor.parse_message(message)
                await on_new_message(message)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the top of a turn: the gateway hears "nothing said"
                logger.error("turn failed: %s", type(error).__name__)
                return json({"messages": [], "intent": None})
            intent = message.parse_data["intent"]
            before = caution(message.parse_data, agent.processor.nlg, output.name())
            return json(
                {
                    "messages": [*before, *output.messages] if output.messages else [],
                    "intent": {"name": intent["name"], "confidence": intent["confidence"]},
                }
            )

        return door


def _model(request: Request) -> Dict[Text, Any]:
    agent = request.app.ctx.agent
    if agent is None or agent.processor is None:
        return {"model": None}
    metadata = agent.processor.model_metadata
    return {
        "model": Path(agent.processor.model_filename).name,
        "trained_at": metadata.trained_at.isoformat(),
    }
