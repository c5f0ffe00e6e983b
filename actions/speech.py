"""How actions speak: words by the name of a response in ``bot/``, facts beside them.

The words are Rasa's responses, so that they stand in YAML with their variants for elderly people.
Beside them goes one ``custom`` message that the gateway joins to the words: outcome, citations,
ticket.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from knowledge.item import Citation

Choices = Iterable[tuple[str, str]]  # (title, payload)


def say(
    dispatcher: CollectingDispatcher,
    response: str,
    outcome: str,
    *,
    facts: Mapping[str, Any] | None = None,
    choices: Choices = (),
    **values: object,
) -> None:
    """Utter ``response`` filled with ``values``.

    Args:
        dispatcher: Rasa's.
        response: The name of a response, ``utter_…``.
        outcome: How the turn ends if this is what is said first.
        facts: ``ticket`` and ``citations`` of the HTTP contract.
        choices: Options beyond those that the response has itself.
        values: What fills the gaps of the response.
    """
    buttons = [{"title": title, "payload": payload} for title, payload in choices]
    dispatcher.utter_message(
        response=response,
        buttons=buttons,
        json_message={"outcome": outcome, **(facts or {})},
        **{name: str(value) for name, value in values.items()},
    )


def payload(intent: str, **entities: str) -> str:
    """Return Rasa's form of an option: ``/intent{"entity": "value"}``."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"


def citation_facts(citations: Iterable[Citation], receipt: str = "") -> dict[str, Any]:
    """Return citations in the form of the HTTP contract, with the receipt of the answer."""
    return {
        "receipt": receipt,
        "citations": [
            {name: getattr(citation, name) for name in Citation.__dataclass_fields__}
            | {"receipt": receipt}
            for citation in citations
        ],
    }


def metadata(tracker: Tracker) -> dict[str, Any]:
    """Return what the gateway sent beside the words: channel, message_id, media, location."""
    found: dict[str, Any] = (tracker.latest_message or {}).get("metadata") or {}
    return found


def said(tracker: Tracker) -> str:
    """Return what the person wrote; empty for a chosen option, and for one typed by its title."""
    text = str((tracker.latest_message or {}).get("text") or "")
    return "" if text.startswith("/") or entity(tracker, "option") else text


def entity(tracker: Tracker, name: str) -> str:
    """Return the value that a chosen option carried, or nothing."""
    entities = (tracker.latest_message or {}).get("entities") or []
    values = (str(found["value"]) for found in entities if found.get("entity") == name)
    return next(values, "")


def intent(tracker: Tracker) -> tuple[str, float]:
    """Return the intent's name and its confidence in 0..1."""
    found = (tracker.latest_message or {}).get("intent") or {}
    return str(found.get("name") or ""), float(found.get("confidence") or 0.0)


def is_answered_already(tracker: Tracker, form: str) -> bool:
    """Return whether another action has dealt with the message, as after an interruption."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in {form, "action_listen"}:
            return True
    return True
