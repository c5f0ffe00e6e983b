"""Dropping (算了): what was filed and is needed no more, said outside of any form."""

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.bearings import say_where_we_are
from actions.meant import pointed_at
from actions.progress import ActionWithdrawTicket, TicketAction, facts_for
from actions.reviving import revived
from actions.speech import intent, said
from actions.supplement import ActionSupplementTicket, corrects_ticket
from actions.tickets.ticket import Ticket
from actions.topic import Topic, topic_of
from actions.understanding.normalise import normalise
from actions.understanding.pointing import keeps
from actions.withdrawal import (
    ask_whether_to_withdraw,
    asked_to_withdraw,
    can_be_withdrawn,
    leave_open,
)


class ActionDropTicket(TicketAction):
    """Ask whether the ticket talked about is to be withdrawn, and do as the answer says."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_drop_ticket"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask once; who does not talk of a ticket that is open has nothing to drop."""
        if answers_whether_to_withdraw(tracker) and not _refuses(tracker):
            return ActionWithdrawTicket(self.tickets).run(dispatcher, tracker, domain)
        if corrects_ticket(tracker):  # 还是不用匿名了
            return ActionSupplementTicket(self.tickets).run(dispatcher, tracker, domain)
        begun = revived(tracker, self.tickets)  # 算了,还是报吧
        if begun is not None:
            return begun
        ticket = self._open_one(tracker)
        if ticket is None:
            return say_where_we_are(dispatcher, tracker)
        return self.act(dispatcher, tracker, ticket)

    def act(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, ticket: Ticket
    ) -> list[EventType]:
        """Ask, or leave the ticket to whoever is at work on it."""
        facts = facts_for(tracker, ticket)
        if not (asked_to_withdraw(tracker) and _refuses(tracker)):
            return ask_whether_to_withdraw(dispatcher, ticket, facts)
        return leave_open(dispatcher, ticket, facts)

    def _open_one(self, tracker: Tracker) -> Ticket | None:
        """Return the ticket that the words point to, else the one talked about."""
        if topic_of(tracker) is not Topic.TICKET:
            return None
        own = self.tickets().of_conversation(tracker.sender_id)
        candidates = [ticket for ticket in own if can_be_withdrawn(ticket)]
        last = tracker.get_slot("ticket_number")
        meant = pointed_at(tracker, candidates) if len(candidates) > 1 else None
        return meant or next((one for one in candidates if one.number == last), None)


def answers_whether_to_withdraw(tracker: Tracker) -> bool:
    """Return whether the message says yes or no to 要撤回吗."""
    is_answer = intent(tracker)[0] in {"affirm", "deny", "withdraw_ticket"}
    return bool(asked_to_withdraw(tracker)) and (is_answer or _refuses(tracker))


def _refuses(tracker: Tracker) -> bool:
    return intent(tracker)[0] == "deny" or keeps(normalise(said(tracker)))
