"""Conversations and the keys that open them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from channels.errors import UnknownConversationError
from channels.message import Audience
from tests.channels.office import Office


def test_the_token_opens_its_conversation_and_is_not_stored(office: Office) -> None:
    opened, token = office.parts.conversations.open(Audience.ELDERLY, "web")

    assert office.parts.conversations.by_token(token) == opened
    with office.parts.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM conversations")).all()
    assert token not in str(rows)


def test_nothing_else_opens_one(office: Office) -> None:
    conversations = office.parts.conversations
    opened, _ = conversations.open(Audience.STANDARD, "web")

    for wrong in ("", "x", opened.id):
        with pytest.raises(UnknownConversationError):
            conversations.by_token(wrong)
    with pytest.raises(UnknownConversationError):
        conversations.by_id("x")


def test_an_account_keeps_its_conversation(office: Office) -> None:
    conversations = office.parts.conversations
    first = conversations.for_account("telegram", "501", Audience.STANDARD)

    assert conversations.for_account("telegram", "501", Audience.STANDARD) == first
    assert conversations.for_account("telegram", "502", Audience.STANDARD).id != first.id
    assert conversations.for_account("wechat", "501", Audience.STANDARD).id != first.id


def test_an_account_met_twice_at_once_has_one_conversation(office: Office) -> None:
    conversations = office.parts.conversations

    def meet(_: int) -> str:
        return conversations.for_account("telegram", "501", Audience.STANDARD).id

    with ThreadPoolExecutor(8) as pool:
        met = set(pool.map(meet, range(24)))

    assert len(met) == 1


def test_the_wording_can_be_switched(office: Office) -> None:
    conversations = office.parts.conversations
    opened, _ = conversations.open(Audience.STANDARD, "web")

    conversations.set_audience(opened.id, Audience.ELDERLY)

    assert conversations.by_id(opened.id).audience is Audience.ELDERLY
    with pytest.raises(UnknownConversationError):
        conversations.set_audience("x", Audience.ELDERLY)
