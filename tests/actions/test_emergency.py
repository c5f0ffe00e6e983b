"""Emergencies: advice first, whatever else is broken."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from actions import resources
from actions.cell import ActionUseDetail
from actions.emergency import ITEMS, ActionHandleEmergency
from actions.supplement import ActionSupplementTicket
from actions.tickets.errors import VaultError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from knowledge.errors import StaleIndexError
from tests.actions.stage import FakeAnswerer, Talk, card

FIRE = "3栋2单元着火了,我电话13800001111"
DATABASE_AWAY = OperationalError("select", {}, Exception("disk I/O error"))


@pytest.fixture
def knows() -> FakeAnswerer:
    return FakeAnswerer({item: card(item) for item in ITEMS.values()})


def handle(talk: Talk, knows: FakeAnswerer, store: object, text: str = FIRE) -> None:
    talk.hears(text, "emergency")
    talk.message["entities"] = [{"entity": "emergency_kind", "value": "fire"}]

    def tickets() -> TicketStore:
        if isinstance(store, Exception):
            raise store
        assert isinstance(store, TicketStore)
        return store

    talk.does(ActionHandleEmergency(knows, tickets))  # type: ignore[arg-type]


def test_advice_comes_first_then_who_was_told(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store)

    assert talk.used == ["utter_emergency", "utter_emergency_told"]
    assert talk.said[0]["advice"] == "emergency-fire:先离开"
    assert talk.facts["outcome"] == "emergency"
    assert talk.facts["citations"]


def test_the_grid_member_of_the_burning_building_is_told(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.slots["home"] = {"building": "9栋", "unit": "1单元"}

    handle(talk, knows, store)

    cell = resources.cells().locate("3栋", "2单元")
    (ticket,) = store.of_conversation("me")
    assert cell is not None
    assert (talk.said[1]["member"], talk.said[1]["telephone"]) == (cell.member, cell.telephone)
    assert (ticket.status, ticket.complaint.urgency) == (Status.DIVERTED, 1)
    assert ticket.complaint.place.cell == cell.code


def test_who_says_no_place_is_looked_for_at_home(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.slots["home"] = {"building": "9栋", "unit": "1单元"}

    handle(talk, knows, store, "着火了")

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.place.building == "9栋"


def test_without_any_place_the_duty_desk_is_named(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "着火了")

    assert talk.said[1]["member"] == resources.cells().duty.name


def test_the_draft_waits(talk: Talk, knows: FakeAnswerer, store: TicketStore) -> None:
    talk.slots["draft"] = {"description": "灯坏了", "building": "5栋"}

    handle(talk, knows, store, "着火了")

    assert talk.slots["draft"] == {"description": "灯坏了", "building": "5栋"}


@pytest.mark.parametrize(
    "error", [StaleIndexError(reason="x"), DATABASE_AWAY, OSError("disk"), KeyError()]
)
def test_without_knowledge_the_plain_numbers_are_said(
    talk: Talk, knows: FakeAnswerer, store: TicketStore, error: Exception
) -> None:
    knows.error = error

    handle(talk, knows, store)

    assert talk.used == ["utter_emergency_plain", "utter_emergency_told"]


def test_an_item_that_is_gone_gives_the_plain_numbers(talk: Talk, store: TicketStore) -> None:
    handle(talk, FakeAnswerer(), store)

    assert talk.used[0] == "utter_emergency_plain"


@pytest.mark.parametrize("error", [DATABASE_AWAY, OSError("disk full"), VaultError("no key")])
def test_without_the_store_the_advice_is_said_all_the_same(
    talk: Talk, knows: FakeAnswerer, error: Exception
) -> None:
    handle(talk, knows, error)

    assert talk.used == ["utter_emergency"]
    assert talk.facts["ticket"] is None


def test_with_everything_broken_the_numbers_remain(talk: Talk, knows: FakeAnswerer) -> None:
    knows.error = OSError()

    handle(talk, knows, DATABASE_AWAY)

    assert talk.used == ["utter_emergency_plain"]


def test_a_kind_without_a_card_gets_the_numbers(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.hears("救命", "emergency")
    talk.message["entities"] = [{"entity": "emergency_kind", "value": "help"}]

    talk.does(ActionHandleEmergency(knows, lambda: store))  # type: ignore[arg-type]

    assert talk.used[0] == "utter_emergency_plain"


def test_the_same_message_tells_once(talk: Talk, knows: FakeAnswerer, store: TicketStore) -> None:
    handle(talk, knows, store)
    talk.count = 0
    handle(talk, knows, store)

    assert len(store.of_conversation("me")) == 1


def test_an_emergency_by_button_has_a_description_all_the_same(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "")

    assert talk.used == ["utter_emergency", "utter_emergency_told_where"]


def test_the_log_holds_no_words(
    talk: Talk, knows: FakeAnswerer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "actions")
    knows.error = StaleIndexError(reason="x")

    handle(talk, knows, DATABASE_AWAY)

    assert "no advice" in caplog.text
    assert "着火" not in caplog.text
    assert "1380000" not in caplog.text


def test_the_place_said_afterwards_reaches_the_emergency_and_its_grid_member(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "煤气味好大")
    asked = talk.used[-1]

    talk.hears("我家在12栋2单元", "inform").does(ActionUseDetail(lambda: store))

    cell = resources.cells().locate("12栋", "2单元")
    (ticket,) = store.of_conversation("me")
    assert cell is not None
    assert (asked, talk.used[-1]) == ("utter_emergency_told_where", "utter_emergency_located")
    assert talk.said[-1]["member"] == cell.member
    assert (ticket.complaint.place.building, ticket.complaint.place.cell) == ("12栋", cell.code)
    assert [one.kind for one in store.deliveries(ticket.number)][-1] == "update"


def test_a_point_on_the_map_does_as_well(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "救命啊")
    point = {"latitude": 39.9, "longitude": 116.4, "datum": "WGS-84"}

    talk.hears("", "send_location", location=point).does(ActionUseDetail(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.place.latitude == 39.9


def test_a_place_long_after_is_about_something_else(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "煤气味好大")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET submitted_at = '2026-01-01 00:00:00'"))

    talk.hears("12栋2单元", "inform").does(ActionUseDetail(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.place.building == ""


def test_an_emergency_with_a_place_is_not_moved_by_another_one(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store)

    talk.hears("12栋2单元", "inform").does(ActionUseDetail(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.place.building == "3栋"


def test_who_says_that_help_was_called_is_not_alarmed_again(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store)

    handle(talk, knows, store, "已经打了119了")

    (ticket,) = store.of_conversation("me")
    assert talk.used[-1] == "utter_rescue_called"
    assert talk.facts["ticket"]["number"] == ticket.number


def test_a_call_made_without_an_alarm_before_is_an_alarm(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "已经打了119了")

    assert talk.used == ["utter_emergency", "utter_emergency_told_where"]


def test_a_broken_store_never_swallows_the_second_alarm(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store)

    handle(talk, knows, DATABASE_AWAY, "已经打了119了")

    assert talk.used[-1] == "utter_emergency"


def test_a_chosen_danger_is_told_with_the_words_it_was_offered_for(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.hears("/emergency{}", "emergency")
    talk.message["entities"] = [
        {"entity": "emergency_kind", "value": "gas"},
        {"entity": "emergency_told", "value": "3栋2单元有股怪味"},
    ]

    talk.does(ActionHandleEmergency(knows, lambda: store))  # type: ignore[arg-type]

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.description == "3栋2单元有股怪味"
    assert ticket.complaint.place.building == "3栋"
    assert talk.used[0] == "utter_emergency"


HIT = "3栋2单元501楼上打老婆,快来,别说是我报的"


def test_who_tells_of_danger_stays_unnamed_and_their_photo_goes_along(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.hears(HIT, "emergency", media=["photo-1"])

    talk.does(ActionHandleEmergency(knows, lambda: store))  # type: ignore[arg-type]

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.reporter.is_anonymous
    assert ticket.complaint.media == ("photo-1",)
    assert ticket.complaint.place.room == "501"


def test_an_emergency_told_for_somebody_says_for_whom(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store, "我替我妈报,她3栋家里着火了")

    (ticket,) = store.of_conversation("me")
    identity = store.identity(ticket.number, viewer="1", reason="救人", now=ticket.submitted_at)
    assert identity[1] == "我妈"


def test_the_photos_of_a_report_that_waits_are_not_those_of_an_emergency(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.slots["draft"] = {"description": "灯坏了", "building": "5栋", "media": ["lamp"]}

    handle(talk, knows, store, "着火了")

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.media == ()


def test_the_door_of_a_report_that_waits_is_not_sought_in_another_building(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    talk.slots["draft"] = {
        "description": "灯坏了", "building": "5栋", "unit": "2单元", "room": "501",
        "address": "5栋2单元501",
    }  # fmt: skip
    talk.slots["home"] = {"building": "9栋", "unit": "1单元"}

    handle(talk, knows, store, "3栋着火了")

    (ticket,) = store.of_conversation("me")
    place = ticket.complaint.place
    assert (place.building, place.unit, place.room) == ("3栋", "", "")


@pytest.mark.parametrize("words", ["火在12栋2单元", "12栋2单元,别说是我报的"])
def test_a_photo_that_comes_with_the_place_reaches_the_emergency(
    talk: Talk, knows: FakeAnswerer, store: TicketStore, words: str
) -> None:
    handle(talk, knows, store, "着火了")

    talk.hears(words, "inform", media=["photo-2"]).does(ActionUseDetail(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.media == ("photo-2",)
    assert ticket.complaint.reporter.is_anonymous == ("别说" in words)


def test_what_is_added_to_an_emergency_is_kept_whole(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store)

    talk.hears("补充一下,别说是我报的", "supplement_ticket", media=["photo-3"])
    talk.does(ActionSupplementTicket(lambda: store))

    (ticket,) = store.of_conversation("me")
    assert talk.used == ["utter_supplemented"]
    assert ticket.complaint.media == ("photo-3",)
    assert ticket.complaint.reporter.is_anonymous


def test_a_photo_sent_with_the_news_that_help_comes_is_kept(
    talk: Talk, knows: FakeAnswerer, store: TicketStore
) -> None:
    handle(talk, knows, store)

    talk.hears("已经打了119了", "emergency", media=["photo-4"])
    talk.does(ActionHandleEmergency(knows, lambda: store))  # type: ignore[arg-type]

    (ticket,) = store.of_conversation("me")
    assert ticket.complaint.media == ("photo-4",)
