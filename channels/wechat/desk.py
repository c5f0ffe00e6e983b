"""The desk: what is done with each kind of message and event, and how the answer is given."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels import readback
from channels.conversations import Conversation
from channels.errors import ChannelError, PushFailedError
from channels.message import Audience, Choice, Inbound, Location, Outcome, Reply, Turn
from channels.parts import Parts
from channels.texts import explain, problems
from channels.wechat.api import WechatApi, WechatAwayError
from channels.wechat.entrance import place_of
from channels.wechat.incoming import Incoming
from channels.wechat.outgoing import Item, pack
from channels.wechat.pace import SAID, TOUCHED
from channels.wechat.words import words

logger = logging.getLogger(__name__)

SILENT = Turn(replies=(), outcome=Outcome.SMALLTALK)
# Events with somebody who reads; they grant a few messages.
TOUCHES = frozenset({"click", "scan", "subscribe"})

Handler = Callable[[Incoming, Conversation], Awaitable[Turn]]


class Desk:
    """Finds the answer to what was brought, and says it at once or later."""

    def __init__(self, parts: Parts, api: WechatApi, clock: Callable[[], datetime]) -> None:
        self._parts, self._api, self._clock = parts, api, clock
        self._owed: set[str] = set()  # accounts for whom a reply was too small
        self._handlers: dict[str, Handler] = {
            "text": self._on_text,
            "image": self._on_media,
            "video": self._on_media,
            "shortvideo": self._on_media,
            "voice": self._on_voice,
            "location": self._on_location,
            "link": self._on_link,
            "event subscribe": self._on_follow,
            "event scan": self._on_scan,
            "event click": self._on_click,
            "event unsubscribe": self._on_leave,
        }

    def conversation(self, incoming: Incoming) -> Conversation:
        """Return the person's conversation, started if it is new."""
        find = self._parts.conversations.for_account
        return find(self._api.channel, incoming.account, Audience.STANDARD)

    async def respond(self, incoming: Incoming) -> Turn:
        """Return the answer; what cannot be taken is explained."""
        name = f"event {incoming.event}" if incoming.event else incoming.kind
        handler = self._handlers.get(name)
        if handler is None and incoming.event:
            return SILENT  # VIEW, LOCATION and whatever WeChat thinks of: nobody asked
        try:
            conversation = self.conversation(incoming)
            self._note_grant(incoming, conversation)
            return await (handler or self._on_unsupported)(incoming, conversation)
        except ChannelError as error:
            return _say(explain(error))
        except (SQLAlchemyError, OSError) as error:
            logger.error("a message could not be kept: %s", type(error).__name__)
            return _say(problems()["storage_unavailable"])

    def reply(self, incoming: Incoming, turn: Turn) -> str:
        """Return the passive reply, with news that have waited as far as there is room."""
        if incoming.event and incoming.event not in TOUCHES:
            return ""  # whoever left, or only opened a page, would not read it
        conversation = self.conversation(incoming)
        news = self._parts.news
        is_urgent = turn.outcome is Outcome.EMERGENCY
        waiting = [] if is_urgent else news.waiting(conversation.id)
        audience = conversation.audience
        items = [Item.of(turn.replies, audience)] if turn.replies else []
        items += [Item.of_news(one, audience) for one in waiting]
        more = f"\n\n{words().more}"
        message = pack(items, reserve=more)
        if message.rest is not None:
            key = f"rest-{conversation.id}-{incoming.id}"
            news.keep(conversation.id, key, _body(message.rest), is_answer=True)
        if message.news:
            news.hand_over(message.news)
            tokens = [choice.token for choice in message.choices]
            self._parts.transcript.offer(conversation.id, tokens)
        if not message.has_more:
            return message.text
        if self._may_speak(conversation):
            self._owed.add(incoming.account)
            return message.text
        return message.text + more

    def promise(self, incoming: Incoming) -> None:
        """Write down that an answer is owed; without that it would only last as long as we."""
        try:
            conversation = self.conversation(incoming).id
            self._parts.promises.make(conversation, incoming.id, incoming.fields)
        except SQLAlchemyError as error:
            logger.error("a promise was not written down: %s", type(error).__name__)

    async def bring(self, incoming: Incoming, turn: Turn) -> None:
        """Send a late answer as a message of its own, or keep it until the person writes."""
        conversation = self.conversation(incoming)
        if turn.replies:
            key, body = f"late-{conversation.id}-{incoming.id}", turn.as_dict()
            self._parts.news.keep(conversation.id, key, body, is_answer=True)
        self._parts.promises.keep(conversation.id, incoming.id)
        try:
            await self._parts.news.push_waiting(conversation)
        except PushFailedError:
            logger.warning("a late answer waits until wechat can be reached")

    async def follow_up(self, incoming: Incoming) -> None:
        """Send what did not fit into the reply, if the person may be spoken to."""
        if incoming.account not in self._owed:
            return
        self._owed.discard(incoming.account)
        try:
            await self._parts.news.push_waiting(self.conversation(incoming))
        except PushFailedError:
            logger.warning("news wait until wechat can be reached")

    def _may_speak(self, conversation: Conversation) -> bool:
        if not self._api.can_speak:
            return False
        left = self._parts.reach.remaining(conversation.id, self._clock())
        return left > 0 or not self._api.has_grants

    def _note_grant(self, incoming: Incoming, conversation: Conversation) -> None:
        if not self._api.has_grants:
            return
        is_tap = incoming.event in TOUCHES or incoming.get("bizmsgmenuid")
        if is_tap or not incoming.event:
            self._parts.reach.open(conversation.id, TOUCHED if is_tap else SAID, self._clock())

    async def _on_text(self, incoming: Incoming, conversation: Conversation) -> Turn:
        text, heard = incoming.get("Content"), words().heard
        if token := incoming.get("bizmsgmenuid"):
            return await self._ask(incoming, conversation, choice=token)
        if text.startswith(tuple(heard["unreadable"])):
            return _say(words().unsupported)
        if text in heard["elder_on"] + heard["elder_off"]:
            return self._switch(incoming, conversation, text, text in heard["elder_on"])
        if text in heard["more"] and self._parts.news.waiting(conversation.id):
            return SILENT  # the reply hands it over
        return await self._ask(incoming, conversation, text=text)

    async def _on_link(self, incoming: Incoming, conversation: Conversation) -> Turn:
        """Take a forwarded article by its title; its address is not opened."""
        text = "\n".join(filter(None, (incoming.get("Title"), incoming.get("Description"))))
        return await self._ask(incoming, conversation, text=text)

    async def _on_location(self, incoming: Incoming, conversation: Conversation) -> Turn:
        latitude = _degrees(incoming, "Location_X", 90)
        longitude = _degrees(incoming, "Location_Y", 180)
        if latitude is None or longitude is None:
            return _say(problems()["bad_location"])
        point = Location(latitude=latitude, longitude=longitude, datum="GCJ-02")
        return await self._ask(incoming, conversation, location=point)

    async def _on_media(self, incoming: Incoming, conversation: Conversation) -> Turn:
        media = await self._fetch(incoming, conversation)
        if media is None:
            return _say(words().lost_media)
        return await self._ask(incoming, conversation, media=(media,))

    async def _on_voice(self, incoming: Incoming, conversation: Conversation) -> Turn:
        """Read back what WeChat has recognised, or we; what nobody understands is kept."""
        listener = self._parts.listener
        known = self._parts.transcript.answered(conversation.id, incoming.id)
        if known is not None:
            return known
        if text := incoming.get("Recognition"):
            return await listener.take(conversation.id, incoming.id, text)
        content = await self._download(incoming)
        if content is None:
            return _say(words().unsupported)
        heard = await listener.hear(conversation.id, content)
        if heard is not None and heard.is_clear:
            return await listener.take(conversation.id, incoming.id, heard.text)
        return await self._keep_voice(incoming, conversation, content, is_heard=heard is not None)

    async def _keep_voice(
        self, incoming: Incoming, conversation: Conversation, content: bytes, *, is_heard: bool
    ) -> Turn:
        """Keep what was spoken for a person to hear."""
        media = await asyncio.to_thread(self._parts.media.save, conversation.id, content)
        if self._parts.handover.is_taken(conversation.id):
            return await self._ask(incoming, conversation, media=(media,))
        choice = Choice(title=words().voice_choice, payload=readback.HUMAN)
        reply = Reply(text=words().voice, choices=(choice,))
        offer = Turn(replies=(reply,), outcome=Outcome.CLARIFY)
        said = words().said["voice"].format(media=media)
        unclear = readback.unclear(is_kept=True)
        return self._own(incoming, conversation, said, unclear if is_heard else offer)

    async def _on_follow(self, incoming: Incoming, conversation: Conversation) -> Turn:
        turn = await self._on_scan(incoming, conversation)
        welcome = Reply(text=words().welcome)
        if turn.replies:
            return _with_first(welcome, turn)
        greeting = Turn(replies=(welcome,), outcome=Outcome.SMALLTALK)
        return self._own(incoming, conversation, words().said["follow"], greeting)

    async def _on_scan(self, incoming: Incoming, conversation: Conversation) -> Turn:
        """Take the building that a QR code at an entrance names, and perhaps 长辈模式."""
        entrance = place_of(incoming.get("EventKey").removeprefix("qrscene_"))
        if entrance.is_elder:
            self._parts.conversations.set_audience(conversation.id, Audience.ELDERLY)
        if not entrance.place:
            return SILENT
        turn = await self._ask(incoming, conversation, text=entrance.place)
        return _with_first(Reply(text=words().welcome_place.format(place=entrance.place)), turn)

    async def _on_click(self, incoming: Incoming, conversation: Conversation) -> Turn:
        key = incoming.get("EventKey")
        said = words().said.get(key)
        if said is None or key == "help":
            return self._own(incoming, conversation, words().said["help"], _say(words().help))
        if key == "elder":
            is_on = conversation.audience is not Audience.ELDERLY
            return self._switch(incoming, conversation, said, is_on)
        return await self._ask(incoming, conversation, text=said)

    async def _on_leave(self, _incoming: Incoming, conversation: Conversation) -> Turn:
        self._parts.reach.close(conversation.id)
        return SILENT

    async def _on_unsupported(self, _incoming: Incoming, _conversation: Conversation) -> Turn:
        return _say(words().unsupported)

    async def _ask(self, incoming: Incoming, conversation: Conversation, **what: Any) -> Turn:
        inbound = Inbound(conversation=conversation.id, message_id=incoming.id, **what)
        return await self._parts.turns.handle(inbound)

    async def _fetch(self, incoming: Incoming, conversation: Conversation) -> str | None:
        """Return the media id of a file that was sent, None if WeChat does not give it."""
        content = await self._download(incoming)
        if content is None:
            return None
        return await asyncio.to_thread(self._parts.media.save, conversation.id, content)

    async def _download(self, incoming: Incoming) -> bytes | None:
        try:
            return await self._api.download(incoming.get("MediaId"))
        except WechatAwayError:
            return None

    def _switch(
        self, incoming: Incoming, conversation: Conversation, said: str, is_on: bool
    ) -> Turn:
        """Switch 长辈模式; a repetition after a restart switches nothing back."""
        page = f"{self._parts.settings.public_url}/simple"
        lines = [words().elder_on if is_on else words().elder_off]
        if is_on and self._parts.settings.public_url:
            lines.append(words().elder_on_page.format(url=page))
        if self._parts.transcript.answered(conversation.id, incoming.id) is None:
            audience = Audience.ELDERLY if is_on else Audience.STANDARD
            self._parts.conversations.set_audience(conversation.id, audience)
        return self._own(incoming, conversation, said, _say("\n".join(lines)))

    def _own(self, incoming: Incoming, conversation: Conversation, said: str, turn: Turn) -> Turn:
        """Write down what was answered without the dialogue; the first answer stays."""
        transcript = self._parts.transcript
        transcript.hear(conversation.id, incoming.id, said)
        known = transcript.answered(conversation.id, incoming.id)
        return known or transcript.answer(conversation.id, incoming.id, turn)


def _say(text: str) -> Turn:
    return Turn(replies=(Reply(text=text),), outcome=Outcome.SMALLTALK)


def _with_first(reply: Reply, turn: Turn) -> Turn:
    """Return ``turn`` with a bubble before the others."""
    return Turn(
        replies=(reply, *turn.replies),
        outcome=turn.outcome,
        ticket=turn.ticket,
        intent=turn.intent,
    )


def _body(rest: Reply) -> dict[str, Any]:
    return Turn(replies=(rest,), outcome=Outcome.CLARIFY).as_dict()


def _degrees(incoming: Incoming, name: str, limit: float) -> float | None:
    try:
        degrees = float(incoming.get(name))
    except ValueError:
        return None
    return degrees if abs(degrees) <= limit else None  # which is also false of "nan"
