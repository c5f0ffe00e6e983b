"""Several problems at once: which of the drafts a message means, and what it adds to them."""

from dataclasses import replace
from datetime import UTC, datetime

from actions.batch import Batch, parts_of
from actions.draft import Draft, understood
from actions.understanding.left_out import left_out
from actions.understanding.normalise import normalise
from actions.understanding.pointing import (
    adds,
    drops,
    only_one_of,
    points_beyond,
    which_of,
    without_pointer,
)
from actions.understanding.problems import (
    Part,
    has_clauses,
    opens_another,
    problems_of,
    questions_of,
)
from actions.understanding.understanding import Understanding
from actions.wording import is_question, says_what

SURE_OF_WORDS, STORY = 0.6, 8  # of a category; characters that tell something, whatever it is
SHORT = 20  # characters in which somebody corrects a place
SURE = 0.4  # of the category by which somebody names one of the drafts


class Several:
    """A message heard beside the drafts that wait to be confirmed together."""

    def __init__(self, batch: Batch, text: str, intent: str) -> None:
        self.batch, self.text, self.intent = batch, text, intent
        self.plain = normalise(text)

    def pointed(self) -> Batch | None:
        """Return the batch after a word about one of several (第二个不报了); else None."""
        count = len(self.batch.drafts)
        if count < 2 or is_question(self.text):
            return None
        only = only_one_of(self.plain, count)
        if only is not None:
            return self.batch.only(only)
        out = left_out(self.plain, count)
        if out:
            return self._without(out)
        which = which_of(self.plain, count)
        if which is None and drops(self.plain):
            if points_beyond(self.plain, count):  # 第三个不报了, of two
                return self.batch.with_current(replace(self.batch.current, tries=-1))
            named = self._named()
            return None if named is None else self.batch.without(named)
        if which is None and (self._tells_place() or adds(self.plain)):
            which = self._named()
        return None if which is None else self._changed(which)

    def added(self, found: Understanding, asked: str) -> tuple[Batch | None, tuple[str, ...]]:
        """Return the batch with the problems that a message adds, and what it asks besides."""
        if not (has_clauses(self.text) or opens_another(self.text) or self._is_elsewhere(found)):
            return None, ()
        parts = parts_of(self.text)
        questions = tuple(part.text for part in questions_of(parts))
        new = [part for part in problems_of(parts) if self._is_new(part)]
        if not new:
            return None, questions
        batch = self.batch
        if asked == "place" and not batch.current.has_place:
            batch = batch.with_current(batch.current.with_place_of(found))
        drafts = [Draft().taking_in(part.text) for part in new]
        return batch.adding(drafts).focused(), questions

    def _without(self, out: tuple[int, ...]) -> Batch | None:
        """Return the batch without some of its drafts; None where none is left to ask about."""
        batch = self.batch
        if len(out) == len(batch.drafts):
            return None  # nothing at all is to be reported: heard like 都不报了
        for position in sorted(out, reverse=True):
            batch = batch.without(position)
        return batch

    def _is_elsewhere(self, found: Understanding) -> bool:
        """Return whether a report names another building than the draft that is complete."""
        building = self.batch.current.building
        other = found.place.building
        return self.intent == "report_problem" and bool(building and other and building != other)

    def _is_new(self, part: Part) -> bool:
        if not part.code or not says_what(part.text):
            return False
        known = {draft.category for draft in self.batch.drafts}
        is_told_apart = part.is_announced or self.intent == "report_problem"
        return part.code not in known and is_told_apart

    def _tells_place(self) -> bool:
        """Return whether a short message says where one of them is (电梯是2单元的)."""
        place = understood(self.text, datetime.now(UTC)).place
        is_place = bool(place.building or place.unit or place.room)
        return is_place and len(self.plain) <= SHORT and not has_clauses(self.text)

    def _named(self) -> int | None:
        """Return the one draft whose category the words name (电梯那个不报了)."""
        category = understood(self.text, datetime.now(UTC)).category
        if category is None or category.score < SURE:
            return None
        same = [n for n, d in enumerate(self.batch.drafts) if d.category == category.code]
        return same[0] if len(same) == 1 else None

    def _changed(self, which: int) -> Batch:
        """Return the batch with one draft corrected, or asked about where nothing was said."""
        rest = without_pointer(self.text)
        found = understood(rest, datetime.now(UTC))
        before = self.batch.drafts[which]
        draft = before.with_details_of(found)
        if found.place.building or found.place.unit or found.place.room or found.place.address:
            draft = draft.with_place_of(found)
        elif draft == before and _tells(rest, found):
            draft = draft.with_problem_of(found, rest)
        tries = 0 if draft != before else -1  # -1: ask what is to change
        turned = self.batch.turned_to(which)
        return turned.with_current(replace(draft, tries=tries)).focused()


def _tells(rest: str, found: Understanding) -> bool:
    """Return whether the words beside 第二个 say more than that it is not right."""
    category = found.category
    fits = category is not None and category.score >= SURE_OF_WORDS
    return says_what(rest) and (fits or sum(map(str.isalnum, rest)) >= STORY)
