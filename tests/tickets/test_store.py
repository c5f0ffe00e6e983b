"""The store, on both databases: filing, moving, and what residents do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from actions.tickets.desk import Desk
from actions.tickets.errors import (
    FollowUpPendingError,
    InvalidTransitionError,
    NotReporterError,
    ReopenWindowError,
    TicketNotFoundError,
    UnknownCategoryError,
    VaultError,
)
from actions.tickets.finding import Wanted
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Reporter, Status, Ticket
from tests.tickets.examples import (
    CATEGORIES,
    FIRE,
    LAMP,
    ME,
    MONDAY_NOON,
    NEIGHBOUR,
    QUESTION,
    lamp,
)
from tests.tickets.filed import LATER, resolved, told


def test_a_filed_ticket_knows_its_cell_category_and_deadline(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)

    assert ticket.number == "20260601-000001"
    assert (ticket.complaint.place.cell, ticket.category_name) == ("XFL-01-3", "楼道照明")
    assert ticket.complaint.place.community == "幸福里社区"
    assert ticket.due_at == MONDAY_NOON + timedelta(hours=24)
    assert store.by_number(ticket.number) == ticket


def test_numbers_count_up_within_a_day_and_begin_anew(store: TicketStore) -> None:
    times = (MONDAY_NOON, MONDAY_NOON, MONDAY_NOON + timedelta(days=1))

    numbers = [store.file(LAMP, now).number for now in times]

    assert numbers == ["20260601-000001", "20260601-000002", "20260602-000001"]


def test_the_same_message_yields_one_ticket(store: TicketStore) -> None:
    first = store.file(lamp("me:1"), MONDAY_NOON)

    again = store.file(lamp("me:1"), LATER)

    assert again == first
    assert len(store.deliveries(first.number)) == 1


def test_a_ticket_is_found_by_its_code_as_people_write_it(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)

    assert store.by_code(f"{ticket.code[:4].lower()} {ticket.code[4:]}") == ticket
    assert store.by_code("随便") is None


def test_an_unknown_category_files_nothing(store: TicketStore) -> None:
    with pytest.raises(UnknownCategoryError):
        store.file(replace(LAMP, category="moon"), MONDAY_NOON)

    assert store.search(Wanted()) == []


def test_the_category_decides_the_urgency_unless_the_complaint_does(store: TicketStore) -> None:
    of_category = store.file(replace(LAMP, category="water"), MONDAY_NOON)
    of_complaint = store.file(replace(LAMP, category="water", urgency=1), MONDAY_NOON)

    assert (of_category.complaint.urgency, of_complaint.complaint.urgency) == (2, 1)


def test_the_contact_is_sealed_and_every_view_is_logged(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    contact = store.contact(number, viewer="operator:li", reason="回访", now=LATER)

    with store.engine.connect() as connection:
        sealed = connection.execute(text("SELECT contact FROM tickets")).scalar_one()
        views = connection.execute(text("SELECT viewer, reason FROM ticket_views")).all()
    assert contact == "13800001111"
    assert "13800001111" not in sealed
    assert [tuple(view) for view in views] == [("operator:li", "回访")]


def test_without_a_key_no_contact_is_kept(engine: Engine) -> None:
    store = TicketStore(engine, Desk(categories=CATEGORIES))

    with pytest.raises(VaultError):
        store.file(LAMP, MONDAY_NOON)

    assert store.of_conversation(ME) == []


def test_nothing_that_names_the_resident_goes_to_the_grid(store: TicketStore) -> None:
    said = "我叫王小明,电话13812345678,3栋2单元501灯坏了"
    ticket = store.file(replace(LAMP, description=said), MONDAY_NOON)

    (body,) = told(store, ticket.number, "grid")

    assert not [w for w in ("王小明", "138", "501", ME) if w in body]


def test_an_emergency_is_diverted_and_still_told_to_the_grid(store: TicketStore) -> None:
    ticket = store.file_emergency(FIRE, MONDAY_NOON)

    assert (ticket.status, ticket.complaint.urgency) == (Status.DIVERTED, 1)
    assert ticket.due_at == MONDAY_NOON + timedelta(hours=2)
    assert [d.target for d in store.deliveries(ticket.number)] == ["grid"]


def test_a_question_stays_in_the_community_and_its_answer_is_told(store: TicketStore) -> None:
    number = store.file(QUESTION, MONDAY_NOON).number
    store.move(number, Status.ACCEPTED, actor="operator", now=LATER)

    store.move(number, Status.RESOLVED, actor="operator", now=LATER, public_note="请带身份证")

    assert told(store, number, "grid") == []
    assert "请带身份证" in told(store, number, "news")[-1]


def test_a_question_left_for_a_worker_has_a_name(store: TicketStore) -> None:
    ticket = store.file(QUESTION, MONDAY_NOON)

    assert ticket.category_name == "咨询"


def test_a_move_leaves_history_and_news(store: TicketStore) -> None:
    ticket = resolved(store)

    history = [(event.event, event.to_status) for event in store.history(ticket.number)]

    assert history == [("file", "submitted"), ("move", "accepted"), ("move", "resolved")]
    assert "已更换灯泡" in told(store, ticket.number, "news")[-1]
    assert ticket.result_text == "已更换灯泡"


def test_an_illegal_move_changes_nothing(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)

    with pytest.raises(InvalidTransitionError):
        store.move(ticket.number, Status.CLOSED, actor="operator", now=LATER)

    assert store.by_number(ticket.number) == ticket
    assert len(store.history(ticket.number)) == 1


def test_an_unknown_number_is_said_so(store: TicketStore) -> None:
    with pytest.raises(TicketNotFoundError):
        store.move("20260601-000099", Status.ACCEPTED, actor="operator", now=LATER)


def test_a_resolved_ticket_waits_for_its_reporter(store: TicketStore) -> None:
    ticket = resolved(store)
    assert ticket.follow_up_until is not None

    with pytest.raises(FollowUpPendingError):
        store.move(ticket.number, Status.CLOSED, actor="operator", now=LATER)
    closed = store.move(ticket.number, Status.CLOSED, actor="system", now=ticket.follow_up_until)

    assert (closed.status, closed.archive_type) == (Status.CLOSED, "normal")


def test_the_reporters_yes_closes_at_once_and_is_no_news_to_them(store: TicketStore) -> None:
    number = resolved(store).number
    before = len(told(store, number, "news"))

    ticket = store.confirm(number, True, conversation=ME, now=LATER)

    assert (ticket.status, ticket.resolved_by_reporter) == (Status.CLOSED, True)
    assert len(told(store, number, "news")) == before
    assert "'event': 'closed'" in told(store, number, "grid")[-1]


def test_the_reporters_no_has_it_handled_again(store: TicketStore) -> None:
    number = resolved(store).number

    ticket = store.confirm(number, False, conversation=ME, now=LATER)

    assert (ticket.status, ticket.round) == (Status.REOPENED, 2)
    assert (ticket.resolved_at, ticket.resolved_by_reporter) == (None, False)
    assert ticket.due_at == LATER + timedelta(hours=24)


def test_reopening_is_possible_for_three_days(store: TicketStore) -> None:
    number = resolved(store).number
    store.confirm(number, True, conversation=ME, now=LATER)

    with pytest.raises(ReopenWindowError):
        store.reopen(number, conversation=ME, now=LATER + timedelta(hours=73))
    ticket = store.reopen(number, conversation=ME, now=LATER + timedelta(hours=71))

    assert ticket.status is Status.REOPENED
    assert ticket.closed_at is None


def test_a_rating_is_kept_and_may_be_changed(store: TicketStore) -> None:
    number = resolved(store).number

    store.rate(number, 1, conversation=ME, now=LATER)
    ticket = store.rate(number, 3, conversation=ME, now=LATER)

    assert ticket.satisfaction == 3


def test_nobody_rates_what_is_not_done(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    with pytest.raises(InvalidTransitionError):
        store.rate(number, 3, conversation=ME, now=LATER)
    with pytest.raises(ValueError, match="stars"):
        store.rate(resolved(store).number, 4, conversation=ME, now=LATER)


def test_only_the_reporter_acts_on_a_ticket(store: TicketStore) -> None:
    number = resolved(store).number

    acts: tuple[Callable[[], Ticket], ...] = (
        lambda: store.confirm(number, True, conversation=NEIGHBOUR, now=LATER),
        lambda: store.reopen(number, conversation=NEIGHBOUR, now=LATER),
        lambda: store.withdraw(number, conversation=NEIGHBOUR, now=LATER),
        lambda: store.urge(number, conversation=NEIGHBOUR, now=LATER),
        lambda: store.rate(number, 3, conversation=NEIGHBOUR, now=LATER),
    )
    for act in acts:
        with pytest.raises(NotReporterError):
            act()


def test_a_ticket_without_a_reporter_belongs_to_nobody(store: TicketStore) -> None:
    number = store.file(replace(LAMP, reporter=Reporter(channel="open311")), MONDAY_NOON).number

    with pytest.raises(NotReporterError):
        store.withdraw(number, conversation="", now=LATER)


def test_a_follower_may_urge_and_is_told(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.follow(number, NEIGHBOUR, LATER)
    store.follow(number, NEIGHBOUR, LATER)

    ticket = store.urge(number, conversation=NEIGHBOUR, now=LATER)
    store.move(number, Status.ACCEPTED, actor="operator", now=LATER)

    assert ticket.urge_count == 1
    assert store.followers(number) == [NEIGHBOUR]
    assert len(told(store, number, "news")) == 2
    assert [t.number for t in store.of_conversation(NEIGHBOUR)] == [number]


def test_followers_get_no_choices(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.follow(number, NEIGHBOUR, MONDAY_NOON)
    store.move(number, Status.ACCEPTED, actor="operator", now=LATER)
    store.move(number, Status.RESOLVED, actor="operator", now=LATER)

    mine, theirs = told(store, number, "news")[-2:]

    assert "confirm_solved" in mine
    assert "confirm_solved" not in theirs


def test_an_answer_lets_a_waiting_ticket_go_on_and_moves_its_deadline(store: TicketStore) -> None:
    ticket = store.file(LAMP, MONDAY_NOON)
    store.move(ticket.number, Status.ACCEPTED, actor="operator", now=MONDAY_NOON)
    store.move(ticket.number, Status.IN_PROGRESS, actor="operator", now=MONDAY_NOON)
    store.move(ticket.number, Status.AWAITING_REPORTER, actor="operator", now=LATER)

    answered = store.supplement(
        ticket.number, "是三楼", conversation=ME, now=LATER + timedelta(hours=5), media=("m1",)
    )

    assert answered.status is Status.IN_PROGRESS
    assert ticket.due_at is not None
    assert answered.due_at == ticket.due_at + timedelta(hours=5)
    assert answered.complaint.media == ("m1",)


def test_a_name_withheld_after_filing_stays_withheld(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    store.supplement(number, "别写我名字", conversation=ME, now=LATER, is_anonymous=True)
    ticket = store.supplement(number, "是三楼", conversation=ME, now=LATER)

    assert ticket.complaint.reporter.is_anonymous


def test_a_withdrawn_ticket_stays_withdrawn(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    ticket = store.withdraw(number, conversation=ME, now=LATER)

    assert not ticket.is_open
    with pytest.raises(InvalidTransitionError):
        store.urge(number, conversation=ME, now=LATER)


def test_a_returned_dispatch_is_counted(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    for status in (Status.ACCEPTED, Status.DISPATCHED, Status.TRIAGED, Status.DISPATCHED):
        ticket = store.move(number, status, actor="operator", now=LATER, handler="物业")

    assert (ticket.dispatch_count, ticket.return_count, ticket.handler) == (2, 1, "物业")


def test_a_workers_cells_bring_open_tickets_most_urgent_first(store: TicketStore) -> None:
    ordinary = store.file(LAMP, MONDAY_NOON).number
    urgent = store.file(replace(LAMP, category="water"), MONDAY_NOON).number
    done = store.file(LAMP, MONDAY_NOON).number
    store.withdraw(done, conversation=ME, now=LATER)

    assert [t.number for t in store.of_cells(["XFL-01"])] == [urgent, ordinary]
    assert store.of_cells(["XFL-02"]) == []


def test_an_operators_search_filters_and_takes_any_text(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number

    assert [t.number for t in store.search(Wanted(text="楼道灯", is_open=True))] == [number]
    assert store.search(Wanted(text="100%_\\'")) == []
    assert store.search(Wanted(statuses=frozenset({Status.CLOSED}))) == []
