"""Addresses taken apart: labelled parts, learned from generated and from labelled addresses."""
