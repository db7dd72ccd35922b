"""Weights that somebody has trained in a program of their own: read, matched, tried, opened."""

from __future__ import annotations

from core.own_weights.build import build_model
from core.own_weights.candidates import find_candidates
from core.own_weights.errors import WeightsRefused
from core.own_weights.match import Layer, Match
from core.own_weights.opened import Opened, open_weights, read_opened
from core.own_weights.reading import read_weights
from core.own_weights.trial import Proposal, Trial, propose, try_on_digits

__all__ = [
    "Layer",
    "Match",
    "Opened",
    "Proposal",
    "Trial",
    "WeightsRefused",
    "build_model",
    "find_candidates",
    "open_weights",
    "propose",
    "read_opened",
    "read_weights",
    "try_on_digits",
]
