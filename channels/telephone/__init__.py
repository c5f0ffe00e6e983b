"""The telephone: the same dialogue by keys and speech."""

from channels.telephone.channel import Telephone

__all__ = ["Telephone"]
