"""Ways to look at a trained run; each module has one `draw(record, epoch)`."""
