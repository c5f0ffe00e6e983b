"""Tests of the ticket domain."""
