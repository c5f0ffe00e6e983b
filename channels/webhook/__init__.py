"""A channel for other apps: signed messages in, the answer back at once, signed news out."""

from channels.webhook.channel import WebhookChannel

__all__ = ["WebhookChannel"]
