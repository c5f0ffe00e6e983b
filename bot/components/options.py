"""Understands an option's title that somebody types when it is no longer on the screen.

What is on the screen is chosen by the gateway before it comes here.
The entity ``option`` tells our actions that the words are a choice and say nothing else.
"""

import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Text, Tuple

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

SKILLS = Path(__file__).resolve().parents[1] / "skills"
EXTRACTOR = "OptionReader"
_KEPT = re.compile(r"[^\w]+")
# Of a ticket or an item that was on the screen: without it the intent still says what is wanted.
_CAN_BE_MISSED = {"ticket_number"}
_SPEAKS_FOR_ITSELF = {"detail", "category"}  # 周末, 邻居: typed, they are words like others
Option = Tuple[Text, Dict[Text, Text]]  # intent and entities


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class OptionReader(GraphComponent):
    """Gives a message that is an option's title the intent of that option."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "OptionReader":
        """Return the component for one node of the graph."""
        return cls(load_options())

    def __init__(self, options: Dict[Text, Option]) -> None:
        """Keep the options by their bare titles."""
        self._options = options

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and entities of each message that is a title; others stay as they are."""
        for message in messages:
            text = message.get(TEXT) or ""
            option = None if text.startswith("/") else self._options.get(bare(text))
            if option is not None:
                _choose(message, text, option)
        return messages


def load_options(folder: Path = SKILLS) -> Dict[Text, Option]:
    """Return the options of all responses by bare title; a title of two meanings is left out."""
    found: Dict[Text, Optional[Option]] = {}
    for path in sorted(folder.glob("*/domain.yml")):
        for title, payload in _buttons(yaml.safe_load(path.read_text("utf-8"))):
            option = _option(payload)
            known = found.setdefault(bare(title), option)
            if known != option:
                found[bare(title)] = None
    return {title: option for title, option in found.items() if option is not None}


def bare(text: Text) -> Text:
    """Return the text without stops and blanks."""
    return _KEPT.sub("", text)


def _buttons(domain: Dict[Text, Any]) -> Iterator[Tuple[Text, Text]]:
    for variants in (domain.get("responses") or {}).values():
        for variant in variants:
            for button in variant.get("buttons") or ():
                if "{" not in button["title"]:
                    yield button["title"], button["payload"]


def _option(payload: Text) -> Optional[Option]:
    intent, brace, rest = payload.lstrip("/").partition("{")
    if not brace:
        return intent, {}
    told = json.loads((brace + rest).replace("{{", "{").replace("}}", "}"))
    open_ones = {name for name, value in told.items() if "{" in value}
    if open_ones - _CAN_BE_MISSED or told.keys() & _SPEAKS_FOR_ITSELF:
        return None
    return intent, {name: value for name, value in told.items() if name not in open_ones}


def _choose(message: Message, text: Text, option: Option) -> None:
    intent, told = option
    chosen = {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}
    message.set(INTENT, chosen, add_to_output=True)
    entities = [
        {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": EXTRACTOR}
        for name, value in {**told, "option": text}.items()
    ]
    message.set(ENTITIES, [*(message.get(ENTITIES) or []), *entities], add_to_output=True)
