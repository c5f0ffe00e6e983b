"""Every table of the dialogue is complete: actions, domains, responses, rules."""

import ast
import importlib
import pickle
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Action

import actions
from actions.emergency import CATEGORY, ITEMS
from actions.hearing import BY_OPTION, INTERRUPTIONS, TENTATIVE
from actions.tickets.categories import load_categories
from tests.actions.stage import SKILLS, domains, responses

SOURCES = sorted(Path(actions.__file__).parent.glob("*.py"))
OURS = {"facts", "choices"}  # what say() keeps for itself
BUILT_IN = {"action_listen", "action_deactivate_loop", "action_restart"}


def action_classes() -> list[type[Action]]:
    found: list[type[Action]] = []
    for module in pkgutil.iter_modules(actions.__path__, "actions."):
        if module.ispkg or module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            is_action = isinstance(value, type) and issubclass(value, Action)
            if is_action and value.__module__ == module.name and "name" in vars(value):
                found.append(value)
    return found


ACTIONS = {cls().name(): cls for cls in action_classes()}


def rules() -> list[dict[str, Any]]:
    files = [yaml.safe_load(path.read_text("utf-8")) for path in SKILLS.glob("*/rules.yml")]
    return [rule for file in files for rule in file["rules"]]


def in_domains(part: str) -> Counter[str]:
    return Counter(
        name if isinstance(name, str) else next(iter(name))
        for domain in domains().values()
        for name in domain.get(part, [])
    )


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_pickles(name: str) -> None:
    again = pickle.loads(pickle.dumps(ACTIONS[name]()))

    assert again.name() == name


def test_every_action_is_in_exactly_one_domain() -> None:
    assert in_domains("actions") == Counter(dict.fromkeys(ACTIONS, 1))


@pytest.mark.parametrize("part", ["intents", "slots", "responses", "forms"])
def test_nothing_is_declared_twice(part: str) -> None:
    assert [name for name, times in in_domains(part).items() if times > 1] == []


def test_every_rule_speaks_of_what_there_is() -> None:
    intents, forms = set(in_domains("intents")), set(in_domains("forms"))
    known = set(ACTIONS) | set(responses()) | forms | BUILT_IN

    for rule in rules():
        steps = [*rule.get("condition", []), *rule["steps"]]
        assert {s["intent"] for s in steps if "intent" in s} <= intents, rule["rule"]
        assert {s["action"] for s in steps if "action" in s} <= known, rule["rule"]
        assert {s["active_loop"] for s in steps if s.get("active_loop")} <= forms, rule["rule"]


def test_every_intent_has_a_rule() -> None:
    with_rule = {step["intent"] for rule in rules() for step in rule["steps"] if "intent" in step}

    assert set(in_domains("intents")) == with_rule


def test_what_interrupts_a_complaint_has_a_rule() -> None:
    with_rule = {step["intent"] for rule in rules() for step in rule["steps"] if "intent" in step}

    assert with_rule >= INTERRUPTIONS
    assert TENTATIVE <= INTERRUPTIONS
    assert with_rule >= BY_OPTION


def test_every_form_has_its_actions() -> None:
    for domain in domains().values():
        for form, wanted in (domain.get("forms") or {}).items():
            assert f"validate_{form}" in ACTIONS
            for slot in wanted["required_slots"]:
                assert f"action_ask_{slot}" in ACTIONS


def test_every_slot_an_action_sets_exists() -> None:
    slots = set(in_domains("slots")) | {"requested_slot"}
    used = {name for path in SOURCES for name in re.findall(r'_slot\("(\w+)"', path.read_text())}
    used |= {name for p in SOURCES for name in re.findall(r'SlotSet\("(\w+)"', p.read_text())}

    assert used <= slots


def calls(tree: ast.AST) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield function, node


def uttered() -> list[tuple[str, str, set[str]]]:
    """Return where a response is said, its name, and the gaps that are filled."""
    found = []
    for path in SOURCES:
        for function, call in calls(ast.parse(path.read_text("utf-8"))):
            if getattr(call.func, "id", "") != "say" or len(call.args) < 2:
                continue
            place = call.args[1] if not isinstance(call.args[1], ast.Name) else function
            names = {
                str(node.value)
                for node in ast.walk(place)
                if isinstance(node, ast.Constant) and str(node.value).startswith("utter_")
            }
            if place is function:  # chosen before: those that no other call says
                names -= {
                    str(arg.value)
                    for _, other in calls(function)
                    for arg in other.args[1:2]
                    if isinstance(arg, ast.Constant)
                }
            filled = {str(keyword.arg) for keyword in call.keywords} - OURS
            found += [(f"{path.name}:{call.lineno}", name, filled) for name in sorted(names)]
    return found


UTTERED = uttered()


def gaps(variant: dict[str, Any]) -> set[str]:
    buttons = variant.get("buttons", [])
    texts = [variant.get("text", ""), *(b["payload"] for b in buttons)]
    texts += [button["title"] for button in buttons]
    plain = [text.replace("{{", "").replace("}}", "") for text in texts]
    return {name for text in plain for name in re.findall(r"\{(\w+)\}", text)}


def test_what_is_said_was_found() -> None:
    assert len(UTTERED) > 40


@pytest.mark.parametrize(
    ("where", "name", "filled"), UTTERED, ids=[f"{u[0]}-{u[1]}" for u in UTTERED]
)
def test_every_response_exists_and_its_gaps_are_filled(
    where: str, name: str, filled: set[str]
) -> None:
    assert name in responses(), where
    for variant in responses()[name]:
        assert gaps(variant) <= filled, where


def test_a_response_that_a_rule_says_itself_has_no_gaps() -> None:
    said = {step["action"] for rule in rules() for step in rule["steps"] if "action" in step}

    for name in said & set(responses()):
        assert not {gap for variant in responses()[name] for gap in gaps(variant)}, name
        assert all("outcome" in variant.get("custom", {}) for variant in responses()[name]), name


def test_no_response_is_forgotten() -> None:
    said = {name for _, name, _ in UTTERED}
    said |= {step["action"] for rule in rules() for step in rule["steps"] if "action" in step}
    components = SKILLS.parent.glob("components/*.py")
    plain = r'utter_message\(response="(utter_\w+)"'
    said |= {name for one in SOURCES for name in re.findall(plain, one.read_text())}
    said |= {name for one in components for name in re.findall(r'"(utter_\w+)"', one.read_text())}

    assert set(responses()) <= said


def test_every_button_leads_to_an_intent() -> None:
    intents = set(in_domains("intents"))
    buttons = [b for vs in responses().values() for v in vs for b in v.get("buttons", [])]

    assert {re.split(r"[{]", b["payload"])[0].lstrip("/") for b in buttons} <= intents


def test_elderly_readers_get_three_choices_at_most() -> None:
    for name, variants in responses().items():
        elderly = [variant for variant in variants if variant.get("channel") == "elderly"]
        for variant in elderly or variants:
            assert len(variant.get("buttons", [])) <= 3, name


def test_every_kind_of_emergency_has_its_item() -> None:
    patterns = yaml.safe_load((SKILLS / "emergency" / "patterns.yml").read_text("utf-8"))
    items = {path.stem for path in (SKILLS.parents[1] / "knowledge" / "items").glob("*.yml")}

    assert set(patterns["kinds"]) - {"help"} == set(ITEMS)  # a bare 救命 gets the plain numbers
    assert set(ITEMS.values()) <= items
    assert CATEGORY in load_categories()
