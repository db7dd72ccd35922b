"""Ways to look at a run; each module has one `draw` of a trained model, or of all its epochs."""
