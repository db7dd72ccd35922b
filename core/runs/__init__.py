"""A run's folder, whatever computes the run."""
