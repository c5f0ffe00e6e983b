"""Gives a message that has nothing to do with the community to the intent for that.

The classifier must choose among thirty intents, and what is out of scope has the most faces of
all: a share of the probability that would never win is enough to tell it. Comes after the
fallback, whose messages are looked up and honestly refused in the same way.
"""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

OUT_OF_SCOPE = "out_of_scope"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ScopeDetector(GraphComponent):
    """Puts ``out_of_scope`` first where its probability is large enough."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return how probable it must be, alone and beside the first intent (a share of it)."""
        return {"min_confidence": 0.18, "min_share": 0.33}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ScopeDetector":
        """Return the component for one node of the graph."""
        return cls(config)

    def __init__(self, config: Dict[Text, Any]) -> None:
        """Keep the two limits."""
        self._config = config

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent of each message that is out of scope; others stay as they are."""
        for message in messages:
            if message.get(TEXT) and not message.get(TEXT).startswith("/"):
                self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        ranking = message.get(INTENT_RANKING_KEY) or []
        found = [one for one in ranking if one.get(INTENT_NAME_KEY) == OUT_OF_SCOPE]
        others = [one for one in ranking if one.get(INTENT_NAME_KEY) != OUT_OF_SCOPE]
        if not found or not others:
            return
        likely = found[0].get(PREDICTED_CONFIDENCE_KEY, 0.0)
        first = max(one.get(PREDICTED_CONFIDENCE_KEY, 0.0) for one in others)
        limit = max(self._config["min_confidence"], self._config["min_share"] * first)
        if likely >= limit:
            message.set(INTENT, found[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, [*found, *others], add_to_output=True)
