"""Tests of `app.tsne`."""
