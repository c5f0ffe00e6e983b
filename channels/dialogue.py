"""The one door into Rasa: a message in, bubbles and an intent out."""

import logging
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from channels.errors import DialogueUnavailableError
from channels.message import Choice, Citation, Intent, Outcome, Reply, Turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What goes to Rasa; ``payload`` (``/intent{…}``) stands for a chosen option."""

    sender: str
    text: str
    audience: str
    metadata: dict[str, Any]


class Dialogue(Protocol):
    """Answers one utterance."""

    async def respond(self, utterance: Utterance) -> Turn:
        """Return the turn; its choices carry payloads and no tokens yet."""
        ...


class RasaDialogue:
    """Talks to Rasa's webhook on loopback over kept connections."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = f"{url}/webhooks/linli/webhook"

    async def respond(self, utterance: Utterance) -> Turn:
        """Return what the dialogue says.

        Raises:
            DialogueUnavailableError: Rasa or the action server did not answer.
        """
        wire = {
            "sender": utterance.sender,
            "message": utterance.text,
            "audience": utterance.audience,
            "metadata": utterance.metadata,
        }
        try:
            response = await self._client.post(self._url, json=wire)
            response.raise_for_status()
            return read_turn(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("dialogue did not answer: %s", type(error).__name__)
            raise DialogueUnavailableError from error


def read_turn(answer: dict[str, Any]) -> Turn:
    """Return the turn in Rasa's answer.

    Rasa sends one message for the words and the next for what belongs to them (``custom``),
    so each ``custom`` is joined to the words before it.

    Raises:
        DialogueUnavailableError: nothing was said, which Rasa does when an action fails.
    """
    bubbles: list[dict[str, Any]] = []
    for message in answer["messages"]:
        if "custom" in message and bubbles:
            bubbles[-1]["custom"] = {**bubbles[-1].get("custom", {}), **message["custom"]}
        elif str(message.get("text") or "").strip():
            bubbles.append(dict(message))
    if not bubbles:
        raise DialogueUnavailableError
    extras = [bubble.get("custom", {}) for bubble in bubbles]
    intent = answer.get("intent") or {}
    return Turn(
        replies=tuple(_read_reply(bubble) for bubble in bubbles),
        outcome=Outcome(next((e["outcome"] for e in extras if "outcome" in e), "clarify")),
        ticket=next((e["ticket"] for e in reversed(extras) if e.get("ticket")), None),
        intent=Intent(
            name=str(intent.get("name") or ""),
            confidence=round(float(intent.get("confidence") or 0.0), 4),
        ),
    )


def _read_reply(bubble: dict[str, Any]) -> Reply:
    custom = bubble.get("custom", {})
    citations = custom.get("citations", [])
    return Reply(
        text=bubble["text"].strip(),
        choices=tuple(
            Choice(title=button["title"], payload=button["payload"])
            for button in bubble.get("buttons", [])
        ),
        citations=tuple(Citation.from_dict(citation) for citation in citations),
        receipt=str(custom.get("receipt") or ""),
    )
