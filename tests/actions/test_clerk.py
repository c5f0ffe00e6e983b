"""Small things that a good clerk does: puts together, puts right, and does not urge unasked."""

from typing import Any

import pytest

from actions.batch import Batch, take_in
from actions.clarifying import ActionAnswerOrClarify
from actions.complaint import ActionFileComplaint
from actions.progress import ActionUrgeTicket
from actions.supplement import corrects_ticket
from actions.tickets.store import TicketStore
from actions.understanding.pointing import agrees, put_right
from tests.actions.stage import FakeAnswerer, Talk, begin


def drafts(text: str) -> list[tuple[str, str]]:
    return [(one.category, one.building) for one in take_in(text).drafts]


def test_faults_at_two_doors_are_two_matters_after_a_mere_comma() -> None:
    first, second = take_in("7栋车库进水,9栋门禁坏,都是这两天的,电话13612348888").drafts

    assert (first.building, second.building) == ("7栋", "9栋")
    assert first.contact == second.contact == "13612348888"


def test_a_slip_hides_no_second_matter() -> None:
    assert [building for _, building in drafts("7栋车库进水,9栋门禁怀了")] == ["7栋", "9栋"]


def test_also_broken_elsewhere_is_the_same_fault_there() -> None:
    assert drafts("3栋的灯坏了,5栋也坏了") == [("FAC-01", "3栋"), ("FAC-01", "5栋")]


@pytest.mark.parametrize(
    "text", ["3栋楼上漏水,流到5栋去了", "3栋漏水漏得厉害,物业说5栋也漏,没人修"]
)
def test_one_fault_that_touches_two_houses_stays_one(text: str) -> None:
    assert len(drafts(text)) == 1


def test_another_problem_takes_the_place_of_the_wrong_one(whole: Talk) -> None:
    whole.in_form("算了不是灯,是电梯按钮失灵停在一楼了", "correct")

    assert whole.draft["category"] == "FAC-02"
    assert whole.draft["building"] == "3栋"
    assert "灯坏" not in whole.draft["description"]


@pytest.mark.parametrize(
    ("plain", "instead"),
    [
        ("不是灯,是电梯按钮不亮", "电梯按钮不亮"),
        ("说错了,应该是楼下的灯", "楼下的灯"),
        ("不是我说的", ""),
        ("灯不亮", ""),
    ],
)
def test_what_it_is_instead_is_found(plain: str, instead: str) -> None:
    assert put_right(plain) == instead


def test_an_impatient_yes_is_a_yes() -> None:
    assert agrees("赶紧的别废话了交上去")
    assert not agrees("别交")


def test_who_only_asks_when_urges_nobody(whole: Talk, store: TicketStore) -> None:
    whole.does(ActionFileComplaint(lambda: store))
    (ticket,) = store.of_conversation("me")

    whole.hears("啥时候来修", "urge_ticket").does(ActionUrgeTicket(lambda: store))
    assert whole.used == ["utter_ticket_status"]
    whole.hears("到底什么时候来修", "urge_ticket").does(ActionUrgeTicket(lambda: store))

    assert whole.used == ["utter_urged"]
    found = store.by_number(ticket.number)
    assert found is not None
    assert found.urge_count == 1


def test_who_asks_when_before_it_is_filed_is_told_so(whole: Talk, store: TicketStore) -> None:
    whole.loop = "complaint_form"

    whole.hears("师傅啥时候能过来", "urge_ticket").does(ActionUrgeTicket(lambda: store))

    assert whole.used == ["utter_not_filed_yet"]


def test_since_when_told_after_filing_is_added(whole: Talk, store: TicketStore) -> None:
    whole.does(ActionFileComplaint(lambda: store))

    whole.hears("昨天开始的,每天晚上十点多", "inform")

    assert corrects_ticket(whole.tracker())


def test_short_words_end_what_was_told_before(talk: Talk) -> None:
    knows: Any = FakeAnswerer()
    talk.hears("我家那个灯哦,不晓得咋个搞起的", "nlu_fallback", sure=0.3)
    talk.does(ActionAnswerOrClarify(answerer=knows))

    talk.hears("灯坏了不亮", "nlu_fallback", sure=0.3).does(ActionAnswerOrClarify(answerer=knows))

    batch = Batch.from_tracker(talk.tracker())
    assert batch.current.description == "我家那个灯哦,不晓得咋个搞起的,灯坏了不亮"


def test_a_place_of_two_doors_does_not_lose_one(talk: Talk) -> None:
    begin(talk, "5栋到8栋都停电了")

    assert "8栋" in talk.draft["address"]


def test_a_doubtful_wish_to_withdraw_drops_the_draft_on_the_table(lamp: Talk) -> None:
    lamp.in_form("哎算了不约了,我儿子回来了", "withdraw_ticket", sure=0.43)

    assert lamp.slots["confirmation"] is False
