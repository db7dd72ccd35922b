"""Choosing digits, and the noise that is added to them."""
