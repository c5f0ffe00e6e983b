"""History that can only be added to, and what is personal erased all the same."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from actions.tickets.database import writing
from actions.tickets.deliver import deliver_next
from actions.tickets.erasure import delete_media, erase, erase_expired
from actions.tickets.errors import OpenTicketError
from actions.tickets.letters import GRID, NEWS
from actions.tickets.models import ErasureRow
from actions.tickets.outbox import Delivery, Outbox
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Place, Status
from tests.tickets.conftest import BOTH
from tests.tickets.examples import LAMP, ME, MONDAY_NOON, NEIGHBOUR

SECRETS = ("13800001111", "王小明", "楼道灯", "501", "左边的灯杆", ME, NEIGHBOUR, "没人来")
MEDIA = "0123456789abcdef01234567"
TOLD = replace(
    LAMP,
    description="楼道灯坏三天了没人修,我叫王小明",
    place=Place(address="3栋2单元501", building="3栋", unit="2单元", room="501"),
    attributes={"pole": ("左边的灯杆",)},
    media=(MEDIA,),
)
ERASED_AT = MONDAY_NOON + timedelta(days=4)


@pytest.fixture
def number(store: TicketStore) -> str:
    """A ticket that was urged, followed, seen and withdrawn."""
    number = store.file(TOLD, MONDAY_NOON).number
    store.follow(number, NEIGHBOUR, MONDAY_NOON)
    store.supplement(number, "还是没人来", conversation=ME, now=MONDAY_NOON)
    store.contact(number, viewer="operator", reason="回访", now=MONDAY_NOON)
    store.withdraw(number, conversation=ME, now=MONDAY_NOON, reason="没人来,算了")
    return number


def whole_database(engine: Engine) -> str:
    """Return every cell of every table of the ticket domain."""
    with engine.connect() as connection:
        rows = [
            connection.execute(table.select()).all() for table in ErasureRow.metadata.sorted_tables
        ]
    return repr(rows)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket_history SET public_note = 'x'",
        "UPDATE ticket_history SET public_note = '', internal_note = '', reason = ''",
        "UPDATE ticket_history SET actor = 'somebody'",
        "DELETE FROM ticket_history",
        "UPDATE ticket_views SET reason = 'x'",
        "DELETE FROM ticket_views",
        "DELETE FROM tickets",
    ],
)
def test_nobody_edits_what_happened(store: TicketStore, number: str, statement: str) -> None:
    before = store.history(number)

    with pytest.raises(IntegrityError, match="only added to"), writing(store.engine) as session:
        session.execute(text(statement))

    assert store.history(number) == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # the only one with such a way
def test_no_line_is_put_in_the_place_of_another(store: TicketStore, number: str) -> None:
    replaced = text(
        "INSERT OR REPLACE INTO ticket_history SELECT id, number, at, event, 'x', from_status, "
        "to_status, reason, public_note, internal_note FROM ticket_history"
    )

    with pytest.raises(IntegrityError, match="only added to"), writing(store.engine) as session:
        session.execute(replaced)


@pytest.mark.parametrize("engine", BOTH[1:], indirect=True)  # the only one with such a way
def test_no_table_is_emptied(store: TicketStore, number: str) -> None:
    with pytest.raises(IntegrityError, match="only added to"), writing(store.engine) as session:
        session.execute(text("TRUNCATE ticket_history"))


def test_what_is_personal_is_gone_and_what_happened_stays(store: TicketStore, number: str) -> None:
    before = store.history(number)

    media = erase(store, number, actor="operator", reason="居民要求", now=ERASED_AT)

    after, ticket = store.history(number), store.by_number(number)
    found = whole_database(store.engine)
    assert media == [MEDIA]
    assert [secret for secret in SECRETS if secret in found] == []
    assert [(e.at, e.event, e.actor, e.to_status) for e in after] == [
        *((e.at, e.event, e.actor, e.to_status) for e in before),
        (ERASED_AT, "erased", "operator", Status.WITHDRAWN),
    ]
    assert ticket is not None
    assert (ticket.complaint.category, ticket.complaint.place.building) == ("lighting", "3栋")
    assert ticket.status is Status.WITHDRAWN


def test_after_erasing_only_words_may_go(store: TicketStore, number: str) -> None:
    erase(store, number, actor="operator", reason="居民要求", now=ERASED_AT)

    for statement in (
        "UPDATE ticket_history SET actor = ''",
        "UPDATE ticket_history SET public_note = 'x'",
        "DELETE FROM ticket_history",
        "UPDATE ticket_erasures SET reason = 'x'",
        "DELETE FROM ticket_erasures",
    ):
        with (
            pytest.raises(IntegrityError, match="only added to"),
            writing(store.engine) as session,
        ):
            session.execute(text(statement))


def test_another_tickets_history_stays_whole(store: TicketStore, number: str) -> None:
    other = store.file(replace(LAMP, origin="other"), MONDAY_NOON).number
    store.supplement(other, "另一盏灯", conversation=ME, now=MONDAY_NOON)

    erase(store, number, actor="operator", reason="居民要求", now=ERASED_AT)

    assert "另一盏灯" in [event.public_note for event in store.history(other)]
    assert store.of_conversation(ME)[0].number == other


def test_an_open_ticket_is_not_erased(store: TicketStore) -> None:
    number = store.file(TOLD, MONDAY_NOON).number
    before = whole_database(store.engine)

    with pytest.raises(OpenTicketError):
        erase(store, number, actor="operator", reason="居民要求", now=ERASED_AT)

    assert whole_database(store.engine) == before


def test_erasing_again_changes_nothing(store: TicketStore, number: str) -> None:
    erase(store, number, actor="operator", reason="居民要求", now=ERASED_AT)
    before = whole_database(store.engine)

    media = erase(store, number, actor="another", reason="again", now=ERASED_AT)

    assert media == []
    assert whole_database(store.engine) == before


class Grid:
    """Takes everything and remembers what."""

    system = "fake"

    def __init__(self) -> None:
        self.taken: list[Delivery] = []

    def send(self, delivery: Delivery, _now: object) -> str:
        self.taken.append(delivery)
        return "WG-1"


def test_the_grid_system_is_told_and_nothing_old_is_sent_again(
    store: TicketStore, number: str
) -> None:
    outbox, grid = Outbox(engine=store.engine), Grid()
    while deliver_next(outbox, GRID, grid, clock=lambda: MONDAY_NOON):
        pass
    sent = len(grid.taken)

    erase(store, number, actor="operator", reason="居民要求", now=ERASED_AT)
    while deliver_next(outbox, GRID, grid, clock=lambda: ERASED_AT):
        pass

    (told,) = grid.taken[sent:]
    assert (told.body["event"], told.body["text"]) == ("erased", "")
    assert outbox.claim(ERASED_AT, target=NEWS) is None


def test_what_is_old_enough_is_erased_by_itself(store: TicketStore, number: str) -> None:
    rules = replace(store.desk.rules, erase_after=timedelta(days=30))
    keeping = TicketStore(store.engine, replace(store.desk, rules=rules))
    young = keeping.file(replace(TOLD, origin="young"), MONDAY_NOON).number

    early = erase_expired(keeping, MONDAY_NOON + timedelta(days=30))
    media = erase_expired(keeping, MONDAY_NOON + timedelta(days=31))
    again = erase_expired(keeping, MONDAY_NOON + timedelta(days=32))

    assert (early, media, again) == ([], [MEDIA], [])
    assert "王小明" not in str(keeping.by_number(number))
    kept = keeping.by_number(young)
    assert kept is not None
    assert kept.complaint.description == TOLD.description


def test_without_a_period_nothing_is_erased_by_itself(store: TicketStore, number: str) -> None:
    assert erase_expired(store, MONDAY_NOON + timedelta(days=10_000)) == []


def test_only_files_of_the_media_folder_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / MEDIA).write_bytes(b"picture")
    (tmp_path / "secrets.json").write_text("{}")

    count = delete_media(tmp_path, [MEDIA, "../secrets.json", "f" * 24])

    assert count == 1
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["secrets.json"]
