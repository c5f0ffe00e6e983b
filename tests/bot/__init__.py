"""Tests of our components in Rasa's environment."""
