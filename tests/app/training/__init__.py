"""Tests of `app.training`."""
