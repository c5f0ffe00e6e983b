"""Complaints and categories the ticket tests speak of."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from actions.tickets.categories import Category
from actions.tickets.ticket import Complaint, Level, Place, Reporter, RequestType

MONDAY_NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, an ordinary Monday
ME, NEIGHBOUR = "conversation-me", "conversation-neighbour"
CATEGORIES = MappingProxyType(
    {
        "lighting": Category(code="lighting", name="楼道照明", handler="物业"),
        "water": Category(code="water", name="停水", urgency=2, level=Level.COMMUNITY),
        "fire": Category(code="fire", name="火情", urgency=1, emergency="119"),
    }
)
REPORTER = Reporter(conversation=ME, channel="web", contact="13800001111")
LAMP = Complaint(
    category="lighting",
    description="楼道灯坏三天了没人修",
    place=Place(building="3栋", unit="2单元", room="501"),
    reporter=REPORTER,
)
FIRE = replace(LAMP, category="fire", description="楼道着火了")
QUESTION = replace(
    LAMP, category="question", description="居住证怎么办", request_type=RequestType.ENQUIRY
)


def lamp(origin: str) -> Complaint:
    """Return the lamp complaint as another message brought it."""
    return replace(LAMP, origin=origin)
