"""Offers what every page does with a run: choose, start, watch, control and export it."""
