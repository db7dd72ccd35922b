"""Shared parts of the measurements in a browser: their own server, Chromium, and a clock in it."""
