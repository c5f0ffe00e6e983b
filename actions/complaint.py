"""Complaints (投诉): draft, ask for what is missing, confirm, file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.batch import Batch, Hearsay, forget_drafts, parts_of, take_in
from actions.bearings import say_where_we_are
from actions.details import with_told_details
from actions.draft import MEDIATION, NEEDED, PARTY, VISIT, Draft, understood
from actions.enclosed import pending, sent_with_pending
from actions.enquiry import FORM, ActionAnswerQuestion
from actions.joining import FOLLOW, join
from actions.people import ask_worker
from actions.phrases import local_time, phrase
from actions.progress import ActionShowProgress, ActionUrgeTicket
from actions.reviving import kept_dropped, revived
from actions.speech import entity, intent, metadata, said, say
from actions.supplement import ActionSupplementTicket, adds_to_ticket
from actions.tickets.errors import TicketNotFoundError
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, RequestType, Ticket
from actions.topic import Topic, talked_about, title_of, topic_of
from actions.understanding.asking_for import asks_for_people
from actions.understanding.listing import listed_doors
from actions.understanding.normalise import normalise
from actions.understanding.pointing import adds, points_back, waits_in_vain
from actions.understanding.problems import enquires, is_indignant, problems_of, tells_fault
from actions.understanding.wishes import asks_about_wish, find_other_party
from actions.whereabouts import locate_emergency
from actions.wording import is_question

FITS = 0.5  # of a category, from where a complaint is about something new
UNSURE = 0.7  # of the intent, below which a message that points back reports nothing new
STORY = 40  # characters; who says more tells something, and only ends in 能不能管管
SURE = 0.93  # of the intent, from where a message is a report whatever it seems to ask


class ActionDraftComplaint(Action):
    """Begin a complaint with everything that the first message says."""

    category = ""  # that it must be, where the intent alone says so

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._enquiry = ActionAnswerQuestion()
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_draft_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Fill a draft for each problem; the form asks for the rest."""
        dealt_with = self._dealt_with(dispatcher, tracker, domain)
        if dealt_with is not None:
            return [*dealt_with, FollowupAction("action_listen")]
        again = revived(tracker)
        if again is not None:
            return again
        answered = self._answer_question(dispatcher, tracker)
        if answered:
            return answered
        text = self._told(tracker)
        told = take_in(text)
        if tracker.active_loop_name == FORM:
            return self._add(tracker, told)
        events = self._enquiry.answer_besides(dispatcher, tracker, told.questions)
        batch = Batch.from_tracker(tracker)
        draft = batch.current.with_sent(metadata(tracker))
        if text != said(tracker):  # 登记这个问题, of what was asked before
            draft = draft.with_sent(sent_with_pending(tracker))
        if told.drafts:
            first = self._of_kind(told.drafts[0], tracker).with_what_came_before(draft)
            batch = Batch(drafts=(first, *told.drafts[1:])).focused()
        else:
            batch = _somewhere(batch.with_current(draft), text)
            self._note(dispatcher, draft)
        return [*events, *batch.events(draft_at=None), SlotSet("pending_question", None)]

    def _dealt_with(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType] | None:
        """Deal with what only reads like a new report; None if it is one."""
        if asks_for_people(said(tracker)):
            say(dispatcher, "utter_private", "no_evidence", contact=ask_worker(tracker))
            return []
        if _is_about_what_was_filed(tracker):
            return ActionShowProgress().run(dispatcher, tracker, domain)
        if not self.category and _waits_for_ticket(tracker, self._tickets):
            return ActionUrgeTicket(self._tickets).run(dispatcher, tracker, domain)
        if not self.category and adds_to_ticket(tracker):
            return ActionSupplementTicket().run(dispatcher, tracker, domain)
        return locate_emergency(dispatcher, tracker)

    def _told(self, tracker: Tracker) -> str:
        """Return the words to take in: with the dispute that was told just before its request."""
        text, before = said(tracker), str(tracker.get_slot("pending_question") or "")
        is_its_matter = self.category == MEDIATION and find_other_party(normalise(before))
        return f"{before},{text}" if text and is_its_matter else text or before

    def _add(self, tracker: Tracker, told: Hearsay) -> list[EventType]:
        """Add a visit or a mediation to what is told, or tell more of the one there is."""
        batch = Batch.from_tracker(tracker)
        if not self.category:
            return []
        draft = self._of_kind(next(iter(told.drafts), Draft()), tracker)
        if batch.current.category != draft.category:
            return batch.adding([draft] if draft.description else []).focused().events()
        more = with_told_details(batch.current, said(tracker))
        if draft.building:
            more = more.with_place_of(understood(said(tracker), datetime.now(UTC)))
        return batch.with_current(more).focused().events()

    def _of_kind(self, draft: Draft, tracker: Tracker) -> Draft:
        """Return the draft as what the intent says it is, with the details that it tells."""
        kinded = replace(draft, category=self.category or draft.category)
        if kinded.category not in NEEDED:
            return kinded
        kinded = replace(kinded, request_type=RequestType.REQUEST.value)
        kinded = with_told_details(kinded, draft.description)
        if kinded.room and kinded.room in kinded.answers.get(PARTY, ""):
            kinded = replace(kinded, room="", address="")
        home = tracker.get_slot("home") or {}
        is_elsewhere = kinded.has_place or not home.get("building")
        return kinded if is_elsewhere else kinded.at_door(home["building"], home["unit"])

    def _note(self, dispatcher: CollectingDispatcher, draft: Draft) -> None:
        """Say that a picture or a point came without a word."""
        if draft.media and not draft.description:
            say(dispatcher, "utter_media_noted", "ticket_draft")
        elif draft.latitude is not None and not draft.description:
            say(dispatcher, "utter_location_noted", "ticket_draft")

    def _answer_question(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """Answer what reads like a report but asks something the knowledge base knows."""
        text = said(tracker)
        if not is_question(text) or understood(text, datetime.now(UTC)).place.building:
            return []
        is_sure = intent(tracker)[1] >= SURE or tells_fault(text) or len(text) >= STORY
        is_sure = is_sure or is_indignant(text) or bool(self.category)
        is_cry = is_sure and not (enquires(text) or asks_about_wish(normalise(text)))
        if is_cry or (len(parts_of(text)) > 1 and problems_of(parts_of(text))):
            return []
        answer = self._enquiry.find(tracker, is_question=True)
        if answer.is_refusal:
            return []
        events = self._enquiry.tell(dispatcher, tracker, answer)
        say(dispatcher, "utter_offer_ticket", answer.outcome.value)
        if tracker.active_loop_name == FORM:  # which asks again by itself
            return events
        return [*events, *pending(tracker, text), FollowupAction("action_listen")]


class ActionFileComplaint(Action):
    """File the complaint the form has collected and tell the resident its number."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_file_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Store the ticket now; the outbox delivers it later, so a resident never waits."""
        if tracker.get_slot("confirmation") is False:  # dropped, in words that no rule knew
            return ActionCancelComplaint().run(dispatcher, tracker, domain)
        drafts = Batch.from_tracker(tracker).drafts
        if tracker.get_slot("confirmation") == FOLLOW:
            joined = join(dispatcher, tracker, drafts[0], self._tickets)
            if joined is not None:
                return [*forget_drafts(), *talked_about(joined.number)]
        now = datetime.now(UTC)
        filed = [
            self._tickets().file(self._complaint(draft, tracker, position), now)
            for position, draft in enumerate(drafts)
        ]
        if len(filed) == 1:
            self._tell(dispatcher, filed[0], drafts[0])
        else:
            self._tell_all(dispatcher, filed)
        first = drafts[0]
        home = {"building": first.building, "unit": first.unit} if first.building else None
        remembered = [SlotSet("home", home)] if home and not tracker.get_slot("home") else []
        return [*forget_drafts(), *talked_about(filed[-1].number), *remembered]

    def _complaint(self, draft: Draft, tracker: Tracker, position: int) -> Complaint:
        sent = metadata(tracker)
        origin = f"{tracker.sender_id}:{sent.get('message_id')}"
        return draft.to_complaint(
            conversation=tracker.sender_id,
            channel=str(sent.get("channel") or ""),
            origin=f"{origin}:{position}" if position else origin,
        )

    def _tell(self, dispatcher: CollectingDispatcher, ticket: Ticket, draft: Draft) -> None:
        cell = draft.cell
        special = {VISIT: "utter_visit_booked", MEDIATION: "utter_mediation_requested"}
        response = special.get(draft.category, "utter_complaint_filed")
        say(
            dispatcher,
            response,
            "ticket",
            facts={"ticket": ticket.as_contract()},
            number=ticket.number,
            code=ticket.code,
            member=cell.member if cell else phrase("duty_desk"),
            due=phrase("due", when=local_time(ticket.due_at)) if ticket.due_at else "",
        )

    def _tell_all(self, dispatcher: CollectingDispatcher, filed: list[Ticket]) -> None:
        first, *others = (ticket.as_contract() for ticket in filed)
        lines = [
            phrase(
                "filed_ticket",
                position=position,
                title=title_of(ticket),
                number=ticket.number,
                code=ticket.code,
            )
            for position, ticket in enumerate(filed, 1)
        ]
        facts = {"ticket": first | {"others": others}}
        say(
            dispatcher, "utter_complaints_filed", "ticket",
            facts=facts, count=len(filed), lines="\n".join(lines),
        )  # fmt: skip


class ActionCancelComplaint(Action):
    """Drop the draft."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_cancel_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Forget everything that was collected, but for who thinks better of it at once."""
        say(dispatcher, "utter_complaint_cancelled", "clarify")
        return [*forget_drafts(), kept_dropped(Batch.from_tracker(tracker))]


class ActionFollowTicket(Action):
    """Let the resident follow a ticket about the same thing instead of filing another."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_follow_ticket"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Join; only a ticket that was offered here may be followed."""
        number = entity(tracker, "ticket_number")
        if not number:
            return say_where_we_are(dispatcher, tracker)
        try:
            ticket = self._tickets().follow(number, tracker.sender_id, datetime.now(UTC))
        except TicketNotFoundError:
            say(dispatcher, "utter_ticket_unknown", "clarify")
            return []
        facts = {
            "ticket": ticket.as_contract() | {"description": "", "attributes": [], "code": None}
        }
        say(dispatcher, "utter_following", "ticket_status", facts=facts, number=number)
        return talked_about(number)


def _somewhere(batch: Batch, text: str) -> Batch:
    """Return the batch at the doors and with the details of a message that names no problem."""
    found = understood(text, datetime.now(UTC))
    draft = batch.current.with_details_of(found)
    if not found.place.building:
        return batch.with_current(draft)
    placed = batch.with_current(draft.with_place_of(found))
    doors = listed_doors(normalise(text))
    return placed.spread_over(doors) if doors else placed


def _waits_for_ticket(tracker: Tracker, tickets: Callable[[], TicketStore]) -> bool:
    """Return whether somebody complains that nobody came for what was just filed."""
    text = said(tracker)
    if topic_of(tracker) is not Topic.TICKET or not waits_in_vain(normalise(text)):
        return False
    number = tracker.get_slot("ticket_number")
    own = tickets().of_conversation(tracker.sender_id)
    ticket = next((one for one in own if one.number == number and one.is_open), None)
    found = understood(text, datetime.now(UTC))
    kind = found.category
    is_other = (
        kind is not None
        and kind.score >= FITS
        and (ticket is None or kind.code != ticket.complaint.category)
    )
    return ticket is not None and not (found.place.building or is_other)


def _is_about_what_was_filed(tracker: Tracker) -> bool:
    """Return whether what may be a report points back to a ticket (早先报的那个有人管了没)."""
    text = said(tracker)
    is_unsure = intent(tracker)[1] < UNSURE and topic_of(tracker) is Topic.TICKET
    is_unsure = is_unsure and not adds(normalise(text))  # 另外那个门也坏了
    return (
        is_unsure
        and points_back(normalise(text))
        and not understood(text, datetime.now(UTC)).place.building
    )
