"""Tests of `app.your_digit`."""
