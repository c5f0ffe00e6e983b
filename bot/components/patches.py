"""Changes to Rasa 3.6.21 that it has no setting for; each does what Rasa does, with less work."""

import functools
import logging
from typing import Any, Dict, List, Optional, Set, Text, Tuple

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET
from rasa.shared.core.domain import State

QUIET = ("rasa.core.processor", "rasa.core.actions.action", "rasa.core.nlg.interpolator")
# One state of a rule, flat: (kind of state, key, value; None for "must not be set").
Demands = List[Tuple[Text, Text, Any]]


def install() -> None:
    """Put the changes in place; a second call changes nothing."""
    RemoteAction._validate_action_result = _validate  # type: ignore[method-assign]
    DaskGraphRunner.run = _run  # type: ignore[method-assign]
    RulePolicy._get_possible_keys = _possible_keys  # type: ignore[method-assign]
    # A failed action is logged there with its whole request, people's words included; the action
    # server and the gateway log the same failure without them.
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


_validate_slowly = RemoteAction._validate_action_result


def _validate(self: RemoteAction, result: Dict[Text, Any]) -> bool:
    """Keep one JSON-schema validator for the process.

    Rasa builds one for each answer of an action, which costs about 20 ms a turn.
    Its slow path stays for the text of an error.
    """
    return _validator().is_valid(result) or _validate_slowly(self, result)


@functools.lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)


def _run(
    self: DaskGraphRunner,
    inputs: Optional[Dict[Text, Any]] = None,
    targets: Optional[List[Text]] = None,
) -> Dict[Text, Any]:
    """Walk the graph of components directly.

    Rasa hands the dozen nodes of a prediction to dask, whose scheduling costs more than the nodes.
    """
    outputs = {name: (name, value) for name, value in (inputs or {}).items()}
    clashing = outputs.keys() & self._instantiated_nodes.keys()
    if clashing:
        raise GraphRunError(f"Inputs have the names of nodes: {sorted(clashing)}.")
    wanted = targets or self._graph_schema.target_names
    try:
        return dict(_output(self, name, outputs) for name in wanted)
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error


def _output(
    runner: DaskGraphRunner, name: Text, outputs: Dict[Text, Tuple[Text, Any]]
) -> Tuple[Text, Any]:
    """Return a node's output, and what it needs before it; each node runs once."""
    if name not in outputs:
        needs = runner._graph_schema.nodes[name].needs.values()
        before = [_output(runner, need, outputs) for need in needs]
        outputs[name] = runner._instantiated_nodes[name](*before)
    return outputs[name]


def _possible_keys(self: RulePolicy, lookup: Dict[Text, Text], states: List[State]) -> Set[Text]:
    """Return the rules that fit the conversation so far, reading each rule's key once.

    Rasa takes every key apart again for every state of every prediction.
    """
    possible = set(lookup)
    for turn, state in enumerate(reversed(states)):
        possible = {key for key in possible if _fits(_demands(key), turn, state)}
    return possible


@functools.lru_cache(maxsize=None)  # as many as there are rules
def _demands(rule_key: Text) -> List[Optional[Demands]]:
    """Return what a rule asks of the states, the last one first; None begins a conversation."""
    return [
        _flat(state) if state.get(PREVIOUS_ACTION) else None
        for state in reversed(RulePolicy._rule_key_to_state(rule_key))
    ]


def _flat(state: State) -> Demands:
    return [
        (kind, key, None if value == SHOULD_NOT_BE_SET else value)
        for kind, values in state.items()
        for key, value in ((key, _tuple(value)) for key, value in values.items())
        if value
    ]


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # JSON makes lists of tuples


def _fits(rule: List[Optional[Demands]], turn: int, state: State) -> bool:
    if turn >= len(rule):
        return True  # the conversation is longer than the rule
    demands = rule[turn]
    if demands is None or not state.get(PREVIOUS_ACTION):
        return demands is None and not state.get(PREVIOUS_ACTION)
    for kind, key, value in demands:
        found = state.get(kind, {}).get(key)
        if value is None:
            if found and found != SHOULD_NOT_BE_SET:
                return False
        elif found != value:
            return False
    return True
