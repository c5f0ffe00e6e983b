"""Tests of the understanding package and of the emergency patterns."""
