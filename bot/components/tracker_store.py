"""A tracker store that keeps what matters and forgets the rest after every turn.

Rasa replays a conversation's whole history at each message, so the 200th message of one person
costs ten times the first.
Our dialogue is made of rules, and a rule looks at the slots, the active form and the last
action: so that is all that is kept, and turn 1,000 costs what turn 2 did.
It also means that Rasa's database holds no transcript.
"""

import json
from typing import Any, Dict, Iterable, List, Optional, Text

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

_METADATA = sa.MetaData()
TRACKERS = sa.Table(
    "rasa_trackers",
    _METADATA,
    sa.Column("sender", sa.String(64), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
)
# Built once: SQLAlchemy would build them for each turn. Both databases read this.
SAVE = sa.text(
    "INSERT INTO rasa_trackers (sender, events) VALUES (:sender, :events) "
    "ON CONFLICT (sender) DO UPDATE SET events = excluded.events"
)
RETRIEVE = sa.text("SELECT events FROM rasa_trackers WHERE sender = :sender")


class CompactTrackerStore(TrackerStore):
    """One row for a conversation, written at the end of each turn."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        url: Text = "sqlite://",
        **kwargs: Dict[Text, Any],
    ) -> None:
        """Open the database at ``url`` (SQLAlchemy's form) and create the table.

        Rasa hands over the ``url`` of ``endpoints.yml`` as ``host``.
        """
        super().__init__(domain, event_broker, **kwargs)
        self._engine = _open(host or url)
        _METADATA.create_all(self._engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the state that the conversation has come to."""
        await self.stream_events(tracker)
        events = json.dumps([event.as_dict() for event in compacted(tracker)])
        with self._engine.begin() as connection:
            connection.execute(SAVE, {"sender": tracker.sender_id, "events": events})

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """Return the conversation as it was left, or None."""
        with self._engine.connect() as connection:
            stored = connection.execute(RETRIEVE, {"sender": sender_id}).scalar()
        if stored is None:
            return None
        events = [Event.from_parameters(parameters) for parameters in json.loads(stored)]
        return DialogueStateTracker.from_events(
            sender_id, events, self.domain.slots, domain=self.domain
        )

    async def keys(self) -> Iterable[Text]:
        """Return the senders."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(TRACKERS.c.sender)).scalars())


def compacted(tracker: DialogueStateTracker) -> List[Event]:
    """Return the shortest history that leaves a conversation where ``tracker`` is."""
    events: List[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [
        SlotSet(name, slot.value)
        for name, slot in tracker.slots.items()
        if slot.value != slot.initial_value
    ]
    if tracker.active_loop is not None:
        events.append(ActiveLoop(tracker.active_loop.name))
        events.append(ActionExecuted(tracker.active_loop.name))
    if tracker.is_paused():
        events.append(ConversationPaused())
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    return events


def _open(url: Text) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    # One connection stays open: closing the last one of a WAL database copies its whole log
    # back, and SQLAlchemy 1.4 would open and close one for every look-up.
    engine = sa.create_engine(
        url, poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # NORMAL: a killed process loses nothing; a power failure may lose the last turn's draft, and
    # tickets have a database of their own with synchronous=FULL.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
