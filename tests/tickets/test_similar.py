"""Tickets about one thing: the same building, cell or spot, and none that is settled."""

from dataclasses import replace
from typing import Any

import pytest

from actions.tickets.store import TicketStore
from actions.tickets.ticket import Place, Reporter, Status
from tests.tickets.examples import (
    LAMP,
    ME,
    MONDAY_NOON,
    NEIGHBOUR,
)
from tests.tickets.filed import LATER, told


def similar(store: TicketStore, **place: Any) -> list[str]:
    """Return the numbers of the open tickets about a lamp at a place."""
    return [found.number for found in store.similar_open("lighting", Place(**place))]


def test_similar_tickets_are_those_of_the_same_building_or_close_by(store: TicketStore) -> None:
    here = replace(LAMP, place=Place(latitude=39.9042, longitude=116.4074, datum="WGS-84"))
    by_building = store.file(LAMP, MONDAY_NOON).number
    by_position = store.file(here, MONDAY_NOON).number

    assert similar(store, building="3号楼") == [by_building]
    assert similar(store, building="4栋") == []
    assert store.similar_open("water", Place(building="3栋")) == []
    assert similar(store, latitude=39.9055, longitude=116.4074) == [by_position]
    assert similar(store, latitude=39.9075, longitude=116.4074) == []


def test_positions_are_compared_in_one_datum(store: TicketStore) -> None:
    shifted = Place(latitude=39.908692, longitude=116.397477, datum="GCJ-02")  # as WeChat sends
    number = store.file(replace(LAMP, place=shifted), MONDAY_NOON).number

    beside = {"latitude": 39.907289, "longitude": 116.391235}  # the same point in WGS-84
    assert similar(store, **beside, datum="WGS-84") == [number]
    assert similar(store, **beside, datum="GCJ-02") == []  # half a kilometre away


def test_the_same_cell_is_the_same_place_where_no_building_is_known(store: TicketStore) -> None:
    number = store.file(replace(LAMP, place=Place(cell="XFL-01-4")), MONDAY_NOON).number

    assert similar(store, cell="XFL-01-4") == [number]
    assert similar(store, cell="XFL-02-4") == []


@pytest.mark.parametrize("address", ["东门", "小区东门旁边", "幸福里 东门", "东门那里的"])
def test_a_spot_is_the_same_by_the_words_for_it(store: TicketStore, address: str) -> None:
    number = store.file(replace(LAMP, place=Place(address="小区东门附近")), MONDAY_NOON).number

    assert similar(store, address=address) == [number]


@pytest.mark.parametrize("address", ["西门", "东门停车场", "门", "", "附近"])
def test_other_words_are_another_spot(store: TicketStore, address: str) -> None:
    store.file(replace(LAMP, place=Place(address="小区东门附近")), MONDAY_NOON)

    assert similar(store, address=address) == []


def test_what_is_settled_is_not_joined(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.withdraw(number, conversation=ME, now=LATER)

    assert similar(store, building="3栋") == []


def test_a_merged_tickets_people_follow_the_other(store: TicketStore) -> None:
    parent = store.file(LAMP, MONDAY_NOON).number
    theirs = replace(LAMP, reporter=Reporter(conversation=NEIGHBOUR, channel="web"))
    number = store.file(theirs, MONDAY_NOON).number

    ticket = store.merge(number, parent, actor="operator", now=LATER)

    assert (ticket.status, ticket.parent) == (Status.MERGED, parent)
    assert store.followers(parent) == [NEIGHBOUR]
    assert parent in told(store, number, "news")[-1]
