"""Tests of `app.digits`."""
