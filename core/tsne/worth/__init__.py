"""Measure what a map is worth: cost, kept and shared neighbours, and distances."""

from core.tsne.worth.distances import Distances
from core.tsne.worth.map_worth import Costs, MapWorth, Shares

__all__ = ["Costs", "Distances", "MapWorth", "Shares"]
