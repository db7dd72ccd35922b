"""Runs that a program outside the lab has recorded: how they look on the pages."""
