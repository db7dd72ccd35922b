"""Sweeps: trainings that differ in one setting and in their seeds, as one group of runs."""
