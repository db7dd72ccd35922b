"""Lessons: files that ask for a prediction, name a run and reveal what was measured of it."""
