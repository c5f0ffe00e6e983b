"""Invitations and bindings of community workers."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from actions.tickets.errors import InvitationError, TooManyTriesError, UnknownCellError
from actions.tickets.store import TicketStore
from actions.tickets.workers import WorkerRegistry
from tests.tickets.examples import MONDAY_NOON

WRONG = "22222-22222-22"


@pytest.fixture
def registry(store: TicketStore) -> WorkerRegistry:
    return WorkerRegistry(store.engine, store.desk.cells)


def test_an_invited_worker_is_known_by_their_conversation(registry: WorkerRegistry) -> None:
    code = registry.invite("小李", ["XFL-01"], MONDAY_NOON)

    worker = registry.bind("chat-1", f" {code[:6].lower()}-{code[6:]}", MONDAY_NOON)

    assert (worker.name, worker.cells) == ("小李", ("XFL-01",))
    assert registry.of("chat-1") == worker
    assert registry.of("chat-2") is None
    assert registry.all() == [worker]


def test_an_invitation_works_once(registry: WorkerRegistry) -> None:
    code = registry.invite("小李", ["XFL-01"], MONDAY_NOON)
    registry.bind("chat-1", code, MONDAY_NOON)

    with pytest.raises(InvitationError):
        registry.bind("chat-2", code, MONDAY_NOON)


def test_an_invitation_expires(registry: WorkerRegistry) -> None:
    code = registry.invite("小李", ["XFL-01"], MONDAY_NOON)

    with pytest.raises(InvitationError):
        registry.bind("chat-1", code, MONDAY_NOON + timedelta(days=8))


def test_the_code_itself_is_kept_nowhere(store: TicketStore, registry: WorkerRegistry) -> None:
    code = registry.invite("小李", ["XFL-01"], MONDAY_NOON)

    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM ticket_invitations")).all()

    assert code not in str(rows)


def test_guessing_is_stopped_and_forgiven_after_an_hour(registry: WorkerRegistry) -> None:
    code = registry.invite("小李", ["XFL-01"], MONDAY_NOON)
    for _ in range(5):
        with pytest.raises(InvitationError):
            registry.bind("chat-1", WRONG, MONDAY_NOON)

    with pytest.raises(TooManyTriesError):
        registry.bind("chat-1", code, MONDAY_NOON)

    assert registry.bind("chat-1", code, MONDAY_NOON + timedelta(minutes=61)).name == "小李"


def test_others_are_not_stopped_by_a_guesser(registry: WorkerRegistry) -> None:
    code = registry.invite("小李", ["XFL-01"], MONDAY_NOON)
    for _ in range(5):
        with pytest.raises(InvitationError):
            registry.bind("chat-1", WRONG, MONDAY_NOON)

    assert registry.bind("chat-2", code, MONDAY_NOON).name == "小李"


def test_an_unknown_cell_invites_nobody(registry: WorkerRegistry) -> None:
    with pytest.raises(UnknownCellError):
        registry.invite("小李", ["XFL-77"], MONDAY_NOON)

    assert registry.all() == []


def test_a_conversation_can_be_a_residents_again(registry: WorkerRegistry) -> None:
    registry.bind("chat-1", registry.invite("小李", ["XFL-01"], MONDAY_NOON), MONDAY_NOON)

    registry.unbind("chat-1")

    assert registry.of("chat-1") is None
