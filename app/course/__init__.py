"""The course: lessons that ask first, run an experiment, and reveal what came out."""
