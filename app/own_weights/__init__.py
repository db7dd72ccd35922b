"""Weights that a visitor has trained elsewhere: the form that opens them, and the run they are."""
