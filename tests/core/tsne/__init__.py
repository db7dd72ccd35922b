"""Tests of `core.tsne`."""
