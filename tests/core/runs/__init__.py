"""Tests of `core.runs`."""
