"""Tests of `core.scan`."""
