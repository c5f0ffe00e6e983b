"""A ticket store on SQLite, and the reader of messages without an embedder."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from actions import resources
from actions.draft import OTHER
from actions.tickets.database import migrate, open_engine
from actions.tickets.desk import Desk
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Ticket
from actions.tickets.vault import Vault
from actions.tickets.workers import WorkerRegistry
from tests.actions.filed import file_about
from tests.actions.stage import WHOLE, Talk, begin, understander


@pytest.fixture(autouse=True)
def _no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "understander", understander)


@pytest.fixture
def store() -> Iterator[TicketStore]:
    engine = open_engine("sqlite://")
    migrate(engine)
    yield TicketStore(engine, Desk(vault=Vault(Fernet.generate_key().decode())))
    engine.dispose()


@pytest.fixture
def workers(store: TicketStore) -> WorkerRegistry:
    return WorkerRegistry(store.engine)


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def lamp(talk: Talk) -> Talk:
    """Somebody who has said what, and is asked where."""
    begin(talk, "楼道灯坏了")
    assert talk.slots["requested_slot"] == "place"
    return talk


@pytest.fixture
def whole(talk: Talk) -> Talk:
    """Somebody who has said everything, and is asked whether it is right."""
    begin(talk, WHOLE)
    assert talk.slots["requested_slot"] == "confirmation"
    return talk


@pytest.fixture
def two(talk: Talk, store: TicketStore) -> tuple[Ticket, Ticket]:
    """Somebody who has just reported pigeons, and then a manhole."""
    birds = file_about(store, OTHER, "楼道里有人养鸽子,全是屎", "22栋", 1)
    hole = file_about(store, "RDS-02", "单元门前的井盖没了", "22栋", 2)
    talk.slots |= {"ticket_number": hole.number, "topic": "ticket"}
    return birds, hole
