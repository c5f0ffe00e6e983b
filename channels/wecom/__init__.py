"""Linli as an application in WeCom (企业微信自建应用): WeChat's channel with other rules."""

from channels.wecom.channel import create_wecom

__all__ = ["create_wecom"]
