"""Linli as an application in WeCom (企业微信自建应用): WeChat's channel with other rules."""

from channels.wecom.channel import create_wecom
from channels.wecom.robot import Robot

__all__ = ["Robot", "create_wecom"]
