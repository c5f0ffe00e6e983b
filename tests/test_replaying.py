"""The other ways in which a conversation is played."""

import pytest

from tests.conversation import Conversation, Step
from tests.replaying import in_pieces, politely, replays_of, with_slips

REPORT = "3栋2单元楼道灯坏了,已经三天没有人来修了"


def script(*turns: dict[str, object]) -> Conversation:
    steps = tuple(Step.read(turn) for turn in turns)
    return Conversation(name="试", skill="complaint", audience="standard", steps=steps)


def test_a_slip_leaves_numbers_and_doors_alone() -> None:
    (said,) = with_slips(script({"user": REPORT})).sentences

    assert said != REPORT
    assert len(said) == len(REPORT)
    assert said.startswith("3栋2单元")
    assert sum(one != other for one, other in zip(said, REPORT, strict=True)) <= 2


def test_a_slip_spares_what_the_answer_must_repeat() -> None:
    conversation = script({"user": REPORT, "says": ["楼道灯坏了"], "ticket": {"since": "~三天"}})

    (said,) = with_slips(conversation).sentences

    assert "楼道灯坏了" in said


def test_the_same_slips_are_made_every_time() -> None:
    assert with_slips(script({"user": REPORT})) == with_slips(script({"user": REPORT}))


def test_courtesies_stand_around_the_words() -> None:
    report: dict[str, object] = {"user": REPORT, "outcome": "ticket_draft"}

    said = politely(script(report, {"user": "嗯"}, {"user": "帮我催一下那个单子"}))

    assert said.sentences == (f"您好,{REPORT},麻烦了", "嗯", "帮我催一下那个单子,谢谢")


def test_a_report_of_two_clauses_is_sent_in_two() -> None:
    pieces = in_pieces(script({"user": REPORT, "outcome": "ticket_draft"}))

    assert pieces.sentences == ("3栋2单元楼道灯坏了", "已经三天没有人来修了")
    assert [step.expected.outcome for step in pieces.steps] == [(), ("ticket_draft",)]


@pytest.mark.parametrize("text", ["灯坏了,在3栋", "3栋2单元楼道灯坏了三天没有人来修"])
def test_what_has_no_natural_cut_stays_whole(text: str) -> None:
    assert in_pieces(script({"user": text, "outcome": "ticket_draft"})).sentences == (text,)


def test_one_way_is_played_or_every_way_that_changes_something() -> None:
    conversation = script({"user": REPORT, "outcome": "ticket_draft"})

    assert len(replays_of(conversation, is_every=False)) == 1
    assert len(replays_of(conversation, is_every=True)) == 3
    assert replays_of(script({"user": "嗯"}), is_every=True) == []
