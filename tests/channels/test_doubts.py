"""What was not surely understood, or put right, becomes examples without anybody's name."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, insert
from typer.testing import CliRunner

from actions.tickets.masking import mask
from channels.database import migrate, open_engine
from channels.doubts import Doubt, Why, doubts_in, examples_of
from channels.doubts_cli import nlu_app
from channels.schema import ConversationRow, TurnRow, table_of

NOW = datetime.now(UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'conversations.db'}")
    migrate(opened)
    yield opened
    opened.dispose()


def talk(
    engine: Engine, *turns: dict[str, Any], who: str = "c1", ago: timedelta = timedelta()
) -> None:
    at = NOW - ago - timedelta(minutes=5)
    person = {
        "id": who, "token_hash": who, "audience": "standard", "channel": "web", "opened_at": at,
        "handover": "none", "operator": "",
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(table_of(ConversationRow)), person)
        for number, turn in enumerate(turns):
            intent = {"name": turn.get("intent", ""), "confidence": turn.get("sure", 0.95)}
            choices = [{"title": title, "token": "t"} for title in turn.get("offers", ())]
            reply = {
                "replies": [{"text": "好", "choices": choices}],
                "outcome": turn.get("outcome", "answer"),
                "intent": intent,
            }
            row = {
                "conversation": who, "message_id": f"m{number}", "said": turn["said"],
                "reply": None if turn.get("is_open") else reply,
                "at": at + timedelta(seconds=number),
            }  # fmt: skip
            connection.execute(insert(table_of(TurnRow)), row)


def doubts(engine: Engine) -> list[Doubt]:
    return doubts_in(engine, since=NOW - timedelta(days=1), least=0.4, mask=mask)


def test_an_unsure_intent_is_listed_and_a_sure_one_is_not(engine: Engine) -> None:
    talk(
        engine,
        {"said": "灯咋老不亮哩", "intent": "report_problem", "sure": 0.31},
        {"said": "楼道灯坏了", "intent": "report_problem"},
    )

    assert [(one.text, one.why) for one in doubts(engine)] == [("灯咋老不亮哩", Why.UNSURE)]


@pytest.mark.parametrize("repair", ["你理解错了", "我不是问这个", "答非所问", "我说的是停车证"])
def test_who_says_that_it_was_taken_wrongly_corrects_what_came_before(
    engine: Engine, repair: str
) -> None:
    talk(
        engine,
        {"said": "停车咋弄", "intent": "ask_guide"},
        {"said": repair, "intent": "complain_about_bot"},
    )

    assert [(one.text, one.why) for one in doubts(engine)] == [("停车咋弄", Why.CORRECTED)]


def test_a_plain_no_after_an_answer_corrects_it(engine: Engine) -> None:
    talk(
        engine,
        {"said": "停车咋弄", "intent": "ask_guide"},
        {"said": "不对", "intent": "deny"},
    )

    assert [one.why for one in doubts(engine)] == [Why.CORRECTED]


def test_a_no_to_a_draft_corrects_the_draft_and_not_us(engine: Engine) -> None:
    talk(
        engine,
        {"said": "3栋灯坏了", "intent": "report_problem", "outcome": "ticket_draft"},
        {"said": "不对,是5栋", "intent": "correct", "outcome": "ticket_draft"},
    )

    assert doubts(engine) == []


def test_another_option_chosen_after_we_asked_back_says_what_was_meant(engine: Engine) -> None:
    talk(
        engine,
        {"said": "那个东西到底弄没弄", "intent": "ask_policy", "outcome": "clarify",
         "offers": ["我的工单", "找人帮忙"]},
        {"said": "我的工单", "intent": "ask_progress", "sure": 1.0},
    )  # fmt: skip

    (doubt,) = doubts(engine)

    assert (doubt.why, doubt.meant) == (Why.CORRECTED, "ask_progress")
    assert "intent: ask_progress" in examples_of([doubt])


def test_what_identifies_a_person_is_masked(engine: Engine) -> None:
    talk(engine, {"said": "我叫张三,电话13800001111,咋弄", "intent": "inform", "sure": 0.2})

    (doubt,) = doubts(engine)

    assert "张三" not in doubt.text
    assert "13800001111" not in doubt.text


def test_old_unanswered_and_wordless_turns_are_left_out(engine: Engine) -> None:
    talk(engine, {"said": "老早的话", "intent": "inform", "sure": 0.1}, ago=timedelta(days=9))
    talk(
        engine,
        {"said": "没回的话", "is_open": True},
        {"said": "?", "intent": "chitchat", "sure": 0.2},
        who="c2",
    )

    assert doubts(engine) == []


def test_the_same_words_are_listed_once_with_how_often_they_came(engine: Engine) -> None:
    for who in ("c1", "c2"):
        talk(engine, {"said": "弄那个的", "intent": "inform", "sure": 0.2}, who=who)

    assert [one.times for one in doubts(engine)] == [2]


def test_the_command_prints_examples_that_rasa_reads(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(
        engine,
        {"said": "弄那个的", "intent": "inform", "sure": 0.2},
        {"said": "灯咋老不亮哩", "intent": "report_problem", "sure": 0.3},
    )
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)

    printed = CliRunner().invoke(nlu_app(mask), ["review"])

    assert printed.exit_code == 0, printed.output
    blocks = yaml.safe_load(printed.output)
    assert {block["intent"]: block["examples"] for block in blocks} == {
        "inform": "- 弄那个的\n",
        "report_problem": "- 灯咋老不亮哩\n",
    }
