"""Rules of the community: accused handlers, extensions, returns, vain calls, alerts, joining."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from actions.tickets import alerts
from actions.tickets.alerts import AlertKind
from actions.tickets.bursts import crowds, watch
from actions.tickets.caretaker import escalate_overdue, warn_due_soon
from actions.tickets.casework import extend, part, unreached
from actions.tickets.categories import load_categories
from actions.tickets.database import open_engine
from actions.tickets.desk import Desk
from actions.tickets.errors import (
    AccusedHandlerError,
    AlertNotFoundError,
    ExtensionError,
    InvalidTransitionError,
    ReturnRefusedError,
)
from actions.tickets.likeness import Vectors
from actions.tickets.models import Table
from actions.tickets.rules import load_rules
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Level, Place, Status, Ticket
from tests.tickets.examples import LAMP, ME, MONDAY_NOON, NEIGHBOUR, lamp

HOUR = timedelta(hours=1)
OPERATOR = "operator:li"


def desk_of_shipped_tables(desk: Desk) -> Desk:
    return replace(desk, categories=load_categories())


def news_to(store: TicketStore, number: str) -> list[tuple[str, str]]:
    query = text(
        "SELECT payload FROM ticket_deliveries WHERE number=:n AND target='news' ORDER BY id"
    )
    with store.engine.connect() as connection:
        found = connection.execute(query, {"n": number}).scalars().all()
    bodies = [json.loads(body) if isinstance(body, str) else body for body in found]
    return [(body["conversation"], body["text"]) for body in bodies]


def moved(store: TicketStore, number: str, *statuses: Status) -> None:
    for status in statuses:
        store.move(number, status, actor=OPERATOR, now=MONDAY_NOON)


@pytest.mark.parametrize(
    ("description", "handler", "level"),
    [
        ("楼道灯坏了三天", "物业服务企业", Level.GRID),
        ("楼道灯坏了，投诉物业不作为", "社区居委会", Level.COMMUNITY),
        ("灯坏了一个月，物业一直推脱", "社区居委会", Level.COMMUNITY),
        ("灯坏了，已经告诉物业了", "物业服务企业", Level.GRID),
    ],
)
def test_who_is_complained_about_does_not_handle_the_complaint(
    store: TicketStore, desk: Desk, description: str, handler: str, level: Level
) -> None:
    shipped = TicketStore(store.engine, desk_of_shipped_tables(desk))

    ticket = shipped.file(replace(LAMP, category="FAC-01", description=description), MONDAY_NOON)

    assert (ticket.handler, ticket.level) == (handler, level)


def test_a_party_that_the_category_is_about_is_never_its_handler() -> None:
    categories, rules = load_categories(), load_rules()

    for party in rules.accused:
        assert party.categories <= set(categories)
        for code in party.categories:
            assert rules.route(categories[code], "")[0] != party.handler


def test_an_operator_cannot_give_a_complaint_to_whom_it_is_about(
    store: TicketStore, desk: Desk
) -> None:
    shipped = TicketStore(store.engine, desk_of_shipped_tables(desk))
    number = shipped.file(replace(LAMP, category="PRO-01"), MONDAY_NOON).number
    moved(shipped, number, Status.ACCEPTED)

    with pytest.raises(AccusedHandlerError):
        shipped.move(
            number, Status.DISPATCHED, actor=OPERATOR, now=MONDAY_NOON, handler="物业公司"
        )

    other = shipped.move(
        number, Status.DISPATCHED, actor=OPERATOR, now=MONDAY_NOON, handler="社区居委会"
    )
    assert other.handler == "社区居委会"


def test_a_deadline_is_extended_once_and_the_reporter_hears_of_it(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    assert ticket.due_at is not None

    later = extend(store, ticket.number, actor=OPERATOR, now=MONDAY_NOON, note="等配件到货")

    assert later.due_at is not None
    assert later.due_at > ticket.due_at + timedelta(days=2)
    ((told, words),) = news_to(store, ticket.number)
    assert told == ME
    assert "等配件到货" in words
    with pytest.raises(ExtensionError):
        extend(store, ticket.number, actor=OPERATOR, now=MONDAY_NOON, note="再等等")


def test_after_the_deadline_it_is_too_late_to_announce_an_extension(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    assert ticket.due_at is not None

    with pytest.raises(ExtensionError):
        extend(store, ticket.number, actor=OPERATOR, now=ticket.due_at, note="晚了")

    assert store.by_number(ticket.number) == ticket


def test_a_vain_call_is_kept_and_told(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    ticket = unreached(store, number, actor=OPERATOR, now=MONDAY_NOON, note="下午三点再打")

    assert ticket.unreached_count == 1
    assert [event.event for event in store.history(number)] == ["file", "unreached"]
    ((told, words),) = news_to(store, number)
    assert told == ME
    assert "没有联系上" in words


def test_nobody_is_called_about_a_ticket_that_is_over(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.withdraw(number, conversation=ME, now=MONDAY_NOON)

    with pytest.raises(InvalidTransitionError):
        unreached(store, number, actor=OPERATOR, now=MONDAY_NOON)


def test_after_three_returns_the_centre_names_the_handler_for_good(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    moved(store, number, Status.ACCEPTED)
    for _ in range(3):
        moved(store, number, Status.DISPATCHED, Status.TRIAGED)

    (alert,) = alerts.unseen(store.engine)
    moved(store, number, Status.DISPATCHED)

    assert (alert.kind, alert.number, alert.count) == (AlertKind.RETURNS, number, 3)
    with pytest.raises(ReturnRefusedError):
        moved(store, number, Status.TRIAGED)
    ticket = store.by_number(number)
    assert ticket is not None
    assert (ticket.is_designated, ticket.return_count) == (True, 3)


def test_a_near_deadline_is_told_once(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    assert ticket.due_at is not None
    soon = ticket.due_at - HOUR

    told = [warn_due_soon(store, at) for at in (MONDAY_NOON, soon, soon + HOUR / 2)]

    assert told == [[], [ticket.number], []]
    assert [alert.kind for alert in alerts.unseen(store.engine)] == [AlertKind.DUE_SOON]


def test_an_extended_deadline_is_told_of_again(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    assert ticket.due_at is not None
    warn_due_soon(store, ticket.due_at - HOUR)

    later = extend(store, ticket.number, actor=OPERATOR, now=ticket.due_at - HOUR / 2, note="x")

    assert later.due_at is not None
    assert warn_due_soon(store, later.due_at - HOUR) == [ticket.number]


def test_an_overdue_ticket_is_an_alert(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    assert ticket.due_at is not None

    escalate_overdue(store, ticket.due_at + HOUR)

    assert [alert.kind for alert in alerts.unseen(store.engine)] == [AlertKind.OVERDUE]


def test_an_alert_stays_until_somebody_looked(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    assert ticket.due_at is not None
    escalate_overdue(store, ticket.due_at + HOUR)
    (alert,) = alerts.unseen(store.engine)

    alerts.see(store.engine, alert.id, operator=OPERATOR, now=MONDAY_NOON)
    alerts.see(store.engine, alert.id, operator="operator:wu", now=MONDAY_NOON)

    assert alerts.unseen(store.engine) == []
    with pytest.raises(AlertNotFoundError):
        alerts.see(store.engine, 999, operator=OPERATOR, now=MONDAY_NOON)


def test_many_reports_from_one_building_are_a_burst_told_once(store: TicketStore) -> None:
    for n in range(3):
        store.file(lamp(f"b{n}"), MONDAY_NOON)
    before = watch(store, MONDAY_NOON)
    store.file(lamp("b3"), MONDAY_NOON)

    first, second = watch(store, MONDAY_NOON), watch(store, MONDAY_NOON + HOUR)

    assert (before, second) == ([], [])
    assert [(crowd.category, crowd.place, crowd.count) for crowd in first] == [
        ("lighting", "3栋", 4)
    ]
    assert [alert.kind for alert in alerts.unseen(store.engine)] == [AlertKind.BURST]


def test_joining_a_ticket_counts_for_a_burst(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    for n in range(3):
        store.follow(number, f"neighbour-{n}", MONDAY_NOON)

    assert [crowd.count for crowd in crowds(store, MONDAY_NOON)] == [4]


def test_reports_spread_over_a_day_are_no_burst(store: TicketStore) -> None:
    for n in range(8):
        store.file(lamp(f"d{n}"), MONDAY_NOON + n * 3 * HOUR)

    assert watch(store, MONDAY_NOON + 24 * HOUR) == []


def test_a_power_cut_in_many_buildings_is_one_burst(store: TicketStore) -> None:
    for n in range(12):
        place = Place(building=f"{n + 1}栋")
        store.file(replace(LAMP, place=place, origin=f"w{n}"), MONDAY_NOON)

    assert [crowd.place for crowd in watch(store, MONDAY_NOON)] == [""]


def test_a_joined_ticket_is_parted_again(store: TicketStore) -> None:
    parent = store.file(lamp("p"), MONDAY_NOON).number
    other = replace(LAMP, reporter=replace(LAMP.reporter, conversation=NEIGHBOUR), origin="c")
    child = store.file(other, MONDAY_NOON).number
    store.merge(child, parent, actor=OPERATOR, now=MONDAY_NOON)

    ticket = part(store, child, actor=OPERATOR, now=MONDAY_NOON, note="不是同一盏灯")

    assert (ticket.status, ticket.parent) == (Status.TRIAGED, "")
    assert store.followers(parent) == []
    with pytest.raises(InvalidTransitionError):
        part(store, child, actor=OPERATOR, now=MONDAY_NOON)


def test_a_joined_ticket_is_closed_with_the_one_it_joined(store: TicketStore) -> None:
    parent = store.file(lamp("p"), MONDAY_NOON).number
    child = store.file(lamp("c"), MONDAY_NOON).number
    store.merge(child, parent, actor=OPERATOR, now=MONDAY_NOON)
    moved(store, parent, Status.ACCEPTED, Status.RESOLVED)

    store.confirm(parent, True, conversation=ME, now=MONDAY_NOON)

    ticket = _ticket(store, child)
    assert (ticket.status, ticket.parent, ticket.archive_type) == (
        Status.CLOSED, parent, "normal",
    )  # fmt: skip
    assert [text for _, text in news_to(store, child) if "结案" in text] == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), max_size=20))
def test_joining_and_parting_never_make_a_circle(
    desk: Desk, acts: list[tuple[bool, int, int]]
) -> None:
    engine = open_engine("sqlite://")
    Table.metadata.create_all(engine)
    store = TicketStore(engine, desk)
    numbers = [store.file(lamp(f"{n}"), MONDAY_NOON).number for n in range(4)]

    for is_join, one, other in acts:
        try:
            if is_join:
                store.merge(numbers[one], numbers[other], actor=OPERATOR, now=MONDAY_NOON)
            else:
                part(store, numbers[one], actor=OPERATOR, now=MONDAY_NOON)
        except (InvalidTransitionError, ValueError):
            continue

    for number in numbers:
        seen = [number]
        while parent := _ticket(store, seen[-1]).parent:
            assert parent not in seen
            seen.append(parent)
        assert _ticket(store, seen[-1]).is_open
    engine.dispose()


def _ticket(store: TicketStore, number: str) -> Ticket:
    ticket = store.by_number(number)
    assert ticket is not None
    return ticket


def by_first_character(texts: object) -> Vectors:
    """Embed so that texts with the same first character mean the same."""
    return np.array([[ord(text[0]), 1.0, 0.0] if text[0] < "m" else [0, 0, 1] for text in texts])  # type: ignore[attr-defined]


def test_what_means_the_same_nearby_is_found_under_another_category(
    store: TicketStore, desk: Desk
) -> None:
    near = TicketStore(store.engine, replace(desk, embed=by_first_character))
    alike = near.file(replace(LAMP, category="water", description="a pipe"), MONDAY_NOON).number
    near.file(replace(LAMP, category="water", description="z else", origin="2"), MONDAY_NOON)
    away = Place(building="9栋")
    near.file(
        replace(LAMP, category="water", description="a", place=away, origin="3"), MONDAY_NOON
    )

    found = near.similar_open("lighting", Place(building="3栋"), description="a leak")

    assert [ticket.number for ticket in found] == [alike]
    assert store.similar_open("lighting", Place(building="3栋"), description="a leak") == []
