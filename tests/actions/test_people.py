"""Named people: grid members, handover, workers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from actions import handover, resources
from actions.cell import ActionAskHome, ActionShowGridMember, ActionUseDetail, ValidateCellForm
from actions.handover import ActionComfort, ActionRequestHuman
from actions.tickets.codes import spoken
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Reporter
from actions.tickets.workers import WorkerRegistry
from actions.worker import SHOWN, ActionBindWorker, ActionListCellTickets
from tests.actions.stage import Talk

NOW = datetime.now(UTC)


def test_every_building_and_unit_has_its_grid_member(talk: Talk) -> None:
    for building in range(1, 25):
        for unit in range(1, 5):
            talk.slots.clear()
            talk.hears(f"{building}栋{unit}单元的网格员是谁", "ask_grid_member")

            talk.does(ActionShowGridMember())

            assert talk.used == ["utter_grid_member"]
            assert talk.said[0]["where"] == f"{building}栋{unit}单元"
            assert talk.said[0]["telephone"].startswith("010-0")


def test_a_home_once_named_is_remembered(talk: Talk) -> None:
    talk.hears("我住3栋2单元,网格员是谁", "ask_grid_member").does(ActionShowGridMember())

    talk.hears("网格员电话多少", "ask_grid_member").does(ActionShowGridMember())

    assert talk.said[0]["where"] == "3栋2单元"


def test_without_a_home_the_building_is_asked_for(talk: Talk) -> None:
    events = talk.hears("网格员是谁", "ask_grid_member").does(ActionShowGridMember())

    assert events[-1]["name"] == "cell_form"
    talk.does(ActionAskHome())
    assert talk.used == ["utter_ask_home"]


def test_an_unknown_building_is_asked_for_again(talk: Talk) -> None:
    talk.slots["requested_slot"] = "home"

    talk.hears("99栋", "inform").does(ValidateCellForm())
    talk.does(ActionAskHome())

    assert talk.slots["home"] is None
    assert talk.used == ["utter_ask_home_again"]


def test_the_building_is_heard(talk: Talk) -> None:
    talk.slots["requested_slot"] = "home"

    talk.hears("三号楼二单元", "inform").does(ValidateCellForm())

    assert talk.slots["home"] == {"building": "3栋", "unit": "2单元"}


@pytest.mark.parametrize("intent", ["emergency", "request_human", "cancel"])
def test_the_look_up_gives_way(talk: Talk, intent: str) -> None:
    talk.slots["requested_slot"] = "home"

    assert talk.hears("着火了", intent).does(ValidateCellForm()) == []


def test_in_the_middle_of_a_complaint_no_second_form_begins(talk: Talk) -> None:
    talk.loop = "complaint_form"

    assert talk.hears("网格员是谁", "ask_grid_member").does(ActionShowGridMember()) == []
    assert talk.used == ["utter_ask_home"]


def test_a_place_out_of_the_blue_is_remembered(talk: Talk) -> None:
    talk.hears("3栋2单元", "inform").does(ActionUseDetail())

    assert talk.used == ["utter_what_about_place"]
    assert talk.slots["home"] == {"building": "3栋", "unit": "2单元", "is_told": True}


@pytest.mark.parametrize(
    ("text", "response"),
    [("好的", "utter_here"), ("99栋", "utter_clarify"), ("13800001111", "utter_clarify")],
)
def test_a_detail_that_says_nothing_asks_back(talk: Talk, text: str, response: str) -> None:
    talk.hears(text, "affirm").does(ActionUseDetail())

    assert talk.used == [response]


class Calendar:
    """A clock whose duty hours are given."""

    def __init__(self, on_duty: bool) -> None:
        self.calendar, self._on_duty = self, on_duty

    def is_on_duty(self, _moment: datetime) -> bool:
        return self._on_duty


@pytest.mark.parametrize(
    ("on_duty", "response"), [(True, "utter_handover"), (False, "utter_handover_after_hours")]
)
def test_a_person_is_named_the_first_time(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, on_duty: bool, response: str
) -> None:
    monkeypatch.setattr(handover, "load_clocks", lambda: Calendar(on_duty))
    talk.slots["home"] = {"building": "3栋", "unit": "2单元"}

    talk.hears("转人工", "request_human").does(ActionRequestHuman())

    cell = resources.cells().locate("3栋", "2单元")
    assert cell is not None
    assert (talk.used, talk.facts["outcome"]) == ([response], "handover")
    assert (talk.said[0]["member"], talk.said[0]["telephone"]) == (cell.member, cell.telephone)


def test_low_spirits_get_a_person_too(talk: Talk) -> None:
    talk.hears("活着没意思", "express_distress").does(ActionComfort())

    assert (talk.used, talk.facts["outcome"]) == (["utter_comfort"], "handover")
    assert resources.cells().duty.name in talk.said[0]["contact"]


def file(store: TicketStore, building: str, origin: str) -> str:
    cell = resources.cells().locate(building, "1单元")
    assert cell is not None
    complaint = Complaint(
        category="FAC-01",
        description="张三丰家的灯坏了",
        place=Place(building=building, unit="1单元", cell=cell.code),
        reporter=Reporter(conversation="neighbour"),
        origin=origin,
    )
    return store.file(complaint, NOW).number


@pytest.fixture
def worker(talk: Talk, workers: WorkerRegistry) -> Talk:
    code = workers.invite("王小明", ["XFL-01"], NOW)
    talk.hears(f"绑定 {code}", "bind_worker").does(ActionBindWorker(lambda: workers))
    assert talk.used == ["utter_bound"]
    return talk


def test_a_worker_sees_the_tickets_of_the_own_cells_and_no_others(
    worker: Talk, workers: WorkerRegistry, store: TicketStore
) -> None:
    mine, other = file(store, "3栋", "1"), file(store, "20栋", "2")

    worker.hears("我的网格工单", "list_cell_tickets")
    worker.does(ActionListCellTickets(lambda: workers, lambda: store))

    assert worker.used == ["utter_cell_tickets"]
    assert mine in worker.said[0]["lines"]
    assert other not in worker.said[0]["lines"]
    assert "张三丰" not in str(worker.said)


def test_a_long_list_is_cut_and_counted(
    worker: Talk, workers: WorkerRegistry, store: TicketStore
) -> None:
    for n in range(SHOWN + 3):
        file(store, "3栋", str(n))

    worker.hears("我的网格工单").does(ActionListCellTickets(lambda: workers, lambda: store))

    assert worker.said[0]["count"] == str(SHOWN + 3)
    assert len(worker.said[0]["lines"].splitlines()) == SHOWN


def test_no_tickets_is_said(worker: Talk, workers: WorkerRegistry, store: TicketStore) -> None:
    worker.hears("我的网格工单").does(ActionListCellTickets(lambda: workers, lambda: store))

    assert worker.used == ["utter_no_cell_tickets"]


def test_residents_are_told_whose_this_is(
    talk: Talk, workers: WorkerRegistry, store: TicketStore
) -> None:
    number = file(store, "3栋", "1")

    talk.hears("我的网格工单").does(ActionListCellTickets(lambda: workers, lambda: store))

    assert talk.used == ["utter_workers_only"]
    assert number not in str(talk.said)


def test_a_code_is_good_once(worker: Talk, workers: WorkerRegistry) -> None:
    code = worker.message["text"]

    other = Talk(sender="other").hears(code, "bind_worker")
    other.does(ActionBindWorker(lambda: workers))

    assert other.used == ["utter_bind_refused"]
    assert workers.of("other") is None


@pytest.mark.parametrize("text", ["绑定", "绑定 AAAAAAAAAAA", "绑定 12345678901"])
def test_a_wrong_code_binds_nobody(talk: Talk, workers: WorkerRegistry, text: str) -> None:
    talk.hears(text, "bind_worker").does(ActionBindWorker(lambda: workers))

    assert talk.used == ["utter_bind_refused"]
    assert workers.of("me") is None


def test_an_old_code_binds_nobody(talk: Talk, workers: WorkerRegistry) -> None:
    code = workers.invite("王小明", ["XFL-01"], NOW - timedelta(days=30))

    talk.hears(f"绑定 {code}", "bind_worker").does(ActionBindWorker(lambda: workers))

    assert talk.used == ["utter_bind_refused"]


@pytest.mark.parametrize("written", ["绑定 {}", "邀请码是{}", "{}", "绑定{},谢谢"])
@pytest.mark.parametrize("form", [str, str.lower, spoken])
def test_a_code_binds_however_it_is_written(
    talk: Talk, workers: WorkerRegistry, written: str, form: Callable[[str], str]
) -> None:
    code = form(workers.invite("王小明", ["XFL-01"], NOW))

    talk.hears(written.format(code), "bind_worker").does(ActionBindWorker(lambda: workers))

    assert talk.used == ["utter_bound"]


def test_a_place_after_an_offer_begins_the_complaint_that_was_offered(talk: Talk) -> None:
    talk.slots["pending_question"] = "电梯又坏了你们管不管"

    talk.hears("17栋", "inform").does(ActionUseDetail())

    assert talk.draft["building"] == "17栋"
    assert talk.draft["category"] == "FAC-02"
    assert talk.slots["pending_question"] is None


@pytest.mark.parametrize("intent", ["cancel", "go_back", "deny"])
def test_dropping_nothing_gets_a_kind_word(talk: Talk, intent: str) -> None:
    talk.hears("算了", intent).does(ActionUseDetail())

    assert talk.used == ["utter_here"]
