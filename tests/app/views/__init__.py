"""Tests of `app.views`."""
