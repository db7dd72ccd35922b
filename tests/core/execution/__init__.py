"""Tests of core.execution."""
