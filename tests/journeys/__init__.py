"""Whole journeys in a real headless Chromium."""
