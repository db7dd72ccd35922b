"""t-SNE: affinities, gradient, optimizers, recordings."""
