"""The chat API of the HTTP contract: conversations, messages, media, events."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from channels.conversations import Conversation
from channels.documents import PROBLEMS, TurnDocument
from channels.errors import UnknownConversationError
from channels.media import SIZE_LIMIT
from channels.message import Audience, Inbound, Location
from channels.parts import Parts

HEARTBEAT_S = 15
LAST_ID = 2**63 - 1
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _printable(key: str) -> str:
    if not key.isprintable():
        raise ValueError("not printable")  # no database keeps half a character or a NUL
    return key


Key = Annotated[str, AfterValidator(_printable)]


class OpenConversation(BaseModel):
    """How a page starts."""

    audience: Audience = Audience.STANDARD


class OpenedConversation(BaseModel):
    """The conversation and the key to it; the key is shown only now."""

    conversation: str
    token: str


class Places(BaseModel):
    """Where one can be: the buildings of the community."""

    buildings: list[str]


class SentLocation(BaseModel):
    """A point; degrees."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    datum: str = Field(default="WGS-84", pattern="^(WGS-84|GCJ-02|BD-09)$")


class SentMessage(BaseModel):
    """One message; at least one of text, choice, location and media."""

    model_config = ConfigDict(extra="ignore")

    text: str | None = None
    choice: Key | None = Field(default=None, max_length=64)
    location: SentLocation | None = None
    media: list[Key] = Field(default_factory=list, max_length=9)
    message_id: Key | None = None


def get_parts(request: Request) -> Parts:
    """Return the parts that the application was built from."""
    parts: Parts = request.app.state.parts
    return parts


async def get_conversation(
    request: Request, authorization: Annotated[str, Header()] = ""
) -> Conversation:
    """Return the conversation that the bearer token opens.

    Not in a thread: there one person's messages would overtake each other.

    Raises:
        UnknownConversationError: it opens none.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnknownConversationError
    return get_parts(request).conversations.by_token(token.strip())


def address_of(request: Request) -> str:
    """Return a digest of the caller's address, with our own key; empty on this machine itself."""
    host = request.client.host if request.client else ""
    if not host or host in LOOPBACK:
        return ""
    key = get_parts(request).settings.internal_token.encode()[:64]
    return hashlib.blake2b(host.encode(), key=key, digest_size=16).hexdigest()


Here = Annotated[Conversation, Depends(get_conversation)]
router = APIRouter(prefix="/api", tags=["chat"], responses=PROBLEMS)


@router.post("/conversations", status_code=201)
def open_conversation(
    request: Request, wanted: OpenConversation | None = None
) -> OpenedConversation:
    """Start a conversation."""
    audience = (wanted or OpenConversation()).audience
    channel = "simple" if audience is Audience.ELDERLY else "web"
    conversation, token = get_parts(request).conversations.open(audience, channel)
    return OpenedConversation(conversation=conversation.id, token=token)


@router.post("/messages", responses={200: {"model": TurnDocument}})
async def send_message(
    request: Request, conversation: Here, message: SentMessage
) -> dict[str, Any]:
    """Answer one message; a repeated ``message_id`` returns the first answer."""
    inbound = Inbound(
        conversation=conversation.id,
        text=message.text,
        choice=message.choice,
        location=Location(**message.location.model_dump()) if message.location else None,
        media=tuple(message.media),
        message_id=message.message_id,
        address=address_of(request),
    )
    turn = await get_parts(request).turns.handle(inbound)
    return turn.as_dict()


@router.get("/places")
async def list_places(request: Request) -> Places:
    """Return the buildings that a grid member answers for, by their bare numbers."""
    tables = await get_parts(request).directory.tables()
    return Places(buildings=tables.buildings)


@router.post("/media", status_code=201)
async def upload_media(request: Request, conversation: Here, file: UploadFile) -> dict[str, str]:
    """Keep a picture, voice or short video for the next message."""
    content = await file.read(SIZE_LIMIT + 1)
    save = get_parts(request).media.save
    return {"media_id": await run_in_threadpool(save, conversation.id, content)}


@router.get("/events")
async def stream_events(
    request: Request,
    conversation: Here,
    after: Annotated[int, Query(ge=0, le=LAST_ID)] = 0,
    last_event_id: Annotated[str, Header()] = "",
) -> EventSourceResponse:
    """Stream news and a person's answers, from the one after ``after`` on."""
    resumed = last_event_id.isdecimal() and len(last_event_id) <= len(str(LAST_ID))
    start = max(after, min(int(last_event_id), LAST_ID) if resumed else 0)
    news = get_parts(request).news

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for item in news.stream(conversation.id, start):
            body = json.dumps({"id": item.id, **item.body}, ensure_ascii=False)
            yield ServerSentEvent(body, event="news", id=str(item.id))

    return EventSourceResponse(events(), ping=HEARTBEAT_S)
