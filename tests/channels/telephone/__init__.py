"""Calls over the WebSocket of an exchange."""
