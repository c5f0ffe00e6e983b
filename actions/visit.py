"""Visits (上门服务): who needs what at home, where, when it suits, whom to call."""

from actions.complaint import ActionDraftComplaint
from actions.draft import VISIT


class ActionBookVisit(ActionDraftComplaint):
    """Begin the booking of a visit with everything that the first message says."""

    category = VISIT

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_book_visit"
