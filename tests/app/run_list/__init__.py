"""Tests of `app.run_list`."""
