"""Two changes to Rasa 3.6.21 that it has no setting for."""

import functools
import logging
from typing import Any, Dict, Text

import jsonschema
from rasa.core.actions.action import RemoteAction


@functools.lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)


def install() -> None:
    """Keep one JSON-schema validator for the process, and people's words out of the log.

    Rasa builds a validator for each answer of an action, which costs about 20 ms a turn.
    Its slow path stays for the text of an error.
    """
    slow = RemoteAction._validate_action_result

    def validate(self: RemoteAction, result: Dict[Text, Any]) -> bool:
        return _validator().is_valid(result) or slow(self, result)

    if not getattr(slow, "is_ours", False):
        validate.is_ours = True  # type: ignore[attr-defined]
        RemoteAction._validate_action_result = validate  # type: ignore[method-assign]
    # A failed action is logged there with its whole request, people's words included; the action
    # server and the gateway log the same failure without them.
    for name in ("rasa.core.processor", "rasa.core.actions.action", "rasa.core.nlg.interpolator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
