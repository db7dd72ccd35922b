"""Ways to look at a trained run; each module has one `draw` of a run, most of an epoch too."""
