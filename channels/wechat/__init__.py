"""Linli as a WeChat official account (公众号): the same dialogue within WeChat's five seconds."""

from channels.wechat.channel import Wechat, create_wechat
from channels.wechat.pace import Pace

__all__ = ["Pace", "Wechat", "create_wechat"]
