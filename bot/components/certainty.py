"""Takes back an intent that does something, where the classifier is hardly sure of it.

To call a person, to look up or withdraw a ticket, or to comfort somebody is wrong for who only
said 我想问个事. Such a message goes the way of what was not understood: it is looked up, taken as a
report, or offered a person by a choice. Comes after Rasa's own fallback, whose limit suits intents
that only lead to a look-up.
"""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CertaintyCheck(GraphComponent):
    """Puts the fallback in place of an intent below its own limit."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return from which confidence each intent counts; others always do."""
        return {"needs": {}}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CertaintyCheck":
        """Return the component for one node of the graph."""
        return cls(config)

    def __init__(self, config: Dict[Text, Any]) -> None:
        """Keep the limits."""
        self._needs = config["needs"]

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent of each message that is too uncertain; others stay as they are."""
        for message in messages:
            if message.get(TEXT) and not message.get(TEXT).startswith("/"):
                self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        first = message.get(INTENT) or {}
        needed = self._needs.get(first.get(INTENT_NAME_KEY), 0.0)
        if first.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= needed:
            return
        fallback = {
            INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME,
            PREDICTED_CONFIDENCE_KEY: needed,
        }
        ranking = message.get(INTENT_RANKING_KEY) or []
        message.set(INTENT, fallback, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [fallback, *ranking], add_to_output=True)
