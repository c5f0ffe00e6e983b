"""Mediation (调解): about what, with whom, whom to call; the other side stays inside."""

from actions.complaint import ActionDraftComplaint
from actions.draft import MEDIATION


class ActionRequestMediation(ActionDraftComplaint):
    """Begin the request for a mediator with everything that the first message says."""

    category = MEDIATION

    def name(self) -> str:
        """Return the name the domain knows this action by."""
        return "action_request_mediation"
