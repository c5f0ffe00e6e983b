"""Tests of the Telegram channel against an emulated Bot API."""
