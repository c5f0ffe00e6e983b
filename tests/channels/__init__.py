"""Tests of the gateway and its pages."""
