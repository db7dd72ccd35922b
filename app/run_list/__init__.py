"""Offers the parts of the page Runs: the table of all runs, and what can be done with them."""
