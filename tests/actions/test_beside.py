"""One question of the category stands beside the summary, and needs no answer."""

import pytest

from actions.asking import ActionAskConfirmation
from actions.complaint import ActionFileComplaint
from actions.tickets.finding import Wanted
from actions.tickets.store import TicketStore
from tests.actions.stage import Talk, begin

LEAK = "幸福里3栋2单元501卫生间漏水"
POLE = "灯杆上有编号吗"


@pytest.fixture
def leak(talk: Talk) -> Talk:
    """A complaint about a leak, read back with its question."""
    begin(talk, LEAK)
    talk.does(ActionAskConfirmation())
    return talk


def read_back(talk: Talk) -> str:
    talk.said.clear()
    talk.does(ActionAskConfirmation())
    return str(talk.said)


def test_the_question_stands_beside_the_summary(leak: Talk) -> None:
    assert "漏到电灯" in str(leak.said)
    assert leak.draft["asks"] == "power"


def test_it_is_asked_once(leak: Talk) -> None:
    leak.in_form("是2单元502", "correct")

    assert "漏到电灯" not in read_back(leak)


@pytest.mark.parametrize(
    ("text", "intent", "line"),
    [
        ("没有", "deny", "是否影响用电:没有影响用电"),
        ("有", "affirm", "是否影响用电:已影响用电"),
        ("漏到插座上了", "report_problem", "是否影响用电:已影响用电"),
    ],
)
def test_the_answer_is_read_back(leak: Talk, text: str, intent: str, line: str) -> None:
    leak.in_form(text, intent)

    assert leak.slots["requested_slot"] == "confirmation"
    assert line in read_back(leak)
    assert leak.draft["description"] == LEAK


@pytest.mark.parametrize(
    ("text", "intent"), [("不知道", "skip"), ("说不清", "deny"), ("这我可说不上来啊", "")]
)
def test_not_knowing_is_an_answer(leak: Talk, text: str, intent: str) -> None:
    leak.in_form(text, intent)

    shown = read_back(leak)
    assert leak.slots["requested_slot"] == "confirmation"
    assert "漏到电灯" not in shown
    assert "是否影响用电" not in shown


def test_a_yes_files_without_the_answer(leak: Talk, store: TicketStore) -> None:
    leak.in_form("对", "affirm")
    leak.does(ActionFileComplaint(lambda: store))

    (ticket,) = store.search(Wanted())
    assert ticket.complaint.attributes == {}


def test_the_answer_is_filed(leak: Talk, store: TicketStore) -> None:
    leak.in_form("没有", "deny")
    leak.does(ActionAskConfirmation())
    leak.in_form("对", "affirm")
    leak.does(ActionFileComplaint(lambda: store))

    (ticket,) = store.search(Wanted())
    assert ticket.complaint.attributes == {"power": ("no",)}


def test_what_was_told_is_not_asked(talk: Talk) -> None:
    begin(talk, "3栋2单元501漏水,都漏到插座上了")

    shown = read_back(talk)

    assert "是否影响用电:已影响用电" in shown
    assert "漏到电灯" not in shown


def test_a_light_in_a_corridor_has_no_pole(talk: Talk) -> None:
    begin(talk, "3栋2单元楼道灯坏了")

    assert POLE not in read_back(talk)


def test_a_street_light_has_one(talk: Talk) -> None:
    begin(talk, "3栋门口的路灯不亮")

    assert POLE in read_back(talk)


def test_elderly_readers_are_asked_nothing_more(talk: Talk) -> None:
    begin(talk, LEAK)
    talk.message["metadata"]["audience"] = "elderly"

    assert "漏到电灯" not in read_back(talk)


def test_what_is_told_besides_the_answer_is_kept(leak: Talk) -> None:
    leak.in_form("漏到灯了,天花板塌下来一块,差点砸到我孙子", "report_problem")

    assert leak.draft["answers"] == {"power": "yes"}
    assert "差点砸到我孙子" in leak.draft["description"]


def test_not_knowing_ends_the_misses(leak: Talk) -> None:
    leak.slots["draft"]["tries"] = 1

    leak.in_form("不知道", "skip")

    assert leak.draft["tries"] == 0
