"""Plays the conversations of ``tests/dialogues`` and checks how they are written."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.conversation import (
    Conversation,
    Expectation,
    ScriptError,
    Step,
    faults,
    load_conversations,
)
from tests.playing import Player
from tests.replaying import is_every_replay_wanted, replays_of
from tests.serving import REPOSITORY, Product

CONVERSATIONS = load_conversations()
REPLAYED = [
    replay
    for script in CONVERSATIONS
    for replay in replays_of(script, is_every=is_every_replay_wanted())
]
# The few things that everybody types in the same way.
COMMANDS = frozenset({"嗯", "啊", "哦", "呃", "好", "哈哈", "我的工单", "我要报修", "1"})


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=product.url, timeout=60.0, trust_env=False) as client:
        yield client


@pytest.mark.rasa
@pytest.mark.parametrize("script", CONVERSATIONS, ids=lambda script: script.name)
def test_a_conversation_goes_as_written(
    product: Product, client: httpx.Client, script: Conversation
) -> None:
    play(product, client, script)


@pytest.mark.rasa
@pytest.mark.parametrize("script", REPLAYED, ids=lambda script: script.name)
def test_a_conversation_goes_the_same_in_other_words(
    product: Product, client: httpx.Client, script: Conversation
) -> None:
    play(product, client, script)


def play(product: Product, client: httpx.Client, script: Conversation) -> None:
    player = Player(product, client, script)
    try:
        player.play()
    finally:
        player.clear_up()


def test_there_are_conversations_for_every_skill() -> None:
    skills = {path.parent.name for path in REPOSITORY.glob("bot/skills/*/nlu.yml")}
    elsewhere = {"rating"}  # played in progress.yml, after the news

    assert skills - elsewhere <= {script.skill for script in CONVERSATIONS}
    assert len(CONVERSATIONS) >= 180


def test_conversations_have_names_of_their_own() -> None:
    names = Counter(script.name for script in CONVERSATIONS)

    assert [name for name, count in names.items() if count > 1] == []


def test_no_sentence_was_learnt_by_heart() -> None:
    known = {_bare(text) for text in [*_training_examples(), *_knowledge_questions()]}

    said = [text for script in CONVERSATIONS for text in script.sentences]

    assert sorted({text for text in said if _bare(text) in known - {""}} - COMMANDS) == []


def test_every_expected_word_of_a_group_is_kept() -> None:
    step = Step.read({"user": "早", "says": ["甲", ["乙", "丙"]], "ticket": None})

    assert step.expected.says == (("甲",), ("乙", "丙"))
    assert step.expected.no_ticket


@pytest.mark.parametrize(
    "turn",
    [{"user": "早", "outcomes": "answer"}, {"outcome": "answer"}, {"user": "早", "outcome": "x"}],
)
def test_a_slip_in_a_script_is_found_when_it_is_read(turn: dict[str, Any]) -> None:
    with pytest.raises(ScriptError):
        Step.read(turn)


def test_a_turn_as_expected_has_no_faults() -> None:
    expected = Expectation.read(
        {"outcome": ["ticket", "answer"], "says": [["甲", "登记"]], "choices": ["查进度"],
         "cites": ["民法典"], "ticket": {"number": "*", "address": "~东门", "category": ["井盖"]}}
    )  # fmt: skip

    assert faults(_turn(), expected, "elderly") == []


@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        ({"outcome": "guide"}, "outcome answer"),
        ({"never_outcome": "answer"}, "outcome answer"),
        ({"says": ["没有说的"]}, "does not say"),
        ({"never": ["登记"]}, "says 登记"),
        ({"choices": ["撤回"]}, "does not offer"),
        ({"cites": ["刑法"]}, "cites"),
        ({"ticket": None}, "there is a ticket"),
        ({"ticket": {"number": None}}, "ticket.number"),
        ({"ticket": {"category": ["公共照明"]}}, "ticket.category"),
    ],
)
def test_each_disappointment_is_named(expected: dict[str, Any], fault: str) -> None:
    found = faults(_turn(), Expectation.read(expected), "standard")

    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": " "}, "nothing was said"),
        ({"text": "转给{member}跟进"}, "a reader sees"),
        ({"choices": [{"title": "甲", "token": "令"}]}, "not short ASCII"),
        ({"choices": [{"title": t, "token": "t"} for t in "甲乙丙丁"]}, "more than 3 choices"),
    ],
)
def test_what_no_reader_may_see_is_always_a_fault(change: dict[str, Any], fault: str) -> None:
    turn = _turn()
    turn["replies"][0] |= change

    found = faults(turn, Expectation(), "elderly")

    assert any(fault in one for one in found)


def test_a_quote_must_stand_in_its_clause() -> None:
    turn = _turn()
    turn["replies"][0]["citations"][0]["text"] = "别的话"

    assert faults(turn, Expectation(), "standard") == ["a quote that is not in its clause"]


def _turn() -> dict[str, Any]:
    citation = {
        "document": "中华人民共和国民法典",
        "quote": "业主",
        "source": "民法典",
        "text": "业主应当",
    }
    reply = {
        "text": "已登记。",
        "choices": [{"title": "查进度", "token": "abc"}],
        "citations": [citation],
    }
    category = {"code": "RDS-02", "name": "井盖"}
    ticket = {"number": "20261121-000001", "address": "小区东门", "category": category}
    return {"replies": [reply], "outcome": "answer", "ticket": ticket}


def _bare(text: str) -> str:
    """Return the letters and figures of a sentence, so that punctuation makes no difference."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in plain if character.isalnum())


def _training_examples() -> Iterator[str]:
    for path in REPOSITORY.glob("bot/skills/*/nlu.yml"):
        for entry in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in str(entry["examples"]).splitlines():
                yield re.sub(
                    r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line.removeprefix("- ")
                )


def _knowledge_questions(folder: Path = REPOSITORY / "knowledge" / "items") -> Iterator[str]:
    for path in folder.glob("*.yml"):
        item = yaml.safe_load(path.read_text("utf-8"))
        yield from item.get("questions") or ()
        yield from item.get("aliases") or ()
