"""The parts of the gateway, put together once per process."""

from dataclasses import dataclass
from typing import Self

import httpx
from sqlalchemy import Engine

from channels.conversations import Conversations
from channels.database import migrate, open_engine
from channels.dialogue import Dialogue, RasaDialogue
from channels.directory import Directory
from channels.family.aside import FamilyAside
from channels.family.calling import CallAside
from channels.family.circle import Circle
from channels.family.ties import Ties
from channels.handover import HandoverDesk
from channels.hearing import Hearing, VoiceService
from channels.listening import Listener
from channels.media import MediaStore
from channels.news import NewsDesk
from channels.promises import Promises
from channels.reach import Reach
from channels.settings import Settings
from channels.transcript import Transcript
from channels.turns import Turns
from channels.vault import Vault

# Rasa starves new connections under load, so a few are kept and the rest wait here.
LIMITS = httpx.Limits(max_connections=16, max_keepalive_connections=16, keepalive_expiry=300)
TURN_TIMEOUT = httpx.Timeout(30.0, connect=2.0, pool=30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What routes and channels work with."""

    settings: Settings
    engine: Engine
    client: httpx.AsyncClient
    conversations: Conversations
    dialogue: Dialogue
    transcript: Transcript
    handover: HandoverDesk
    news: NewsDesk
    reach: Reach
    promises: Promises
    media: MediaStore
    circle: Circle
    directory: Directory
    turns: Turns
    hearing: Hearing

    @property
    def listener(self) -> Listener:
        """Who takes spoken words."""
        return Listener(self.hearing, self.turns, self.transcript, self.handover)

    @classmethod
    def assemble(
        cls, settings: Settings, dialogue: Dialogue | None = None, hearing: Hearing | None = None
    ) -> Self:
        """Return the parts for ``settings``; the database is migrated first."""
        engine = open_engine(settings.database_url)
        migrate(engine)
        client = httpx.AsyncClient(limits=LIMITS, timeout=TURN_TIMEOUT, trust_env=False)
        conversations = Conversations(engine)
        transcript = Transcript(engine)
        news = NewsDesk(engine, conversations)
        handover = HandoverDesk(engine, news, transcript, patience=settings.handover_patience)
        media = MediaStore(engine, settings.home / "media")
        circle = Circle(Ties(engine, Vault(settings.vault_key)), news)
        directory = Directory(client, settings.tickets_url, settings.internal_token)
        dialogue = dialogue or RasaDialogue(client, settings.rasa_url)
        return cls(
            settings=settings,
            engine=engine,
            client=client,
            conversations=conversations,
            dialogue=dialogue,
            transcript=transcript,
            handover=handover,
            news=news,
            reach=Reach(engine),
            promises=Promises(engine),
            media=media,
            circle=circle,
            directory=directory,
            hearing=hearing or VoiceService(client, settings),
            turns=Turns(
                conversations=conversations,
                dialogue=dialogue,
                transcript=transcript,
                handover=handover,
                media=media,
                asides=(FamilyAside(circle), CallAside(circle, handover, dialogue, directory)),
            ),
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self.client.aclose()
        self.engine.dispose()
