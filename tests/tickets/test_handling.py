"""Who handles a ticket together, why it came back, how it was closed, and the first two clocks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.tickets import alerts
from actions.tickets.alerts import AlertKind
from actions.tickets.caretaker import warn_unanswered
from actions.tickets.desk import Desk
from actions.tickets.errors import AccusedHandlerError
from actions.tickets.letters import grid_body
from actions.tickets.rules import Party, load_rules
from actions.tickets.simulation import simulate
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Level, Place, Status, Ticket
from tests.tickets.examples import CATEGORIES, LAMP, ME, MONDAY_NOON, lamp

HOUR = timedelta(hours=1)
OPERATOR = "operator:li"
HANDLED = (Status.ACCEPTED, Status.TRIAGED, Status.DISPATCHED)


def filed(store: TicketStore, origin: str = "one") -> str:
    return store.file(lamp(origin), MONDAY_NOON).number


def moved(store: TicketStore, number: str, *statuses: Status) -> None:
    for status in statuses:
        store.move(number, status, actor=OPERATOR, now=MONDAY_NOON)


def known(store: TicketStore, number: str) -> Ticket:
    ticket = store.by_number(number)
    assert ticket is not None
    return ticket


def raised(store: TicketStore) -> list[tuple[AlertKind, str]]:
    return [(one.kind, one.number) for one in alerts.unseen(store.engine)]


def test_those_who_help_are_kept_until_others_are_named(store: TicketStore) -> None:
    number = filed(store)
    moved(store, number, Status.ACCEPTED, Status.TRIAGED)

    store.move(
        number,
        Status.DISPATCHED,
        actor=OPERATOR,
        now=MONDAY_NOON,
        co_handlers=("社区居委会", "派出所"),
    )
    moved(store, number, Status.IN_PROGRESS)

    ticket = known(store, number)
    assert ticket.co_handlers == ("社区居委会", "派出所")
    assert grid_body(ticket)["co_handlers"] == ["社区居委会", "派出所"]


def test_who_is_complained_about_does_not_help_either(store: TicketStore, desk: Desk) -> None:
    party = Party(
        handler="物业",
        names=("物业",),
        categories=frozenset({"lighting"}),
        said=(),
        instead="社区居委会",
        level=Level.COMMUNITY,
    )
    strict = TicketStore(
        store.engine, replace(desk, rules=replace(load_rules(), accused=(party,)))
    )
    number = filed(strict)

    with pytest.raises(AccusedHandlerError):
        strict.move(
            number,
            Status.ACCEPTED,
            actor=OPERATOR,
            now=MONDAY_NOON,
            handler="社区居委会",
            co_handlers=("物业",),
        )

    assert known(strict, number).status is Status.SUBMITTED


def test_the_reason_of_the_last_return_stands_on_the_ticket(store: TicketStore) -> None:
    number = filed(store)
    moved(store, number, *HANDLED)

    store.move(number, Status.TRIAGED, actor=OPERATOR, now=MONDAY_NOON, internal_note="不归物业管")

    ticket = known(store, number)
    assert (ticket.return_count, ticket.return_reason) == (1, "不归物业管")


@pytest.mark.parametrize(
    ("chosen", "kept"), [("mistaken", "mistaken"), ("special", "special"), ("", "normal")]
)
def test_an_operator_says_how_a_ticket_was_closed(
    store: TicketStore, chosen: str, kept: str
) -> None:
    number = filed(store)
    moved(store, number, *HANDLED, Status.RESOLVED, Status.FOLLOWED_UP)

    store.move(number, Status.CLOSED, actor=OPERATOR, now=MONDAY_NOON, archive_type=chosen)

    assert known(store, number).archive_type == kept


def test_for_whom_somebody_reported_is_seen_with_a_reason_only(store: TicketStore) -> None:
    behalf = replace(LAMP, reporter=replace(LAMP.reporter, on_behalf_of="楼上的老人"))
    number = store.file(behalf, MONDAY_NOON).number

    seen = store.identity(number, viewer="operator", reason="回访", now=MONDAY_NOON)

    assert seen == ("13800001111", "楼上的老人")
    assert "老人" not in repr(known(store, number))


def test_what_nobody_took_in_time_is_told_once(store: TicketStore) -> None:
    number = filed(store)  # 12:00 on a Monday: to be taken within four working hours
    taken = filed(store, "taken")
    moved(store, taken, Status.ACCEPTED)

    early = warn_unanswered(store, MONDAY_NOON + 3 * HOUR)
    late = warn_unanswered(store, MONDAY_NOON + 5 * HOUR)
    again = warn_unanswered(store, MONDAY_NOON + 6 * HOUR)

    assert (early, late, again) == ([], [number], [])
    assert raised(store) == [(AlertKind.UNACKNOWLEDGED, number)]


def test_a_reporter_who_heard_nothing_in_time_is_told_of(store: TicketStore) -> None:
    silent, told = filed(store, "silent"), filed(store, "told")
    moved(store, silent, Status.ACCEPTED)
    store.move(told, Status.ACCEPTED, actor=OPERATOR, now=MONDAY_NOON, public_note="电工明天到")
    store.supplement(silent, "还没人来", conversation=ME, now=MONDAY_NOON)

    late = warn_unanswered(store, MONDAY_NOON + 25 * HOUR)

    assert late == [silent]
    assert raised(store) == [(AlertKind.NO_FEEDBACK, silent)]


def test_a_new_round_has_its_own_first_answer(store: TicketStore) -> None:
    number = filed(store)
    moved(store, number, *HANDLED)
    store.move(number, Status.RESOLVED, actor=OPERATOR, now=MONDAY_NOON, public_note="已换灯泡")
    store.reopen(number, conversation=ME, now=MONDAY_NOON)
    moved(store, number, Status.ACCEPTED)

    late = warn_unanswered(store, MONDAY_NOON + 25 * HOUR)

    assert late == [number]


def test_a_pause_moves_working_days_by_duty_time_and_hours_by_the_clock(
    store: TicketStore,
) -> None:
    friday = MONDAY_NOON + timedelta(days=4, hours=5)  # 17:00
    monday = friday + timedelta(days=2, hours=15, minutes=31)  # 08:31
    suggestion = replace(LAMP, urgency=4)  # 13 working days
    days, hours = (store.file(one, friday) for one in (suggestion, lamp("24 hours")))

    for one in (days, hours):
        store.move(one.number, Status.AWAITING_REPORTER, actor=OPERATOR, now=friday)
        store.supplement(one.number, "是三楼", conversation=ME, now=monday)

    assert days.due_at is not None
    assert hours.due_at is not None
    half_an_hour = store.desk.clocks.calendar.after_work(days.due_at, timedelta(minutes=31))
    assert known(store, days.number).due_at == half_an_hour
    assert known(store, hours.number).due_at == hours.due_at + (monday - friday)


def test_what_joined_a_ticket_goes_on_when_its_reporter_takes_it_back(
    store: TicketStore,
) -> None:
    parent, child = filed(store, "parent"), filed(store, "child")
    store.merge(child, parent, actor=OPERATOR, now=MONDAY_NOON)

    store.withdraw(parent, conversation=ME, now=MONDAY_NOON)

    ticket = known(store, child)
    assert (ticket.status, ticket.parent, ticket.is_open) == (Status.TRIAGED, "", True)


@pytest.mark.parametrize(("radius", "found"), [(50, 0), (400, 1)])
def test_how_near_is_near_is_the_categorys_to_say(
    store: TicketStore, radius: int, found: int
) -> None:
    lighting = replace(CATEGORIES["lighting"], radius_m=radius)
    near = TicketStore(
        store.engine, replace(store.desk, categories={**CATEGORIES, "lighting": lighting})
    )
    place = Place(latitude=39.9042, longitude=116.4074, datum="WGS-84")
    near.file(replace(LAMP, place=place), MONDAY_NOON)

    tickets = near.similar_open(
        "lighting", Place(latitude=39.9055, longitude=116.4074)
    )  # 145 m to the north

    assert len(tickets) == found


def test_other_rules_are_tried_on_past_tickets(store: TicketStore) -> None:
    filed(store)
    party = Party(
        handler="物业",
        names=("物业",),
        categories=frozenset({"lighting"}),
        said=(),
        instead="社区居委会",
        level=Level.COMMUNITY,
    )
    rules = replace(load_rules(), accused=(party,))

    (found,) = simulate(store, rules=rules)

    assert (found.tickets, found.handler, found.level, found.missing) == (1, 1, 1, 0)
