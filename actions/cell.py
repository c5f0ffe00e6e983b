"""Grid members (网格员): building → cell → name and duty telephone."""

from collections.abc import Callable
from datetime import UTC, datetime

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import resources
from actions.bearings import agrees_to_leave, say_where_we_are
from actions.clarifying import ActionAnswerOrClarify
from actions.complaint import ActionFileComplaint
from actions.continuing import says_again
from actions.dropping import ActionDropTicket, answers_whether_to_withdraw
from actions.enclosed import sent_with_pending
from actions.enquiry import asks_about_ticket, tells_own_case
from actions.following import chosen
from actions.handover import ActionRequestHuman
from actions.home import told_home
from actions.leaving import ActionLeaveQuestion
from actions.people import ask_worker, cell_of
from actions.phrases import phrase
from actions.progress import ActionShowProgress
from actions.report import report_at, report_in
from actions.reviving import revived
from actions.speech import entity, intent, said, say
from actions.supplement import ActionSupplementTicket, corrects_ticket, is_door_of_ticket
from actions.tickets.cells import GridCell
from actions.tickets.store import TicketStore
from actions.understanding.asking_for import asks_for_number, asks_for_people
from actions.understanding.normalise import normalise
from actions.understanding.reference import find_codes, find_ticket_numbers
from actions.understanding.understanding import understand
from actions.whereabouts import more_of_emergency
from actions.who import says_who
from actions.wording import is_question

FORM = "cell_form"
# What does not answer the question is for the rules, where no building is named either.
STAYS = frozenset({"inform", "correct", "ask_grid_member", "affirm", "deny", "nlu_fallback"})
LEAVES = frozenset({"emergency", "request_human", "cancel"})


class ActionShowGridMember(Action):
    """Say who the grid member is; ask for the building where it is not known."""

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_show_grid_member"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Look the cell up; who asks about what was reported is told who handles that."""
        if asks_for_people(said(tracker)):
            say(dispatcher, "utter_private", "no_evidence", contact=ask_worker(tracker))
            return []
        names_home = _home_in(said(tracker)) is not None
        if not names_home and says_who(dispatcher, tracker):
            return []
        home = _home_in(said(tracker)) or tracker.get_slot("home")
        cell = _locate(home) or (None if home else cell_of(tracker))
        if cell is not None:
            _show(dispatcher, cell, home)
            return [SlotSet("home", home)] if home else []
        if tracker.active_loop_name == "complaint_form":
            say(dispatcher, "utter_ask_home_again" if home else "utter_ask_home", "clarify")
            return []
        return [SlotSet("home", None), FollowupAction(FORM)]


class ValidateCellForm(Action):
    """Take a building; leave what the rules must have."""

    def name(self) -> str:
        """Return the name Rasa looks for."""
        return f"validate_{FORM}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Return the home if the building exists."""
        if tracker.get_slot("requested_slot") != "home" or intent(tracker)[0] in LEAVES:
            return []
        home = _home_in(said(tracker))
        if home is None and intent(tracker)[0] not in STAYS:
            return []
        return [SlotSet("home", home if _locate(home) else None), SlotSet("lookup_missed", True)]


class ActionAskHome(Action):
    """Ask which building."""

    def name(self) -> str:
        """Return the name the form looks for."""
        return "action_ask_home"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Ask; after a miss say which buildings there are."""
        missed = tracker.get_slot("lookup_missed")
        say(dispatcher, "utter_ask_home_again" if missed else "utter_ask_home", "clarify")
        return [SlotSet("lookup_missed", None)]


class ActionUseDetail(Action):
    """A place, a telephone or a yes that answers nothing: say what can be done with it."""

    def __init__(self, tickets: Callable[[], TicketStore] = resources.tickets) -> None:
        self._tickets = tickets  # a factory: Sanic pickles actions into its workers

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_use_detail"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Remember a building and offer what it is good for."""
        known = self._know(dispatcher, tracker)
        if known is not None:
            return known
        text = said(tracker)
        other = self._who_asked(tracker) or self._who_knows_more(tracker, text)
        if other is not None:
            handed_on: list[EventType] = other.run(dispatcher, tracker, domain)
            return handed_on
        report = report_in(text, is_detail=True)
        if report is not None:
            return report
        home, place = _home_in(text), understand(text, datetime.now(UTC)).place
        is_here = home is not None and _locate(home) is not None
        before = str(tracker.get_slot("pending_question") or "")
        is_place = place.building or place.address
        pending = report_at(before, text, sent_with_pending(tracker)) if is_place else None
        if pending is not None:  # 就是楼梯口那个
            told = [told_home(home["building"], home["unit"])] if home and is_here else []
            return [*told, *pending]
        if home is None or not is_here:
            return say_where_we_are(dispatcher, tracker)
        where = f"{home['building']}{home['unit']}{place.room}"
        say(dispatcher, "utter_what_about_place", "clarify", where=where)
        return [told_home(home["building"], home["unit"], place.room)]

    def _know(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
        """Deal with what belongs to the emergency, the ticket or the draft before."""
        told = more_of_emergency(dispatcher, tracker, self._tickets)
        if told is not None:
            return told
        if says_who(dispatcher, tracker, self._tickets):
            return []
        return revived(tracker, self._tickets)

    def _who_asked(self, tracker: Tracker) -> Action | None:
        """Return the action whose question or option the message answers, if there is one."""
        if answers_whether_to_withdraw(tracker):
            return ActionDropTicket(self._tickets)
        if chosen(tracker, said(tracker)) or says_again(tracker):  # 首次的
            return ActionAnswerOrClarify()
        if agrees_to_leave(tracker):
            return ActionLeaveQuestion(self._tickets)
        if intent(tracker)[0] == "skip" and entity(tracker, "option"):  # 请网格员联系我
            return ActionRequestHuman()
        if tracker.get_slot("confirmation") and intent(tracker)[0] == "affirm":
            return ActionFileComplaint(self._tickets)  # confirmed, but could not be filed
        return None

    def _who_knows_more(self, tracker: Tracker, text: str) -> Action | None:
        """Return the action that the message is for after all, if there is one."""
        is_numbered = find_codes(normalise(text)) or find_ticket_numbers(normalise(text))
        is_lost = asks_for_number(normalise(text))
        if is_numbered or is_lost or asks_about_ticket(tracker):
            return ActionShowProgress(self._tickets)
        if is_question(text) or asks_for_people(text) or tells_own_case(tracker):
            return ActionAnswerOrClarify()
        if corrects_ticket(tracker) or is_door_of_ticket(tracker, self._tickets):
            return ActionSupplementTicket(self._tickets)
        return None


def _home_in(text: str) -> dict[str, str] | None:
    place = understand(text, datetime.now(UTC)).place
    return {"building": place.building, "unit": place.unit} if place.building else None


def _locate(home: dict[str, str] | None) -> GridCell | None:
    return resources.cells().locate(home["building"], home["unit"]) if home else None


def _show(dispatcher: CollectingDispatcher, cell: GridCell, home: dict[str, str] | None) -> None:
    cells = resources.cells()
    say(
        dispatcher, "utter_grid_member", "answer",
        where=home["building"] + home["unit"] if home else cell.name,
        member=cell.member, telephone=cell.telephone, cell=cell.code,
        note=phrase("demonstration_note") if cells.is_demonstration else "",
    )  # fmt: skip
