"""The parts of the t-SNE page."""
