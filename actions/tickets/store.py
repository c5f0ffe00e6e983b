"""The ticket store: everything that may be done with a ticket, each in one transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, select

from actions.tickets import acts, finding
from actions.tickets.acts import own_row, reporter_step
from actions.tickets.categories import RADIUS_M
from actions.tickets.codes import parse_code
from actions.tickets.database import migrate, open_engine, reading, writing
from actions.tickets.desk import Desk
from actions.tickets.filing import made_ready
from actions.tickets.filing_queue import FilingQueue
from actions.tickets.letters import is_for_grid
from actions.tickets.likeness import Embed, alike
from actions.tickets.models import DeliveryRow, FollowerRow, HistoryRow, TicketRow, ViewRow
from actions.tickets.rows import DeliveryRecord, Event, delivery_from, event_from, ticket_from
from actions.tickets.settings import Settings
from actions.tickets.steps import Step, add_history, locked, take_step
from actions.tickets.ticket import Complaint, Place, Status, Ticket
from actions.tickets.vault import ClosedVault, Vault


class TicketStore:
    """Keeps tickets; safe to share between threads and processes.

    What the reporter does is checked against the conversation that reported, and is
    not told again to that conversation as news: it gets its answer at once.
    """

    def __init__(self, engine: Engine, desk: Desk | None = None) -> None:
        self.engine = engine
        self.desk = desk or Desk()
        self._queue = FilingQueue(engine, self.desk)

    def file(self, complaint: Complaint, now: datetime) -> Ticket:
        """Return the new ticket; the same origin again returns the same ticket.

        Raises:
            UnknownCategoryError: No category has the complaint's code.
            VaultError: There is a contact and no key to seal it with.
        """
        return self._file(complaint, now, Status.SUBMITTED)

    def file_emergency(self, complaint: Complaint, now: datetime) -> Ticket:
        """Return the ticket of an emergency: diverted to 110/119/120, yet told to the grid."""
        return self._file(replace(complaint, urgency=1), now, Status.DIVERTED)

    def _file(self, complaint: Complaint, now: datetime, status: Status) -> Ticket:
        return self._queue.file(made_ready(self.desk, complaint, now, status))

    def by_number(self, number: str) -> Ticket | None:
        """Return the ticket of this number, or None."""
        with reading(self.engine) as session:
            row = session.get(TicketRow, number)
            return self._ticket(row) if row else None

    def by_code(self, code: str) -> Ticket | None:
        """Return the ticket of a query code as a person wrote it, or None."""
        parsed = parse_code(code)
        if parsed is None:
            return None
        with reading(self.engine) as session:
            row = session.scalars(select(TicketRow).where(TicketRow.code == parsed)).first()
            return self._ticket(row) if row else None

    def of_conversation(self, conversation: str, limit: int = 10) -> list[Ticket]:
        """Return the tickets this conversation reported or follows, newest first."""
        return self._found(finding.of_conversation(conversation, limit))

    def of_cells(self, cells: Iterable[str], *, limit: int = 50) -> list[Ticket]:
        """Return the open tickets of these cells and the cells inside them, most urgent first."""
        return self._found(finding.of_cells(self.desk.cells.with_children(cells), limit))

    def similar_open(self, category: str, place: Place, *, description: str = "") -> list[Ticket]:
        """Return open tickets of the category at the same place: see ``finding.is_near``.

        With a description and an embedder, what means the same there follows, whatever
        category it was filed under; an empty category finds by meaning alone.
        """
        known = self.desk.categories.get(category)
        radius_m = known.radius_m if known else RADIUS_M
        fillers = self.desk.rules.beside_a_spot

        def nearby(query: finding.Query) -> list[Ticket]:
            found = self._found(query)
            return [one for one in found if finding.is_near(one, place, radius_m, fillers)]

        same = nearby(finding.open_of_category(category)) if category else []
        if not (description and self.desk.embed):
            return same
        others = nearby(finding.open_of_others(category))
        return [*same, *alike(self.desk.embed, description, others, self.desk.rules.same_meaning)]

    def search(self, wanted: finding.Wanted, *, limit: int = 50, offset: int = 0) -> list[Ticket]:
        """Return the tickets an operator asks for, newest first."""
        return self._found(finding.wanted(wanted).limit(limit).offset(offset))

    def move(  # noqa: PLR0913 - a step has that many sides, each of them named
        self,
        number: str,
        status: Status,
        *,
        actor: str,
        now: datetime,
        reason: str = "",
        public_note: str = "",
        internal_note: str = "",
        handler: str = "",
        co_handlers: tuple[str, ...] = (),
        archive_type: str = "",
    ) -> Ticket:
        """Return the ticket in its next status; history, news and outbox go with it.

        Raises:
            TicketNotFoundError: No ticket has this number.
            InvalidTransitionError: ``NEXT`` does not lead there.
            FollowUpPendingError: Closing, while the reporter may still answer.
        """
        step = Step(
            actor=actor,
            at=now,
            reason=reason,
            public_note=public_note,
            internal_note=internal_note,
            handler=handler,
            co_handlers=co_handlers,
            archive_type=archive_type,
        )
        with writing(self.engine) as session:
            return take_step(session, self.desk, locked(session, number), status, step)

    def note(self, number: str, text: str, *, actor: str, now: datetime) -> None:
        """Keep an internal note; no resident ever sees it."""
        with writing(self.engine) as session:
            step = Step(actor=actor, at=now, internal_note=text)
            add_history(session, locked(session, number), "note", step)

    def merge(self, number: str, parent: str, *, actor: str, now: datetime) -> Ticket:
        """Join a ticket to another that is about the same thing; its people follow that one.

        Raises:
            InvalidTransitionError: It cannot be joined any more, or the other is settled.
        """
        if number == parent:
            raise ValueError("a ticket cannot be its own parent")
        with writing(self.engine) as session:
            row = locked(session, number)
            return acts.join(session, self.desk, row, parent, Step(actor=actor, at=now))

    def urge(self, number: str, *, conversation: str, now: datetime) -> Ticket:
        """Count one more urging (催办) by the reporter or a follower."""
        with writing(self.engine) as session:
            return acts.urge(session, self.desk, number, reporter_step(conversation, now))

    def supplement(
        self,
        number: str,
        text: str,
        *,
        conversation: str,
        now: datetime,
        media: tuple[str, ...] = (),
        is_anonymous: bool = False,
    ) -> Ticket:
        """Add the reporter's words or pictures; a ticket that waited for them goes on.

        ``is_anonymous`` makes it an anonymous one; nothing makes it a named one again.
        """
        with writing(self.engine) as session:
            row = own_row(session, number, conversation)
            step = reporter_step(conversation, now, text)
            return acts.supplement(session, self.desk, row, media, step, is_anonymous=is_anonymous)

    def locate(  # noqa: PLR0913 - what is told has that many sides, each of them named
        self,
        number: str,
        place: Place,
        text: str,
        *,
        conversation: str,
        now: datetime,
        media: tuple[str, ...] = (),
        is_anonymous: bool = False,
    ) -> Ticket:
        """Add what its reporter says after an emergency was told on: where it is, and pictures.

        ``is_anonymous`` makes it an anonymous one; nothing makes it a named one again.
        """
        with writing(self.engine) as session:
            row = own_row(session, number, conversation)
            step = reporter_step(conversation, now, text)
            acts.enclose(row, media, is_anonymous=is_anonymous)
            return acts.locate(session, self.desk, row, place, step)

    def withdraw(
        self, number: str, *, conversation: str, now: datetime, reason: str = ""
    ) -> Ticket:
        """Take the ticket back."""
        with writing(self.engine) as session:
            row = own_row(session, number, conversation)
            step = replace(reporter_step(conversation, now), reason=reason)
            return take_step(session, self.desk, row, Status.WITHDRAWN, step)

    def confirm(self, number: str, solved: bool, *, conversation: str, now: datetime) -> Ticket:
        """Close the ticket on the reporter's word, or have it handled again.

        Raises:
            InvalidTransitionError: It is not resolved.
        """
        with writing(self.engine) as session:
            row = own_row(session, number, conversation)
            step = reporter_step(conversation, now)
            return acts.confirm(session, self.desk, row, step, is_solved=solved)

    def reopen(self, number: str, *, conversation: str, now: datetime, reason: str = "") -> Ticket:
        """Have a settled ticket handled again.

        Raises:
            ReopenWindowError: It was settled too long ago (72 h by default).
        """
        with writing(self.engine) as session:
            row = own_row(session, number, conversation)
            return acts.reopen(session, self.desk, row, reporter_step(conversation, now, reason))

    def rate(self, number: str, stars: int, *, conversation: str, now: datetime) -> Ticket:
        """Keep the reporter's rating, 0 (不满意) to 3 (非常满意)."""
        with writing(self.engine) as session:
            row = own_row(session, number, conversation)
            step = reporter_step(conversation, now)
            return acts.rate(session, self.desk, row, stars, step)

    def follow(self, number: str, conversation: str, now: datetime) -> Ticket:
        """Let a conversation follow somebody's ticket ("我也遇到了"); twice is harmless."""
        with writing(self.engine) as session:
            row = locked(session, number)
            if row.conversation != conversation:
                acts.follow(session, number, conversation, now)
            return self._ticket(row)

    def history(self, number: str) -> list[Event]:
        """Return what happened to the ticket, oldest first."""
        query = select(HistoryRow).where(HistoryRow.number == number).order_by(HistoryRow.id)
        with reading(self.engine) as session:
            return [event_from(row) for row in session.scalars(query)]

    def deliveries(self, number: str) -> list[DeliveryRecord]:
        """Return what was or will be told to other systems about the ticket, oldest first."""
        query = select(DeliveryRow).where(DeliveryRow.number == number).order_by(DeliveryRow.id)
        with reading(self.engine) as session:
            return [delivery_from(row) for row in session.scalars(query)]

    def followers(self, number: str) -> list[str]:
        """Return the conversations that follow the ticket, without its reporter's."""
        query = select(FollowerRow.conversation).where(FollowerRow.number == number)
        with reading(self.engine) as session:
            return sorted(session.scalars(query))

    def contact(self, number: str, *, viewer: str, reason: str, now: datetime) -> str:
        """Return the reporter's contact, and log who saw it, when and why (查看留痕)."""
        return self.identity(number, viewer=viewer, reason=reason, now=now)[0]

    def identity(self, number: str, *, viewer: str, reason: str, now: datetime) -> tuple[str, str]:
        """Return the reporter's contact and for whom they reported (代办); the view is logged."""
        with writing(self.engine) as session:
            row = locked(session, number)
            session.add(ViewRow(number=number, at=now, viewer=viewer, reason=reason))
            return self.desk.vault.open(row.contact), self.desk.vault.open(row.on_behalf_of)

    def is_for_grid(self, ticket: Ticket) -> bool:
        """Return whether the grid system gets this ticket; questions stay in the community."""
        return is_for_grid(ticket)

    def close(self) -> None:
        """Let go of the database connections."""
        self.engine.dispose()

    def _found(self, query: finding.Query) -> list[Ticket]:
        with reading(self.engine) as session:
            return [self._ticket(row) for row in session.scalars(query)]

    def _ticket(self, row: TicketRow) -> Ticket:
        return ticket_from(row, self.desk.categories)


def open_store(settings: Settings, embed: Embed | None = None) -> TicketStore:
    """Return the store of these settings, its tables brought up to date."""
    engine = open_engine(settings.database_url)
    migrate(engine)
    vault = Vault(settings.vault_key) if settings.vault_key else ClosedVault()
    return TicketStore(engine, Desk(vault=vault, embed=embed, targets=settings.targets))
