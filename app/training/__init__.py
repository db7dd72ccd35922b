"""The pages that train a model and follow it."""
