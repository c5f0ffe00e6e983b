"""Workers (社区工作者): bind an account with a one-time code, see the tickets of one's cells."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.answering import offer_questions
from actions.phrases import phrase
from actions.speech import said, say
from actions.tickets.errors import InvitationError
from actions.tickets.store import TicketStore
from actions.tickets.workers import WorkerRegistry
from actions.understanding.normalise import normalise
from actions.understanding.reference import find_invitations

SHOWN = 10


class ActionBindWorker(Action):
    """Bind this conversation to a worker."""

    def __init__(self, workers: Callable[[], WorkerRegistry] = resources.workers) -> None:
        self._workers = workers  # a factory: Sanic pickles actions into its workers

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_bind_worker"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Spend the code; why a wrong one is wrong is not said."""
        codes = find_invitations(normalise(said(tracker)))
        code = codes[0].value if codes else ""
        try:
            worker = self._workers().bind(tracker.sender_id, code, datetime.now(UTC))
        except InvitationError:
            say(dispatcher, "utter_bind_refused", "clarify")
            return []
        cells = "、".join(worker.cells)
        say(dispatcher, "utter_bound", "smalltalk", name=worker.name, cells=cells)
        return []


class ActionListCellTickets(Action):
    """List the open tickets of a worker's cells; residents are told whose this is."""

    def __init__(
        self,
        workers: Callable[[], WorkerRegistry] = resources.workers,
        tickets: Callable[[], TicketStore] = resources.tickets,
    ) -> None:
        self._workers = workers
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_list_cell_tickets"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """List them, most urgent first."""
        worker = self._workers().of(tracker.sender_id)
        if worker is None:
            say(dispatcher, "utter_workers_only", "clarify")
            return []
        found = self._tickets().of_cells(worker.cells)
        if not found:
            say(dispatcher, "utter_no_cell_tickets", "ticket_status")
            offer_questions(dispatcher, self._tickets())
            return []
        lines = [
            phrase(
                "cell_ticket",
                number=ticket.number,
                place=ticket.complaint.place.building + ticket.complaint.place.unit,
                title=ticket.category_name,
                status=ticket.status.label,
            )
            for ticket in found[:SHOWN]
        ]
        say(
            dispatcher, "utter_cell_tickets", "ticket_status",
            count=len(found), lines="\n".join(lines),
        )  # fmt: skip
        offer_questions(dispatcher, self._tickets())
        return []
