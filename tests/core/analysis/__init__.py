"""Tests of `core.analysis`."""
