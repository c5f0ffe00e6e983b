"""A channel in one module, for an app of your own and as the pattern for others."""

from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Base64Bytes, BaseModel, Field, ValidationError
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from channels.api import SentLocation
from channels.conversations import Conversation
from channels.errors import BadMessageError, ForbiddenError, PushFailedError, SettingsError
from channels.message import Audience, Inbound, Location
from channels.news import News
from channels.parts import Parts

CHANNEL, PATH = "webhook", "/api/webhook/messages"


class SentByApp(BaseModel):
    """What an app posts for one of its people; at least one of the last four."""

    sender: str = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")
    audience: Audience = Audience.STANDARD  # for a sender who is new
    after: int = Field(default=0, ge=0, lt=2**63)  # the last news the app has
    text: str | None = None
    choice: str | None = Field(default=None, max_length=64)
    location: SentLocation | None = None
    media: list[Base64Bytes] = Field(default_factory=list, max_length=9)


class WebhookChannel:
    """Knows an app by a shared secret (Standard Webhooks) and its people by their sender."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._url = parts, parts.settings.webhook_url
        try:
            self._webhook = Webhook(parts.settings.webhook_secret)
        except (ValueError, EmptyWebhookSecretError) as error:
            raise SettingsError("LINLI_WEBHOOK_SECRET", "whsec_ and base64 expected") from error
        self.router = APIRouter(tags=["webhook"])
        self.router.add_api_route(PATH, self.take, methods=["POST"])

    async def start(self) -> None:
        """Push news where the app wants them; without an address they wait for its next post."""
        if self._url:
            self._parts.news.register_push(CHANNEL, self.push)

    async def stop(self) -> None:
        """Do nothing; the connections are the gateway's."""

    async def take(
        self, request: Request, webhook_id: Annotated[str, Header()] = ""
    ) -> dict[str, Any]:
        """Answer one message; the same ``webhook-id`` again gets the same answer."""
        body = await request.body()
        try:
            self._webhook.verify(body, dict(request.headers), json_parse=False)
        except (WebhookVerificationError, ValueError) as error:
            raise ForbiddenError from error
        try:
            sent = SentByApp.model_validate_json(body)
        except ValidationError as error:
            raise BadMessageError("bad_request") from error
        find, keep = self._parts.conversations.for_account, self._parts.media.save
        conversation = find(CHANNEL, sent.sender, sent.audience).id
        is_again = self._parts.transcript.answered(conversation, webhook_id) is not None
        pictures = [] if is_again else sent.media
        inbound = Inbound(
            conversation=conversation,
            text=sent.text,
            choice=sent.choice,
            location=Location(**sent.location.model_dump()) if sent.location else None,
            media=tuple([await run_in_threadpool(keep, conversation, one) for one in pictures]),
            message_id=webhook_id,
        )
        turn = await self._parts.turns.handle(inbound)
        later = self._parts.news.since(conversation, sent.after)
        return {**turn.as_dict(), "news": [{"id": news.id, **news.body} for news in later]}

    async def push(self, conversation: Conversation, news: News) -> None:
        """Post news to the app, or raise PushFailedError; the same id may come twice."""
        told = {"sender": conversation.account, "id": news.id, **news.body}
        content, now = httpx.Request("POST", self._url, json=told).content, datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": f"news-{news.id}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(f"news-{news.id}", now, content.decode()),
        }
        try:
            answer = await self._parts.client.post(self._url, content=content, headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise PushFailedError from error
