"""Tests of the dialogue actions."""
