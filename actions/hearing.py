"""Hearing (倾听): what one message in the middle of a complaint means for the draft."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions import resources
from actions.batch import Batch
from actions.bearings import is_wordless
from actions.details import (
    STORY,
    asked_beside,
    does_not_know,
    with_answer,
    with_correction,
    with_story,
    with_told_details,
)
from actions.draft import NEEDED, Draft, understood
from actions.home import home_choice
from actions.phrases import phrase
from actions.several import Several
from actions.speech import entity, intent, metadata, said
from actions.tickets.ticket import RequestType
from actions.understanding.answers import answer_to
from actions.understanding.bare import is_vague_place
from actions.understanding.listing import listed_doors
from actions.understanding.normalise import normalise
from actions.understanding.pointing import (
    agrees,
    asks_when_done,
    came_right,
    gives_up,
    only_points,
    put_right,
    says_all,
    submits,
    submits_first,
    withholds_contact,
)
from actions.understanding.problems import opens_another, tells_fault
from actions.understanding.request_type import denies_report, says_report
from actions.understanding.spot import spot_told
from actions.wording import is_question, says_what

FORM = "complaint_form"
# These leave the form to the rules; each has one for the middle of a complaint or for anywhere.
INTERRUPTIONS = frozenset({
    "ask_policy", "ask_guide", "ask_facet", "ask_certificate", "ask_progress", "ask_grid_member",
    "ask_identity", "greet", "goodbye", "thank", "chitchat", "complain_about_bot",
    "express_distress", "emergency", "request_human", "cancel", "follow_ticket", "leave_question",
    "urge_ticket", "withdraw_ticket", "rate_service", "bind_worker", "list_cell_tickets",
    "out_of_scope", "book_visit", "request_mediation",
})  # fmt: skip
# These interrupt only where the words can be nothing else: an answer may look like them.
TENTATIVE = frozenset({
    "ask_policy", "ask_guide", "ask_facet", "ask_certificate", "ask_progress", "chitchat",
    "out_of_scope", "thank", "urge_ticket", "greet", "complain_about_bot", "ask_grid_member",
    "book_visit", "request_mediation", "goodbye",
})  # fmt: skip
# What buttons say; typed, the same words may describe the problem.
BY_OPTION = frozenset({"confirm_solved", "report_unsolved", "supplement_ticket"})
PLACING = frozenset({"inform", "correct", "report_problem"})  # what an answer to 在哪里 looks like
WORDLESS = frozenset({"affirm", "deny", "skip"})
# An intent that says little of what is meant: the words decide, with the question they answer.
UNCLEAR = frozenset({"nlu_fallback", "out_of_scope", "chitchat", "greet", "thank", "go_back"})
PARTING = frozenset({"withdraw_ticket", "goodbye"})  # and unsure, may be to give up
SAFE = frozenset({"emergency", "request_human", "cancel"})  # heard however unsure
LEAST = 0.3  # of an intent; below it the words decide
SURE_OF_OTHER = 0.8  # of the intent, from where a message is about a ticket filed before
SURE, FITS = 0.6, 0.4  # of a category
MORE = 4  # characters of a detail that is kept though no part of the paper asks for it
LEAST_TOLD = {"nlu_fallback": STORY, "inform": MORE, "supplement_ticket": MORE}  # 再加一句…
TRIES = 2  # then choices; after them a person
SHORT = 25  # characters; a longer message tells more than that somebody gives up
PLACE_LIMIT = 60  # characters; more is a story, not a place


class Hearing:
    """One message in the middle of a complaint, heard with the question it answers."""

    def __init__(self, batch: Batch, tracker: Tracker) -> None:
        self.batch = batch
        self.draft = replace(batch.current, is_offered=False).with_sent(metadata(tracker))
        self.has_sent = self.draft.media != batch.current.media or bool(
            metadata(tracker).get("location")
        )
        self.asked = str(tracker.get_slot("requested_slot") or "")
        self.intent, self.confidence = intent(tracker)
        self.text = said(tracker)
        if self.text and self.confidence < LEAST and self.intent not in SAFE:
            self.intent = "nlu_fallback"
        self.field, self.category = entity(tracker, "field"), entity(tracker, "category")
        self.known_place = entity(tracker, "known_place")
        home = tracker.get_slot("home") if home_choice(tracker) else None
        self.home = (home["building"], home.get("unit") or "") if home else None
        self.answer = self.text or entity(tracker, "detail")
        self.plain = normalise(self.text)
        is_filing = submits(self.plain) or says_report(self.plain)
        asks = self.intent == "skip" and is_question(self.text)  # 电话要不要留
        if asks or (self.intent == "cancel" and is_filing):  # 算了直接给我报吧; 这算举报吧
            self.intent = "nlu_fallback"
        self.found = understood(self.text, datetime.now(UTC))
        self.questions: tuple[str, ...] = ()  # what it asks beside the answer

    def events(self) -> list[EventType]:
        """Return the slots after this message; none when it is not for the form."""
        if answered := self._answered():
            return answered
        several = Several(self.batch.with_current(self.draft), self.text, self.intent)
        pointed = several.pointed() if self.text else None
        if pointed is not None:
            return pointed.events()
        parts = self.intent in PARTING and self.confidence < SURE
        if ((self.intent in UNCLEAR or parts) and self._gives_up()) or self._is_solved():
            return self.batch.events(problem=True, place=True, details=True, confirmation=False)
        if self._interrupts():
            return []
        heard = self._edited() or self._told() or self._confirmed() or self._added(several)
        return heard or self._listed() or self._detailed() or self._handler()()

    def _answered(self) -> list[EventType]:
        """Take the answer to the question beside the summary; not knowing is one as well."""
        attribute = asked_beside(self.draft) if self.asked == "confirmation" else None
        is_other = self.intent in SAFE or is_question(self.text) or submits(self.plain)
        if attribute is None or is_other or self._adds_place() or self.found.contact:
            return []
        answer = answer_to(attribute, self.plain)
        if answer:
            answers = {**self.draft.answers, attribute.code: answer}
            told = replace(self.draft, answers=answers, tries=0)
            return self._keep(with_story(self.draft, told, self.found, self.text))
        if self.intent == "affirm" or not does_not_know(self.plain):
            return []
        skipped = (*self.draft.skipped, attribute.code)
        return self._keep(replace(self.draft, skipped=skipped, tries=0))

    def _edited(self) -> list[EventType]:
        if self.intent == "edit_draft":
            return self._edit()
        is_back = self.intent == "go_back" and not self._adds_place()
        return self._go_back() if is_back else []

    def _confirmed(self) -> list[EventType]:
        if not self._confirms():
            return []
        kept = self.draft.is_anonymous and not self.found.is_named
        hidden = self.found.is_anonymous or kept  # 提交,别写我名字
        confirmed = replace(self.draft, is_anonymous=hidden, request_type=self._kind_told())
        batch = self.batch.with_current(confirmed).sharing_contact(by=confirmed)
        return [*batch.events(), SlotSet("confirmation", True)]

    def _added(self, several: Several) -> list[EventType]:
        """Take in problems that are told beside the one that is being asked about."""
        if self.asked not in {"place", "confirmation"} or self.draft.tries < 0:
            return []
        if self.draft.category in NEEDED and not opens_another(self.text):
            return []  # what is told now is what the visit or the mediation is about
        told, self.questions = several.added(self.found, self.asked)
        return told.events() if told is not None else []

    def _told(self) -> list[EventType]:
        """Take the answer to what a visit or a mediation needs, or what is put right instead."""
        if self.asked != "details" or not self.draft.missing:
            return []
        draft = self.draft.with_details_of(self.found)
        corrected = with_correction(draft, self.found, self.text)
        if self.intent == "correct" and corrected != self.draft:
            draft = replace(corrected, tries=0)
        elif self.draft.missing == draft.missing:
            refuses = self.intent in {"deny", "skip"} and not is_question(self.text)
            draft = with_answer(draft, self.answer, declines=refuses)
        else:
            draft = replace(with_told_details(draft, self.answer), tries=0)
        draft = with_story(self.draft, draft, self.found, self.text)
        if draft.where != self.draft.where:
            return self._keep(draft)
        return self.batch.with_current(draft).sharing_contact(by=draft).focused().events()

    def _listed(self) -> list[EventType]:
        """Take in several doors that are named side by side (5栋和6栋都是)."""
        doors = () if self.batch.is_several else listed_doors(self.plain)
        if not doors:
            return []
        draft = replace(self._with_details(), tries=0)
        return self.batch.with_current(draft).spread_over(doors).focused().events()

    def _detailed(self) -> list[EventType]:
        changed = self._with_details()
        return self._keep(replace(changed, tries=0)) if changed != self.draft else []

    def _handler(self) -> Callable[[], list[EventType]]:
        handlers: dict[str, Callable[[], list[EventType]]] = {
            "problem": self._hear_problem,
            "place": self._hear_place,
            "confirmation": self._hear_confirmation,
        }
        return handlers.get(self.asked, self._hear_problem)

    def _keep(self, draft: Draft) -> list[EventType]:
        return self.batch.moved_with(draft, self.found).focused().events()

    def _interrupts(self) -> bool:
        if self.text and (is_wordless(self.text) or self._confirms()):
            return False
        if self.intent in BY_OPTION and not self.text:
            return True
        if self.asked == "details" and is_question(self.text):
            return True  # any words would answer
        is_when = self.asked == "confirmation" and asks_when_done(self.plain)
        if is_when and self.intent in UNCLEAR:
            return True
        return self.intent in INTERRUPTIONS and not self._answers()

    def _answers(self) -> bool:
        """Return whether what looks like an interruption answers the question after all."""
        if self.intent not in TENTATIVE or is_question(self.text):
            return False
        if self._tells_of_reporter() or self.asked == "details":
            return True
        if self.asked == "place" and (self.found.place.building or self.found.place.unit):
            return True
        return self.confidence < SURE and self.asked in {"problem", "place"}

    def _tells_of_reporter(self) -> bool:
        """Return whether it says whom to call, or whether that person stays unnamed."""
        return bool(self.found.contact or self.found.is_anonymous or self.found.is_named)

    def _adds_place(self) -> bool:
        place = self.found.place
        return bool(place.building or place.unit or place.room)

    def _confirms(self) -> bool:
        """Return whether this is a yes; one that names a door or a number is read back first."""
        if self.asked != "confirmation" or self._adds_place() or self.found.contact:
            return False
        if self.intent == "affirm" or self._files():
            return True
        is_unclear = self.intent in UNCLEAR and self.draft.tries >= 0
        return is_unclear and agrees(self.plain)

    def _files(self) -> bool:
        """Return whether the words want it filed: 没有,提交; 好了就这些; 提交,别写我名字."""
        hides = self.found.is_anonymous and submits_first(self.plain)
        wants = submits(self.plain) or hides or says_all(self.plain)
        return wants and self.draft.tries >= 0 and not is_question(self.text)

    def _is_solved(self) -> bool:
        """Return whether what is not filed yet has come right by itself (刚才自己亮了)."""
        is_sure = self.intent == "confirm_solved" and self.confidence >= SURE_OF_OTHER
        is_waiting = self.asked == "confirmation" and not self.batch.is_several
        return is_sure and is_waiting and came_right(self.plain)

    def _gives_up(self) -> bool:
        category = self.found.category
        fits = category is not None and category.score >= FITS
        tells = fits and tells_fault(self.text)
        drops = gives_up(self.plain) and not submits(self.plain)
        return not tells and len(self.text) <= SHORT and drops

    def _with_details(self) -> Draft:
        draft = with_told_details(self.draft.with_details_of(self.found), self.text)
        is_place = self.asked == "place" or self.intent in {"inform", "correct"}
        if self._adds_place() or (self.found.place.address and is_place):
            draft = draft.with_place_of(self.found)
            spot = spot_told(self.plain) if self._is_only_place() else ""
            if spot:
                return draft.with_spot(spot)
        draft = replace(draft, request_type=self._kind_told())
        is_problem = self.asked == "problem" or (self.asked and self.intent == "report_problem")
        if is_problem and self._names_problem():
            draft = draft.with_problem_of(self.found, self.text)
        return draft

    def _kind_told(self) -> str:
        """Return what it is: 举报 where somebody says so, 投诉 where they deny it."""
        if denies_report(self.plain):
            return RequestType.COMPLAINT.value
        return RequestType.REPORT.value if says_report(self.plain) else self.draft.request_type

    def _is_only_place(self) -> bool:
        """Return whether the answer to 在哪里 is a place and nothing besides, told as it is."""
        says_more = self.found.since or self._tells_of_reporter()
        is_plain = self.asked == "place" and self.intent in PLACING
        return is_plain and not says_more and not tells_fault(self.text)

    def _names_problem(self) -> bool:
        """Return whether the words say what is wrong, not only yes, where or whom to call."""
        category = self.found.category
        fits = category is not None and category.score >= FITS
        if is_vague_place(self.text) or only_points(self.plain):
            return False
        if self.intent in WORDLESS and not (fits and category and category.score >= SURE):
            return False
        if self.intent in UNCLEAR and not fits and len(self.text) < STORY:
            return False
        rest = list(self.plain)
        for found in self.found.entities:
            rest[found.start : found.end] = " " * (found.end - found.start)
        return says_what("".join(rest))

    def _hear_problem(self) -> list[EventType]:
        chosen = resources.categories().get(self.category)
        if chosen is not None:
            named = replace(self.draft, description=chosen.name, category=chosen.code, tries=0)
            return self._keep(named)
        if self._names_problem():
            return self._keep(self.draft.taking_in(self.text))
        return self._again()

    def _hear_place(self) -> list[EventType]:
        if self.known_place:  # the option with the home that is known
            home = understood(self.known_place, datetime.now(UTC))
            return self._keep(replace(self.draft.with_place_of(home), tries=0))
        if self.home and self.intent == "affirm" and self.draft.tries < TRIES:
            return self._keep(self.draft.at_door(*self.home))  # 对, to the only place on offer
        if self.intent in {"skip", "deny"}:  # 说不清: the grid member finds out
            return self._somewhere(phrase("place_unclear"))
        is_landmark = (
            self.intent == "inform" and len(self.text) > 2 and not is_vague_place(self.text)
        )
        if self.text and self.draft.tries >= TRIES and is_wordless(self.text):
            return self._somewhere(phrase("place_unclear"))
        if self.text and (is_landmark or self.draft.tries >= TRIES):
            return self._somewhere(self.text[:PLACE_LIMIT])
        return self._again()

    def _somewhere(self, address: str) -> list[EventType]:
        """Take the place in words; a building that is not here would be asked for for ever."""
        draft = replace(self.draft, address=address, tries=0)
        if draft.building and draft.cell is None:
            draft = replace(draft, building="", unit="", room="")
        if not draft.has_place:
            unclear = phrase("place_unclear")
            draft = replace(draft, address=phrase("in_words", value=address, unclear=unclear))
        return self._keep(draft)

    def _hear_confirmation(self) -> list[EventType]:
        if instead := self._other_problem():
            fresh = replace(self.draft, description="", category="").taking_in(instead)
            return self._keep(fresh)
        if told := self._of_reporter():
            return told
        if self.intent in {"deny", "correct"}:
            draft = replace(self.draft, tries=-1)  # -1: ask what is to change
            return self.batch.with_current(draft).events()
        if self.draft.tries < 0 and self.text:  # what they say now is the change
            return self._keep(replace(self.draft.with_problem_of(self.found, self.text), tries=0))
        least = LEAST_TOLD.get(self.intent, PLACE_LIMIT)
        if len(self.text) >= least and not is_question(self.text):
            return self._keep(self.draft.with_problem_of(self.found, self.text))
        return self._again()

    def _of_reporter(self) -> list[EventType]:
        """Take what somebody says of the report itself: its kind, their name or telephone."""
        if self.found.is_named and len(self.text) <= SHORT:  # 不用匿名
            return self._keep(replace(self.draft, tries=0))
        if says_report(self.plain) and len(self.text) <= SHORT:  # 我这是举报,不是投诉
            return self._keep(replace(self.draft, request_type=self._kind_told(), tries=0))
        withheld = withholds_contact(self.plain)
        return self._keep(replace(self.draft, contact="", tries=0)) if withheld else []

    def _other_problem(self) -> str:
        """Return the other problem that it is instead (不是灯,是电梯按钮不亮), of any kind."""
        instead = put_right(self.plain)
        category = understood(instead, datetime.now(UTC)).category if instead else None
        fits = (category is not None and category.score >= FITS) or tells_fault(instead)
        return instead if fits and says_what(instead) else ""

    def _edit(self) -> list[EventType]:
        if self.field == "place":
            cleared = replace(self.draft, building="", unit="", room="", address="", tries=0)
            return self.batch.with_current(cleared).events(place=None)
        cleared = replace(self.draft, description="", category="", tries=0)
        return self.batch.with_current(cleared).events(problem=None)

    def _go_back(self) -> list[EventType]:
        if self.asked == "confirmation":
            self.field = "place"
        return self._edit()

    def _again(self) -> list[EventType]:
        is_word = any(map(str.isalnum, self.text))
        if self.has_sent or not is_word or self.intent == "greet":  # a picture or 在吗 is no miss
            return self.batch.with_current(self.draft).events()
        missed = replace(self.draft, tries=self.draft.tries + 1)
        return self.batch.with_current(missed).events()
