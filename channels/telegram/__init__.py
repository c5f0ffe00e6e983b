"""Linli in Telegram: private chats with the same dialogue, and news of tickets."""

from channels.telegram.channel import Telegram, create_telegram
from channels.telegram.pacing import Pace

__all__ = ["Pace", "Telegram", "create_telegram"]
